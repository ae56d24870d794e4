"""Identifiers: UUIDv7 (RFC 9562) inside, TypeID text (`cust_01h…`, 26 characters of Crockford base 32) outside."""

import secrets
import threading
from datetime import datetime
from uuid import UUID

from bigledger_crm.kernel import clock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LENGTH = 26
# Two characters at a time: a list shows three ids in each row.
_PAIRS = [first + second for first in ALPHABET for second in ALPHABET]
_SHIFTS = range(120, -10, -10)


_lock = threading.Lock()
_last = (0, 0)  # milliseconds and random bits of the last id


def new_id() -> UUID:
    """A new UUIDv7: 48 bits of milliseconds, then random bits that grow within a millisecond.

    So what one process makes sorts in the order in which it was made (RFC 9562, 6.2, method 2).
    """
    global _last
    milliseconds = int(clock.now().timestamp() * 1000)
    with _lock:
        bits = _last[1] + secrets.randbits(40) + 1 if _last[0] == milliseconds else secrets.randbits(73)
        _last = (milliseconds, bits)
    version, variant = 0x7 << 76, 0x2 << 62
    return UUID(int=milliseconds << 80 | version | bits >> 62 << 64 | variant | bits & (1 << 62) - 1)


def first_id_of(moment: datetime) -> UUID:
    """What sorts before every id that is made from a moment on."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def encode(prefix: str, value: UUID) -> str:
    """The public id of a key, such as `cust_01hx…`."""
    number = value.int
    return f"{prefix}_" + "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def decode(prefix: str, text: str) -> UUID | None:
    """The key behind a public id; None when it is malformed or has another prefix.  One spelling per id."""
    head, separator, body = text.rpartition("_")
    if head != prefix or not separator or len(body) != _LENGTH or body[0] > "7":
        return None
    number = 0
    for character in body:
        value = _VALUES.get(character)
        if value is None:
            return None
        number = number << 5 | value
    return UUID(int=number)
