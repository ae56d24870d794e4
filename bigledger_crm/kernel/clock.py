"""The one clock of the product.

Every process and every business date asks here, never the database's `now()`.  BIGLEDGER_CLOCK names a moment at
which the clock starts, for rehearsals; from there it runs on at the normal pace.  BIGLEDGER_CLOCK_REFERENCE (seconds
since the epoch) says when it was started, so that several processes share it.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


class ClockError(ValueError):
    """BIGLEDGER_CLOCK is not a moment with a time zone."""


def read_offset(start: str | None, reference: str | None, process_start: float) -> timedelta:
    """How far the clock stands from real time; zero without a start.

    Raises ClockError when `start` isn't ISO 8601 with an offset or `reference` isn't a number of seconds.
    """
    if not start:
        return timedelta(0)
    try:
        moment = datetime.fromisoformat(start)
        began = datetime.fromtimestamp(float(reference) if reference else process_start, UTC)
    except (ValueError, OverflowError) as error:
        message = f"BIGLEDGER_CLOCK={start!r} is not a date and time such as 2024-01-15T09:00:00+08:00"
        raise ClockError(message) from error
    if moment.tzinfo is None:
        raise ClockError(f"BIGLEDGER_CLOCK={start!r} needs an offset, such as +08:00")
    return moment - began


_OFFSET = read_offset(os.environ.get("BIGLEDGER_CLOCK"), os.environ.get("BIGLEDGER_CLOCK_REFERENCE"), time.time())
_travelled: ContextVar[timedelta] = ContextVar("travelled", default=timedelta(0))


def is_shifted() -> bool:
    """Whether the clock was set by BIGLEDGER_CLOCK."""
    return timedelta(0) != _OFFSET


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC) + _OFFSET + _travelled.get()


@contextmanager
def travelling(moment: datetime) -> Iterator[None]:
    """Lets this thread's clock start at `moment`; for the demo's history and for tests only."""
    token = _travelled.set(moment - datetime.now(UTC) - _OFFSET)
    try:
        yield
    finally:
        _travelled.reset(token)


def today(time_zone: str) -> date:
    """The present day in a time zone, by its IANA name."""
    return day_of(now(), time_zone)


def day_of(moment: datetime, time_zone: str) -> date:
    """The day of a moment in a time zone, by its IANA name."""
    return moment.astimezone(ZoneInfo(time_zone)).date()
