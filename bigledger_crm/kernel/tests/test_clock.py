"""The clock's offset and the day of a time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.clock import ClockError, read_offset

START = datetime(2024, 1, 15, 1, tzinfo=UTC)


@pytest.mark.parametrize("start", [None, ""])
def test_no_start_is_no_offset(start: str | None) -> None:
    assert read_offset(start, "1700000000", 5.0) == timedelta(0)


@pytest.mark.parametrize("start", ["2024-01-15T09:00:00+08:00", "2024-01-15T01:00:00Z", "2024-01-15T01:00:00+00:00"])
def test_the_offset_runs_from_the_reference_that_processes_share(start: str) -> None:
    began = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    offset = read_offset(start, str(began), 12345.0)
    assert datetime.fromtimestamp(began, UTC) + offset == START
    assert datetime.fromtimestamp(began + 60, UTC) + offset == START + timedelta(seconds=60)


def test_without_a_reference_it_runs_from_the_start_of_the_process() -> None:
    began = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
    assert datetime.fromtimestamp(began, UTC) + read_offset("2024-01-15T01:00:00Z", None, began) == START


@pytest.mark.parametrize(
    ("start", "reference"),
    [
        ("yesterday", None),
        ("2024-01-15T09:00:00", None),
        ("2024-01-15", None),
        ("2024-02-30T00:00:00Z", None),
        ("2024-01-15T09:00:00Z", "soon"),
        ("2024-01-15T09:00:00Z", "nan"),
        ("2024-01-15T09:00:00Z", "inf"),
    ],
)
def test_nonsense_is_refused(start: str, reference: str | None) -> None:
    with pytest.raises(ClockError, match="BIGLEDGER_CLOCK="):
        read_offset(start, reference, 0.0)


@pytest.mark.parametrize(
    ("moment", "zone", "day"),
    [
        (datetime(2023, 12, 31, 15, 59, 59, tzinfo=UTC), "Asia/Kuala_Lumpur", date(2023, 12, 31)),
        (datetime(2023, 12, 31, 16, tzinfo=UTC), "Asia/Kuala_Lumpur", date(2024, 1, 1)),
        (datetime(2024, 1, 1, 4, 30, tzinfo=UTC), "America/New_York", date(2023, 12, 31)),
        (datetime(2024, 1, 1, 10, tzinfo=UTC), "Pacific/Kiritimati", date(2024, 1, 2)),
    ],
)
def test_the_day_is_that_of_the_time_zone(moment: datetime, zone: str, day: date) -> None:
    with clock.travelling(moment):
        assert clock.today(zone) == day


def test_now_is_utc_and_real_unless_shifted() -> None:
    assert clock.now().tzinfo is UTC
    assert not clock.is_shifted()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
