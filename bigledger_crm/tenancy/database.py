"""What the database could not do in time, told apart from what is broken; and time for what takes long."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import Error, InterfaceError, InternalError, OperationalError, connection
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    SerializationFailure,
)

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
    """Lets statements take the time that background work has.  Not inside a transaction that may fail."""
    with connection.cursor() as cursor:
        seconds = settings.DATABASE_LONG_STATEMENT_SECONDS
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{seconds}s"])
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
