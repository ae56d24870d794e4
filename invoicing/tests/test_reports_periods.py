"""Periods of reports: their parts have no gaps, and neither have those that they are compared with."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bigledger_crm.kernel.clock import travelling
from bigledger_crm.tenancy.actor import Actor
from invoicing.reports.filters import ComparedPeriodFilters
from invoicing.reports.periods import PERIODS, ReportPeriod, Unit, chosen_period, period_between

DAY = timedelta(days=1)
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year")
DAYS = st.dates(date(1999, 1, 1), date(2032, 12, 31))
LEAP_DAY = date(2024, 2, 29)


@given(day=DAYS, length=st.integers(0, 800), unit=st.sampled_from(UNITS), name=st.sampled_from(PERIODS))
@example(day=LEAP_DAY, length=0, unit="day", name="this_year")
@example(day=date(2023, 3, 1), length=30, unit="day", name="this_month")
@example(day=date(2024, 12, 31), length=1, unit="week", name="last_year")
def test_parts_follow_each_other_and_so_do_those_before(day: date, length: int, unit: Unit, name: str) -> None:
    for period in (period_between(day, day + timedelta(days=length)), chosen_period(name, day)):
        parts = period.parts(unit)
        assert (parts[0][0], parts[-1][1]) == period.span
        assert all(first <= last for first, last in parts)
        assert all(following[0] - one[1] == DAY for one, following in pairwise(parts))
        for comparison in ("previous_period", "previous_year"):
            before = [period.earlier(part, comparison) or period.span for part in parts]
            whole = period.earlier(period.span, comparison)
            assert whole == (before[0][0], before[-1][1])
            assert all(following[0] - one[1] == DAY for one, following in pairwise(before))
            assert all(last - first >= -DAY for first, last in before)


@pytest.mark.parametrize(
    ("name", "today", "first", "last", "before"),
    [
        ("this_month", LEAP_DAY, date(2024, 2, 1), LEAP_DAY, (date(2024, 1, 1), date(2024, 1, 31))),
        ("this_month", date(2024, 3, 15), date(2024, 3, 1), date(2024, 3, 15), (date(2024, 2, 1), date(2024, 2, 15))),
        ("last_month", date(2024, 3, 31), date(2024, 2, 1), LEAP_DAY, (date(2024, 1, 1), date(2024, 1, 31))),
        ("this_quarter", date(2024, 5, 2), date(2024, 4, 1), date(2024, 5, 2), (date(2024, 1, 1), date(2024, 2, 2))),
        (
            "last_quarter",
            date(2024, 1, 1),
            date(2023, 10, 1),
            date(2023, 12, 31),
            (date(2023, 7, 1), date(2023, 9, 30)),
        ),
        ("this_year", LEAP_DAY, date(2024, 1, 1), LEAP_DAY, (date(2023, 1, 1), date(2023, 2, 28))),
        ("last_year", LEAP_DAY, date(2023, 1, 1), date(2023, 12, 31), (date(2022, 1, 1), date(2022, 12, 31))),
        ("last_30_days", date(2024, 1, 1), date(2023, 12, 3), date(2024, 1, 1), (date(2023, 11, 3), date(2023, 12, 2))),
    ],
)
def test_periods_by_name(name: str, today: date, first: date, last: date, before: tuple[date, date]) -> None:
    period = chosen_period(name, today)
    assert period.span == (first, last)
    assert period.earlier(period.span, "previous_period") == before


def test_whole_months_are_compared_with_as_many_months() -> None:
    assert period_between(date(2024, 2, 1), date(2024, 3, 31)) == ReportPeriod(
        date(2024, 2, 1), date(2024, 3, 31), months=2
    )
    february = period_between(date(2024, 2, 1), LEAP_DAY)
    assert february.earlier(february.span, "previous_year") == (date(2023, 2, 1), date(2023, 2, 28))
    assert february.earlier(february.span, "none") is None
    days = period_between(date(2024, 2, 1), date(2024, 2, 10))
    assert days.earlier(days.span, "previous_period") == (date(2024, 1, 22), date(2024, 1, 31))


def test_today_is_the_company_s(actor: Actor) -> None:
    with travelling(datetime(2024, 2, 29, 17, tzinfo=UTC)):  # one o'clock on 1 March in Kuala Lumpur
        filters = ComparedPeriodFilters({"period": "this_month"}, company=actor.company, today=actor.today())
        assert filters.problems() == {}
        assert filters.chosen.span == (date(2024, 3, 1), date(2024, 3, 1))


@pytest.mark.parametrize(
    ("parameters", "problems"),
    [
        ({"period": "this_week"}, {"period": f"Must be one of: {', '.join(PERIODS)}"}),
        ({"dateFrom": "2024-01-01"}, {"dateTo": "Must be given with dateFrom"}),
        ({"dateTo": "2024-01-01"}, {"dateFrom": "Must be given with dateTo"}),
        ({"dateFrom": "2024-01-02", "dateTo": "2024-01-01"}, {"dateTo": "Must not be before dateFrom"}),
        ({"dateFrom": "0001-01-01", "dateTo": "2024-01-01"}, {"dateFrom": "Must be in the years 1900 to 2999"}),
        (
            {"period": "last_year", "dateFrom": "2024-01-01", "dateTo": "2024-01-31"},
            {"period": "Must not be given with dateFrom and dateTo"},
        ),
    ],
)
def test_wrong_periods_are_named(actor: Actor, parameters: dict[str, str], problems: dict[str, str]) -> None:
    assert ComparedPeriodFilters(parameters, company=actor.company, today=LEAP_DAY).problems() == problems
