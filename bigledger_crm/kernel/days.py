"""Days as people type them: the day first, or ISO.  `static/js/day-field.js` has the same rule, by the same tests."""

import calendar
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})([./-])(\d{1,2})(?:\2(\d{4}|\d{2})?)?", re.ASCII)
# A month by name can't be taken for a day, so it may stand on either side; a weekday before it has to be right.
_WEEKDAY = r"(?:([a-z]{2,9})[.,]? )?"
_YEAR = r"(?:[ .,-]{1,2}(\d{4}|\d{2}))?"
_DAY_AND_NAME = re.compile(rf"{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[ .-]{{0,2}}([a-z]{{3,9}}){_YEAR}", re.ASCII)
_NAME_AND_DAY = re.compile(rf"{_WEEKDAY}([a-z]{{3,9}})[ .-]{{0,2}}(\d{{1,2}})(?:st|nd|rd|th)?{_YEAR}", re.ASCII)
_SHIFT = re.compile(r"[+-]\d{1,4}", re.ASCII)
_NEAR = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
# English, and Malay where it differs.
_MONTHS: Sequence[tuple[str, ...]] = (
    ("january", "januari"),
    ("february", "februari"),
    ("march", "mac"),
    ("april",),
    ("may", "mei"),
    ("june",),
    ("july", "julai"),
    ("august", "ogos"),
    ("september",),
    ("october", "oktober"),
    ("november",),
    ("december", "disember"),
)
_EARLIEST_YEAR = 1900


def read_day(text: str, today: date) -> date | None:
    """The day that somebody typed; None for what is no day, is no day of the calendar, or has the month first.

    `31/12/2025`, `31.12.25`, `31-12-2025` and `31/12` (of the year of `today`) have the day first, whatever the
    language; two digits of a year are of this century.  `2025-12-31` is ISO.  `31 Dec 2025` and `Dec 31 2025` say the
    month by name, in English or Malay.  `+30`, `-7`, `tomorrow` and `fri`, the next Friday, count from `today`.
    """
    text = " ".join(text.lower().split())
    with suppress(ValueError, OverflowError):
        return _counted(text, today) or _written(text, today)
    return None


def _counted(text: str, today: date) -> date | None:
    if _SHIFT.fullmatch(text):
        return today + timedelta(days=int(text))
    if text in _NEAR:
        return today + timedelta(days=_NEAR[text])
    weekday = _weekday(text)
    return None if weekday is None else today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _written(text: str, today: date) -> date | None:
    if found := _ISO.fullmatch(text) or _CHINESE.fullmatch(text):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return date(_year(found[4], today), int(found[3]), int(found[1]))
    if found := _DAY_AND_NAME.fullmatch(text):
        return _named(found[1], found[2], found[3], found[4], today)
    if found := _NAME_AND_DAY.fullmatch(text):
        return _named(found[1], found[3], found[2], found[4], today)
    return None


def _named(weekday: str | None, day: str, name: str, year: str | None, today: date) -> date | None:
    month = next((at for at, names in enumerate(_MONTHS, 1) if any(one.startswith(name) for one in names)), 0)
    meant = date(_year(year, today), month, int(day))
    return meant if weekday is None or _weekday(weekday) == meant.weekday() else None


def _year(text: str | None, today: date) -> int:
    """Raises ValueError for a year that nobody means."""
    year = int(text) if text else today.year
    if text and len(text) == 2:
        return 2000 + year
    if year < _EARLIEST_YEAR:
        raise ValueError("too early")
    return year


def _weekday(text: str) -> int | None:
    return next((at for at, name in enumerate(_WEEKDAYS) if len(text) >= 2 and name.startswith(text)), None)
