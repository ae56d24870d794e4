"""Access tokens: fetched once, used by all threads of a process until five minutes before they end.

They are kept in memory only.  LHDN gives 12 a minute to a client and each holds for an hour, so that a few processes
with a token of their own are far from the limit; and what isn't in Valkey needs no encryption there.
"""

import base64
import binascii
import copy
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bigledger_crm.kernel import clock
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import BadCredentials, MyInvoisError, Unavailable
from invoicing.myinvois.fields import Fields, read_json

BEFORE_THE_END = timedelta(minutes=5)
DEFAULT_SECONDS = 600
# How long a failure is the answer for everyone: threads that wait for the same token don't each try in vain.
KEPT_FAILURE = timedelta(seconds=5)
KEPT_REFUSAL = timedelta(seconds=60)
_TIN = re.compile(r"\s*([A-Za-z]{1,2}\d{8,12})(?!\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and when it is no longer used."""

    value: str = field(repr=False)
    usable_until: datetime


@dataclass(frozen=True, slots=True)
class TokenOwner:
    """Whom LHDN takes the client for; "" for what the token doesn't say."""

    tin: str
    name: str


@dataclass(slots=True)
class _Slot:
    """The token of one connection, or why there is none; the lock lets one thread fetch and the others wait."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: Token | None = None
    failure: MyInvoisError | None = None
    failed_until: datetime | None = None


class TokenCache:
    """The tokens of a process, by connection: another secret, or another company that is acted for, has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._slots: dict[Connection, _Slot] = {}

    def get(self, connection: Connection, fetch: Callable[[], Token]) -> Token:
        """The token, by `fetch` where there is none; raises what `fetch` raises, or raised a moment ago."""
        slot = self._slot(connection)
        with slot.lock:
            now = clock.now()
            if slot.token is not None and now < slot.token.usable_until:
                return slot.token
            if slot.failure is not None and slot.failed_until is not None and now < slot.failed_until:
                raise copy.copy(slot.failure)
            return _fetched(slot, fetch)

    def renew(self, connection: Connection, refused: Token | None, fetch: Callable[[], Token]) -> Token:
        """Another token than `refused`: one that a thread has fetched meanwhile, else a new one.  None: a new one."""
        slot = self._slot(connection)
        with slot.lock:
            if refused is not None and slot.token is not None and slot.token != refused:
                return slot.token
            return _fetched(slot, fetch)

    def _slot(self, connection: Connection) -> _Slot:
        with self._lock:
            return self._slots.setdefault(connection, _Slot())


def _fetched(slot: _Slot, fetch: Callable[[], Token]) -> Token:
    slot.token = slot.failure = None
    try:
        slot.token = fetch()
    except (BadCredentials, Unavailable) as error:
        slot.failure = copy.copy(error)
        slot.failed_until = clock.now() + (KEPT_REFUSAL if isinstance(error, BadCredentials) else KEPT_FAILURE)
        raise
    return slot.token


def read_token(content: object) -> Token:
    """The token in an answer.  Raises Unavailable for an answer without one."""
    fields = Fields(content)
    value = fields.value("access_token")
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise Unavailable("MyInvois gave no access token")
    lifetime = timedelta(seconds=fields.number("expires_in") or DEFAULT_SECONDS)
    return Token(value, clock.now() + max(lifetime - BEFORE_THE_END, lifetime / 2))


def read_owner(token: Token) -> TokenOwner:
    """Whom a token is for.  It comes from LHDN over TLS, so that its signature need not be checked."""
    parts = token.value.split(".")
    claims = Fields(_decoded(parts[1]) if len(parts) == 3 else None)
    name = claims.text("name", "client_name")
    found = _TIN.match(claims.text("TaxpayerTIN", "taxpayer_tin", "tin")) or _TIN.match(name)
    return TokenOwner(found[1].upper() if found else "", name)


def _decoded(part: str) -> object:
    try:
        return read_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError):
        return None
