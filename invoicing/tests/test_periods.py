"""Periods of figures, and the time before them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from invoicing.analytics.period import months_between, weeks_until, year_until


@pytest.mark.parametrize("days", [30, 90])
def test_a_period_of_days_in_weeks(days: int) -> None:
    period = weeks_until(date(2024, 3, 1), days)
    assert (period.last - period.first).days == days - 1
    for parts in (period.parts, period.before):
        assert all(following[0] - one[1] == timedelta(days=1) for one, following in pairwise(parts))
        assert [(last - first).days for first, last in parts[1:]] == [6] * (len(parts) - 1)
    assert period.first - period.last_before == timedelta(days=1)
    assert (period.last_before - period.first_before).days == days - 1


def test_a_period_of_months_against_the_year_before() -> None:
    period = year_until(date(2024, 2, 29))
    assert (period.first, period.last, len(period.parts)) == (date(2023, 3, 1), date(2024, 2, 29), 12)
    assert (period.first_before, period.last_before, len(period.before)) == (date(2022, 3, 1), date(2023, 2, 28), 12)
    assert year_until(date(2024, 1, 10)).before[-1] == (date(2023, 1, 1), date(2023, 1, 10))


def test_months_over_the_turn_of_a_year() -> None:
    assert months_between(date(2023, 11, 30), date(2024, 2, 1)) == [
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
        date(2024, 2, 1),
    ]
    assert months_between(date(2024, 2, 29), date(2024, 2, 29)) == [date(2024, 2, 1)]
