"""Dates as files write them, and what they show of whether the day or the month comes first."""

import re
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale

from bigledger_crm.imports.files.contents import Cell

# Whether the day or the month comes first where both are numbers before the year.
DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
ORDERS = (DAY_FIRST, MONTH_FIRST)
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}\S*(?: ?[AaPp][Mm])?(?: .*)?)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})([./-])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_TOGETHER = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
_DAY_AND_NAME = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[ -]*([^\W\d_]+)\.?[ ,-]*(\d{{4}}|\d{{2}}){_TIME}")
_NAME_AND_DAY = re.compile(rf"([^\W\d_]+)\.?[ -]*(\d{{1,2}})(?:st|nd|rd|th)?[ ,-]+(\d{{4}}|\d{{2}}){_TIME}")
_SERIAL = re.compile(r"[1-9]\d{4}(?:\.\d+)?", re.ASCII)
_SERIAL_START = date(1899, 12, 30)  # day 0 of spreadsheets, as they count since 1 March 1900
_FIRST_SERIAL, _LAST_SERIAL = 61, 2_958_465
_LONGEST = 40


def order_shown(cell: str) -> str | None:
    """What a cell shows: DAY_FIRST or MONTH_FIRST, "" where it can be read either way, None if it shows nothing."""
    found = _NUMBERS.fullmatch(cell) if cell[:1].isdigit() and len(cell) <= _LONGEST else None
    if found is None:
        return None
    first, second = int(found[1]), int(found[3])
    if first == second or not (first and second):
        return None
    if first > 12:
        return DAY_FIRST if first <= 31 and second <= 12 else None
    if second > 12:
        return MONTH_FIRST if second <= 31 else None
    return ""


def read_date(cell: Cell, order: str) -> date:
    """The date of a cell.  `order` is one of ORDERS; with "" what can be read in two ways is none.

    Numbers are days as spreadsheets count them, and years of two digits are of this century.  Raises ValueError.
    """
    text = " ".join(str(cell).split())
    if not isinstance(cell, str) or _SERIAL.fullmatch(text):
        return _of_serial(float(text), text)
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(found[1], found[3], found[4], text)
    if found := _TOGETHER.fullmatch(text):
        return _date(found[1], found[2], found[3], text)
    if found := _NUMBERS.fullmatch(text):
        if order_shown(text) == "" and not order:
            raise ValueError(f"“{text}” can be read in two ways: say in the import whether the day comes first")
        if order == MONTH_FIRST or (not order and int(found[3]) > 12):
            return _date(found[4], found[1], found[3], text)
        return _date(found[4], found[3], found[1], text)
    if found := _DAY_AND_NAME.fullmatch(text):
        return _date(found[3], _month(found[2]), found[1], text)
    if found := _NAME_AND_DAY.fullmatch(text):
        return _date(found[3], _month(found[1]), found[2], text)
    raise ValueError(f"“{text[:_LONGEST]}” is not a date")


def _of_serial(days: float, text: str) -> date:
    if not _FIRST_SERIAL <= days <= _LAST_SERIAL:
        raise ValueError(f"“{text[:_LONGEST]}” is not a date")
    return _SERIAL_START + timedelta(days=int(days))


def _date(year: str, month: str, day: str, text: str) -> date:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        raise ValueError(f"“{text[:_LONGEST]}” is not a date in the order of the import") from None


def _month(name: str) -> str:
    return str(_months().get(name.casefold(), 0))


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    found: dict[str, int] = {"sept": 9}
    for language in ("en", "de", "ms", "id", "fr", "es"):
        for width in ("wide", "abbreviated"):
            for number, name in Locale(language).months["format"][width].items():
                found.setdefault(name.casefold().rstrip("."), number)
    return found
