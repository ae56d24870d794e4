"""Which backups are kept: the newest of each of the last days, weeks and months that have one."""

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import NamedTuple


class Keep(NamedTuple):
    """How many days, weeks and months keep their newest backup."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def read_keep(text: str) -> Keep:
    """`7,4,12` as a rule.  Raises ValueError."""
    if not re.fullmatch(r"[0-9]{1,4},[0-9]{1,4},[0-9]{1,4}", text):
        raise ValueError("three numbers: days, weeks and months, such as 7,4,12")
    return Keep(*map(int, text.split(",")))


def kept(moments: Iterable[datetime], keep: Keep) -> set[datetime]:
    """The moments whose backups stay; the newest always does.  All are in one time zone."""
    newest_first = sorted(set(moments), reverse=True)
    found = set(newest_first[:1])
    for count, period in ((keep.daily, _day), (keep.weekly, _week), (keep.monthly, _month)):
        found |= _newest_of_each(newest_first, period, count)
    return found


def _newest_of_each(newest_first: list[datetime], period: Callable[[datetime], Hashable], count: int) -> set[datetime]:
    newest: dict[Hashable, datetime] = {}
    for moment in newest_first:
        newest.setdefault(period(moment), moment)
    return set(list(newest.values())[:count])


def _day(moment: datetime) -> Hashable:
    return moment.date()


def _week(moment: datetime) -> Hashable:
    return moment.isocalendar()[:2]


def _month(moment: datetime) -> Hashable:
    return moment.year, moment.month
