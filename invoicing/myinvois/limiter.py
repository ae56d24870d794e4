"""How many calls of each kind are made: counted in Valkey, so that all processes of the product count together.

While Valkey doesn't answer each process counts for itself, up to a quarter of the limit: e-invoices go on, and a few
processes together stay about within it.  LHDN's own limit is the last word either way; what it says is passed on to
all processes by `pause`.
"""

import functools
import hashlib
import logging
import threading
import time
from collections import defaultdict
from importlib.resources import files
from typing import cast
from uuid import uuid4

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from bigledger_crm.kernel import clock
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import Unavailable
from invoicing.myinvois.operations import PER_MINUTE, Operation
from invoicing.myinvois.shares import GRACE_MS, WINDOW_MS, Window

logger = logging.getLogger("bigledger.myinvois")
TIMEOUT_SECONDS = 0.5
SILENT_SECONDS = 5
ALONE_PART = 4
TOO_MANY = "Too many requests to MyInvois at the moment"


class Limiter:
    """Counts in one Valkey.  After a failure it doesn't ask for a few seconds."""

    def __init__(self, redis_url: str) -> None:
        never_again = Retry(NoBackoff(), 0)
        timeouts = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        self._valkey = redis.Redis.from_url(redis_url, retry=never_again, **timeouts)
        self._script = self._valkey.register_script(
            files(__package__).joinpath("limiter.lua").read_text(encoding="utf-8")
        )
        self._silent_until = 0.0
        self._lock = threading.Lock()
        self._windows: dict[str, Window] = defaultdict(Window)

    def acquire(self, connection: Connection, operation: Operation) -> None:
        """Counts one call.  Raises Unavailable, with the seconds to wait, when it is one too many or others wait."""
        limit = max(1, int(PER_MINUTE[operation] * connection.rate_factor))
        name, company, now = _name(connection, operation), _digest(connection.on_behalf_of), _now()
        wait = self._shared(name, company, now, limit)
        if wait is None:
            with self._lock:
                wait = self._windows[name].take(now, company, max(1, limit // ALONE_PART))
        if wait > 0:
            raise Unavailable(TOO_MANY, retry_after=wait / 1000)

    def pause(self, connection: Connection, operation: Operation, seconds: float) -> None:
        """Lets no process make such calls for a while, because LHDN has said so."""
        name, milliseconds = _name(connection, operation), max(1, int(seconds * 1000))
        until = _now() + milliseconds
        with self._lock:
            self._windows[name].paused_until = until
        if time.monotonic() >= self._silent_until:
            try:
                self._valkey.set(_keys(name)[2], until, px=milliseconds)
            except (redis.RedisError, OSError) as error:
                self._be_silent(error)

    def _shared(self, name: str, company: str, now: int, limit: int) -> int | None:
        """The milliseconds to wait; None while Valkey doesn't answer."""
        if time.monotonic() < self._silent_until:
            return None
        arguments: list[str | int] = [now, WINDOW_MS, GRACE_MS, limit, company, uuid4().hex]
        try:
            return int(cast("int", self._script(keys=_keys(name), args=arguments)))
        except (redis.RedisError, OSError) as error:
            self._be_silent(error)
            return None

    def _be_silent(self, error: Exception) -> None:
        self._silent_until = time.monotonic() + SILENT_SECONDS
        logger.warning(
            "Valkey does not respond; each process counts its own calls to MyInvois for %s s: %s", SILENT_SECONDS, error
        )


limiter_at = functools.cache(Limiter)


def _now() -> int:
    return int(clock.now().timestamp() * 1000)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _name(connection: Connection, operation: Operation) -> str:
    """A client of an environment; the braces keep its keys on one server of a cluster."""
    return f"bigledger:myinvois:{{{_digest(f'{connection.api_url} {connection.client_id}')}}}:{operation}"


def _keys(name: str) -> list[str]:
    return [f"{name}:{part}" for part in ("used", "waiting", "pause")]
