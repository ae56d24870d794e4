"""A time that figures and charts are about, in parts that a chart has columns for, and the time before it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from bigledger_crm.kernel.money import ZERO

Span = tuple[date, date]
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Days from `first` through `last`; `parts` are its spans, `before` is as long a time that ends the day before.

    The parts of `before` are as many: each is compared with the one in its place.
    """

    first: date
    last: date
    parts: tuple[Span, ...]
    before: tuple[Span, ...]

    @property
    def first_before(self) -> date:
        """The first day of the time before."""
        return self.before[0][0]

    @property
    def last_before(self) -> date:
        """The last day of the time before."""
        return self.before[-1][1]


def weeks_until(today: date, days: int) -> Period:
    """So many days that end today, in weeks; the first one may be shorter."""
    first = today - timedelta(days=days - 1)
    parts = []
    end = today
    while end >= first:
        start = max(end - WEEK + DAY, first)
        parts.append((start, end))
        end = start - DAY
    parts.reverse()
    shift = timedelta(days=days)
    return Period(first, today, tuple(parts), tuple((start - shift, end - shift) for start, end in parts))


def year_until(today: date) -> Period:
    """Twelve months of the calendar, this one through today, against the same months of the year before.

    The month of today is compared with as many of its days.
    """
    number = today.year * 12 + today.month - 1
    starts = [date(month // 12, month % 12 + 1, 1) for month in range(number - 23, number + 2)]
    spans = [(start, following - DAY) for start, following in pairwise(starts)]
    same_day = min(today.day, spans[11][1].day)
    before = [*spans[:11], (spans[11][0], spans[11][0].replace(day=same_day))]
    now = [*spans[12:23], (spans[23][0], today)]
    return Period(now[0][0], today, tuple(now), tuple(before))


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months from that of `first` through that of `last`."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in numbers]


def add_up(values: Mapping[date, Decimal], span: Span) -> Decimal:
    """The sum of the days of a span."""
    return sum((value for day, value in values.items() if span[0] <= day <= span[1]), ZERO)
