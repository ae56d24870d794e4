"""Reading the text of a query parameter.  Each function returns the value or raises ValueError saying what is meant."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from bigledger_crm.kernel.text import clean_line, fold

MAX_TEXT = 200
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MOMENT = re.compile(r"[0-9-]{10}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})")


def read_number(text: str) -> Decimal:
    """An exact number in ASCII digits, without exponent."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("Must be a number such as 1000.00")
    return Decimal(text)


def read_choice(text: str, allowed: Sequence[str]) -> str:
    """One of a few words."""
    if text not in allowed:
        raise ValueError(f"Must be one of: {', '.join(allowed)}")
    return text


def read_day(text: str, *, closing: bool = False) -> date:
    """A day, YYYY-MM-DD.  One that closes a range may be 29 to 31 in a shorter month, and means its last day."""
    parts = _DAY.fullmatch(text)
    try:
        if parts is None:
            raise ValueError
        year, month, day = (int(part) for part in parts.groups())
        if closing and 1 <= month <= 12 and year and 29 <= day <= 31:
            day = min(day, monthrange(year, month)[1])
        return date(year, month, day)
    except ValueError as error:
        raise ValueError("Must be a date such as 2024-01-15") from error


def read_moment(text: str) -> date | datetime:
    """A whole day, or a moment with its time zone."""
    try:
        return datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else read_day(text)
    except ValueError as error:
        message = "Must be a date such as 2024-01-15, or a date and time such as 2024-01-15T10:30:00Z"
        raise ValueError(message) from error


def read_text(text: str, most: int = MAX_TEXT) -> str:
    """A line of text with at most so many characters."""
    clean = clean_line(text)
    if not clean:
        raise ValueError("Must not be empty")
    if len(clean) > most:
        raise ValueError(f"Must have at most {most} characters")
    return clean


def read_search(text: str) -> str:
    """What to look for, without case and accents."""
    folded = fold(read_text(text))
    if not folded:
        raise ValueError("Must not be empty")
    return folded


def read_tags(text: str) -> list[str]:
    """Several tags, with commas between."""
    tags = [clean_line(tag) for tag in text.split(",")]
    if not all(tags):
        raise ValueError("Must be tags separated by commas, such as retail,vip")
    return tags
