"""Identifiers: UUIDv7 (RFC 9562) inside, TypeID text (`cust_01h…`, 26 characters of Crockford base 32) outside."""

import secrets
from uuid import UUID

from bigledger_crm.kernel import clock

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LENGTH = 26


def new_id() -> UUID:
    """A new UUIDv7: 48 bits of milliseconds, then random bits."""
    milliseconds = int(clock.now().timestamp() * 1000)
    number = (milliseconds & (1 << 48) - 1) << 80 | secrets.randbits(80)
    number &= ~(0xF << 76)
    number |= 0x7 << 76
    number &= ~(0x3 << 62)
    number |= 0x2 << 62
    return UUID(int=number)


def encode(prefix: str, value: UUID) -> str:
    """The public id of a key, such as `cust_01hx…`."""
    number = value.int
    return f"{prefix}_" + "".join(ALPHABET[number >> shift & 31] for shift in range(125, -5, -5))


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
