"""Reading from a streaming replica, which has replayed everything that whoever reads may know of.

Whoever writes notes in Valkey how far the database's log was then, for the company; workers note it for all companies,
before and after each task.  A read asks the replica how far it is, and goes to the database itself unless that is far
enough.  See docs/decisions/0026-reads-from-a-replica.md.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import redis
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from psycopg.errors import QueryCanceled, ReadOnlySqlTransaction
from redis.backoff import NoBackoff
from redis.retry import Retry

ALIAS = "replica"
EVERYBODY = "all"
TIMEOUT_SECONDS = 0.5
# After a failure nobody asks the replica for a while: one that is away costs next to nothing.
SILENT_SECONDS = 10.0
# Positions of one database's log say nothing about another's, such as a restored one.
_WRITTEN = "SELECT system_identifier::text, pg_current_wal_insert_lsn() - '0/0' FROM pg_control_system()"
_REPLAYED = (
    "SELECT system_identifier::text, pg_last_wal_replay_lsn() - '0/0' FROM pg_control_system()"
    " WHERE pg_is_in_recovery()"
)
_Answer = TypeVar("_Answer")
logger = logging.getLogger(__name__)
_silent_until = 0.0
_silence = threading.Lock()
_thread = threading.local()  # its `primary` is the database itself while the replica stands in for it


def is_there() -> bool:
    """Whether the installation has a replica."""
    return ALIAS in settings.DATABASES


def note_writes(company_id: UUID | None = None) -> None:
    """Notes that something was committed just now: for one company, or for all of them.  Not inside a transaction."""
    if not is_there():
        return
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(_WRITTEN)
            database, position = cursor.fetchone() or ("", 0)
        _valkey(settings.REDIS_URL).zadd(_key(database), {_member(company_id): float(position)}, gt=True)
    except (Error, redis.RedisError, OSError) as error:
        # What was written stays written.  Without Valkey nobody reads from the replica; once it is back, tasks note
        # how far the log is by then.
        logger.warning("A write was not noted for the replica: %s", error)


def read(company_id: UUID, answer: Callable[[], _Answer]) -> _Answer:
    """What `answer` gives for a request that only reads: from the replica, else from the database itself.

    It is called a second time where it does write, or where the replica breaks it off.
    """
    if not is_there() or not _is_fresh(company_id):
        return answer()
    try:
        with _as_default():
            return answer()
    except Error as error:
        if isinstance(error.__cause__, QueryCanceled) and "recovery" not in str(error):
            raise  # it took too long, and would again
        if not isinstance(error.__cause__, ReadOnlySqlTransaction):
            logger.warning("The replica did not finish a read: %s", " ".join(str(error).split())[:200])
    return answer()


@contextmanager
def past_replica() -> Iterator[None]:
    """In this thread the database itself is asked, also while the replica answers: for what outlives the request.

    A process that keeps what it read by a version that the database itself told would keep an older state under it.
    """
    replica, primary = connections[DEFAULT_DB_ALIAS], getattr(_thread, "primary", None)
    connections[DEFAULT_DB_ALIAS] = primary or replica
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = replica


def _is_fresh(company_id: UUID) -> bool:
    """Whether the replica answers, and has replayed what was noted for the company and for all."""
    if time.monotonic() < _silent_until:
        return False
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute(_REPLAYED)
            database, replayed = cursor.fetchone() or ("", -1)
    except Error as error:
        connections[ALIAS].close()
        _be_silent(f"The replica does not respond: {' '.join(str(error).split())[:200]}")
        return False
    try:
        noted = _valkey(settings.REDIS_URL).zmscore(_key(database), [_member(company_id), EVERYBODY])
    except (redis.RedisError, OSError) as error:
        _be_silent(f"Valkey does not respond: {error}")
        return False
    of_company, of_all = noted
    # Without a note for all, Valkey has lost what it knew, and perhaps the company's note too.
    return of_all is not None and float(replayed) >= max(of_all, of_company or 0.0)


def _be_silent(reason: str) -> None:
    global _silent_until
    with _silence:
        _silent_until = time.monotonic() + SILENT_SECONDS
    logger.warning("%s. Reads go to the database itself for %s s", reason, SILENT_SECONDS)


@contextmanager
def _as_default() -> Iterator[None]:
    """In this thread the replica is the database."""
    primary, replica = connections[DEFAULT_DB_ALIAS], connections[ALIAS]
    replica.alias = DEFAULT_DB_ALIAS  # what rows and transactions know their database by
    connections[DEFAULT_DB_ALIAS] = replica
    _thread.primary = primary
    try:
        yield
    finally:
        del _thread.primary
        connections[DEFAULT_DB_ALIAS] = primary


def _key(database: str) -> str:
    return f"bigledger:written:{database}"


def _member(company_id: UUID | None) -> str:
    return EVERYBODY if company_id is None else company_id.hex


@functools.cache
def _valkey(url: str) -> "redis.Redis":
    timeouts = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0), **timeouts)
