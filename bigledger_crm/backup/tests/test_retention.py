from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bigledger_crm.backup.retention import Keep, kept, read_keep

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
MOMENTS = st.lists(st.integers(0, 3 * 365 * 24).map(lambda hours: BEGIN + timedelta(hours=hours)), max_size=40)
KEEPS = st.builds(Keep, st.integers(0, 10), st.integers(0, 10), st.integers(0, 15))


def test_a_year_and_a_half_of_nightly_backups_leave_the_last_week_month_and_year() -> None:
    nights = [datetime(2025, 6, 1, 2, tzinfo=UTC) + timedelta(days=day) for day in range(545)]
    assert [f"{moment:%Y-%m-%d}" for moment in sorted(kept(nights, Keep()), reverse=True)] == [
        # the last seven days, 27 November being a Friday
        *("2026-11-27", "2026-11-26", "2026-11-25", "2026-11-24", "2026-11-23", "2026-11-22", "2026-11-21"),
        # the Sundays of this week and of three before
        *("2026-11-15", "2026-11-08"),
        # the last days of twelve months
        *("2026-10-31", "2026-09-30", "2026-08-31", "2026-07-31", "2026-06-30", "2026-05-31"),
        *("2026-04-30", "2026-03-31", "2026-02-28", "2026-01-31", "2025-12-31"),
    ]


def test_of_several_in_a_day_the_newest_stays() -> None:
    morning, evening = datetime(2026, 11, 27, 8, tzinfo=UTC), datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert kept([morning, evening], Keep()) == {evening}


@given(MOMENTS, KEEPS)
def test_the_newest_always_stays_and_no_more_than_the_rule_says(moments: list[datetime], keep: Keep) -> None:
    found = kept(moments, keep)
    assert found <= set(moments)
    assert len(found) <= max(sum(keep), 1)
    assert not moments or max(moments) in found
    assert kept(found, keep) == found, "what was kept once stays as long as nothing is added"


def test_the_rule_as_it_is_written() -> None:
    assert read_keep("7,4,12") == Keep(7, 4, 12)
    for text in ("", "7", "7,4", "7,4,12,1", "a,b,c", "-1,2,3", "7, 4, 12"):
        with pytest.raises(ValueError, match="three numbers"):
            read_keep(text)
