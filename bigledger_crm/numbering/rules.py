"""Patterns of document numbers, such as `INV-{year}-{number:4}`: what a valid one is, and what it makes."""

import re
from dataclasses import dataclass
from datetime import date

# The kinds that are numbered, each with the setting of the company that has its pattern.
PATTERN_SETTINGS = {
    "quote": "quote_number_pattern",
    "sales_order": "order_number_pattern",
    "invoice": "invoice_number_pattern",
    "credit_note": "credit_note_number_pattern",
    "customer": "customer_number_pattern",
}
MAX_PATTERN = 40
MAX_NUMBER = 40  # characters, of the shortest column that has one
MAX_VALUE = 999_999_999
MAX_WIDTH = 12
_PART = re.compile(r"\{(year|month|number(?::(?:[1-9]|1[0-2]))?)\}")
_LITERAL = re.compile(r"[A-Za-z0-9/._#-]*")
# A revised quote has -R2 after its number.
_LIKE_REVISION = re.compile(r"-R(?:\d|\{number)", re.IGNORECASE)


@dataclass(frozen=True)
class Series:
    """What is counted together: a kind's numbers of a month, of a year (month 0), or all of them (year 0 too)."""

    year: int = 0
    month: int = 0


def check_pattern(kind: str, pattern: str) -> str | None:
    """The errors of the pattern of a kind."""
    parts = _PART.findall(pattern)
    names = [part.partition(":")[0] for part in parts]
    if not pattern or len(pattern) > MAX_PATTERN:
        return f"A pattern has 1 to {MAX_PATTERN} characters"
    if names.count("number") != 1:
        return "The pattern needs {number} once, such as {number:4} for 0001"
    if any(names.count(name) > 1 for name in ("year", "month")):
        return "{year} and {month} can stand in a pattern once"
    if not _LITERAL.fullmatch(_PART.sub("", pattern)):
        return f"Only letters, digits, - / . _ # and {{year}}, {{month}}, {{number}} up to {{number:{MAX_WIDTH}}}"
    if not re.match(r"[A-Za-z0-9{]", pattern):
        return "A number begins with a letter or a digit"
    if kind == "customer" and len(names) > 1:
        return "Customers are numbered without {year} and {month}"
    if "month" in names and "year" not in names:
        return "{month} needs {year}: the same numbers would come again every year"
    if kind == "quote" and _LIKE_REVISION.search(pattern):
        return "-R and a number stand for the revisions of a quote"
    return None if len(number_of(pattern, date.max, MAX_VALUE)) <= MAX_NUMBER else "The numbers would be too long"


def series_of(pattern: str, day: date | None) -> Series:
    """The series that a document of this day is counted in."""
    names = {part.partition(":")[0] for part in _PART.findall(pattern)}
    if day is None or "year" not in names:
        return Series()
    return Series(day.year, day.month if "month" in names else 0)


def around_number(pattern: str, day: date | None) -> tuple[str, int, str]:
    """What stands before and after the counter on this day, and the counter's least width between the two."""
    dated = pattern
    if day is not None:
        dated = pattern.replace("{year}", f"{day.year:04d}").replace("{month}", f"{day.month:02d}")
    found = _PART.search(dated)
    if found is None:
        raise ValueError(f"No counter in {pattern}")
    width = int(found[1].partition(":")[2] or 1)
    return dated[: found.start()], width, dated[found.end() :]


def number_of(pattern: str, day: date | None, value: int) -> str:
    """The number with this value, such as INV-2024-0001."""
    before, width, after = around_number(pattern, day)
    return f"{before}{value:0{width}d}{after}"


def regex_of(pattern: str) -> tuple[str, dict[str, int]]:
    """A regular expression for the numbers that a pattern makes, for PostgreSQL, and which group is which part."""
    written, end = "", 0
    groups: dict[str, int] = {}
    for found in _PART.finditer(pattern):
        name = found[1].partition(":")[0]
        groups[name] = len(groups) + 1
        digits = {"year": "4", "month": "2"}.get(name, "1,9")
        written += re.escape(pattern[end : found.start()]) + f"([0-9]{{{digits}}})"
        end = found.end()
    return f"^{written}{re.escape(pattern[end:])}$", groups
