"""Periods of reports in the company's calendar, their parts, and the periods that they are compared with."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from invoicing.analytics.period import DAY, Span

Unit = Literal["day", "week", "month", "quarter", "year"]
PERIODS = (
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "last_30_days",
    "last_90_days",
    "last_365_days",
)
COMPARISONS = ("previous_period", "previous_year", "none")
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class ReportPeriod:
    """Days from `first` through `last`.  The period before is so many `months` earlier, else as many days long."""

    first: date
    last: date
    months: int = 0

    @property
    def span(self) -> Span:
        """The first and the last day."""
        return self.first, self.last

    def parts(self, unit: Unit) -> list[Span]:
        """The days, weeks from Monday, months, quarters or years that it consists of; those at its ends may be cut."""
        starts = [self.first]
        while (following := next_start(starts[-1], unit)) <= self.last:
            starts.append(following)
        return [(start, after - DAY) for start, after in pairwise([*starts, self.last + DAY])]

    def earlier(self, span: Span, comparison: str) -> Span | None:
        """What a span of the period is compared with; None where nothing is.  Parts next to each other stay so.

        An earlier month may lack days: then the span is empty, and its last day the one before its first.
        """
        if comparison == "none":
            return None
        months = 12 if comparison == "previous_year" else self.months
        days = 0 if months else (self.last - self.first).days + 1
        return _moved(span[0], months, days), _moved(span[1] + DAY, months, days) - DAY


def chosen_period(name: str, today: date) -> ReportPeriod:
    """One of PERIODS; this month, quarter and year are those through today."""
    when, _, what = name.partition("_")
    if what.endswith("_days"):
        return ReportPeriod(today - timedelta(days=int(what.removesuffix("_days")) - 1), today)
    months = _MONTHS[what]
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    if when == "this":
        return ReportPeriod(start, today, months)
    return ReportPeriod(months_later(start, -months), start - DAY, months)


def period_between(first: date, last: date) -> ReportPeriod:
    """The days from `first` through `last`; whole months are compared with as many months."""
    end = last + DAY
    whole = first.day == end.day == 1
    return ReportPeriod(first, last, (end.year - first.year) * 12 + end.month - first.month if whole else 0)


def months_later(day: date, months: int) -> date:
    """The same day of another month; the first of the next month where that one is shorter."""
    number = day.year * 12 + day.month - 1 + months
    try:
        return date(number // 12, number % 12 + 1, day.day)
    except ValueError:
        return date((number + 1) // 12, (number + 1) % 12 + 1, 1)


def next_start(day: date, unit: Unit) -> date:
    """The first day after `day` on which a day, week, month, quarter or year begins."""
    if unit == "day":
        return day + DAY
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    months = _MONTHS[unit]
    return months_later(date(day.year, (day.month - 1) // months * months + 1, 1), months)


def _moved(day: date, months: int, days: int) -> date:
    return months_later(day, -months) if months else day - timedelta(days=days)
