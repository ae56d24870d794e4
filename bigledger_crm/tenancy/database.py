"""What the database could not do in time, told apart from what is broken; and time for what takes long."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from django.conf import settings
from django.db import Error, InterfaceError, InternalError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    SerializationFailure,
)

from bigledger_crm import database_timeouts, pooler

_IN_EACH_OTHERS_WAY = (DeadlockDetected, LockNotAvailable, SerializationFailure)


def is_busy(error: BaseException | None) -> bool:
    """Whether somebody else held for too long what this one wanted to change: the same again can succeed."""
    return isinstance(error, Error) and isinstance(error.__cause__, _IN_EACH_OTHERS_WAY)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database doesn't answer, or not in the time that a statement has."""
    if isinstance(error, InternalError):
        return isinstance(error.__cause__, IdleInTransactionSessionTimeout)
    return isinstance(error, OperationalError | InterfaceError)


@contextmanager
def long_statements() -> Iterator[None]:
    """Lets statements take the time that background work has.  Not inside a transaction that may fail.

    Through a pooler a request does all of it in one transaction: what a session is told, the next one gets too.
    """
    if pooler.is_pooled():
        with _long_transaction() if database_timeouts.serves_requests() else nullcontext():
            yield
        return
    _set("statement_timeout", settings.DATABASE_LONG_STATEMENT_SECONDS, is_local=False)
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")


@contextmanager
def _long_transaction() -> Iterator[None]:
    with transaction.atomic():
        timeouts = database_timeouts.of_background()
        _set("statement_timeout", timeouts.statement, is_local=True)
        _set("idle_in_transaction_session_timeout", timeouts.idle, is_local=True)
        yield


def _set(name: str, seconds: int, *, is_local: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, %s)", [name, f"{seconds}s", is_local])


@contextmanager
def connection_of_its_own() -> Iterator[BaseDatabaseWrapper]:
    """Another connection to the database, past any pooler: what holds on to its session doesn't hold up others."""
    own = connection.copy()
    own.settings_dict = {**own.settings_dict, **(settings.DATABASE_DIRECT or {})}
    try:
        yield own
    finally:
        own.close()
