"""Days and amounts as people and spreadsheets write them.  What can be read in two ways is refused."""

import re
from datetime import date, datetime
from decimal import Decimal

from invoicing.bank_files.statement import StatementError, clean, exact_amount, likely_day

DATE_FORMATS = {
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD/MM/YYYY": "%d/%m/%Y",
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD-MM-YYYY": "%d-%m-%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "DD/MM/YY": "%d/%m/%y",
    "MM/DD/YY": "%m/%d/%y",
    "DD MMM YYYY": "%d %b %Y",
    "YYYYMMDD": "%Y%m%d",
}
# Without a format: what begins with the year, or the day before the month.
_GUESSED = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d/%m/%y",
)
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?( ?[AP]M)?Z?$", re.IGNORECASE)
_SIGNS = re.compile(r"^(?P<minus>[-−(]?)(?P<number>[\d.,' \u00a0]+)(?P<after>[-−)]?)(?P<side>CR|DR|C|D)?$", re.ASCII)
likely = likely_day


def read_day(text: str, date_format: str, line: int) -> date:
    """The day of a cell.  Raises StatementError."""
    plain = _TIME.sub("", clean(text, 40))
    formats = (DATE_FORMATS[date_format],) if date_format else _GUESSED
    for one in formats:
        try:
            day = datetime.strptime(plain, one).date()  # noqa: DTZ007 a day has no zone
        except ValueError:
            continue
        return likely_day(day, line, "date")
    wanted = date_format or "a date with its day before its month; name the format in the account's profile"
    raise StatementError(f"“{plain}” is not {wanted}", line, "date")


def read_amount(value: object, separator: str, line: int, column: str) -> Decimal:
    """The amount of a cell; `separator` is that of its decimals.  Raises StatementError."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise StatementError("This is not an amount", line, column)
    if isinstance(value, int | float):  # of a workbook, which keeps binary numbers: what it shows has few decimals
        return exact_amount(f"{Decimal(repr(value)).quantize(Decimal('0.0001')).normalize():f}", line, column)
    plain = re.sub(r"^[A-Z]{2,3}\s*(?=[-−(\d])|\s*[A-Z]{3}$(?<!CR)", "", clean(value, 60).upper().replace("RM", ""))
    found = _SIGNS.match(plain.replace(" ", ""))
    if found is None:
        raise StatementError(f"“{clean(value, 40)}” is not an amount", line, column)
    number = exact_amount(_ungrouped(found["number"], separator, value, line, column), line, column)
    out = bool(found["minus"] or found["after"]) != ((found["side"] or "").startswith("D"))
    return -number if out else number


def _ungrouped(number: str, separator: str, value: str, line: int, column: str) -> str:
    """Without what groups thousands, which must group them, so that no decimal comma is taken for it."""
    grouping = "," if separator == "." else "."
    whole, point, decimals = number.partition(separator)
    if (grouping in whole or "'" in whole) and not re.fullmatch(rf"\d{{1,3}}([{grouping}']\d{{3}})+", whole):
        other = "comma" if separator == "." else "point"
        raise StatementError(
            f"“{clean(value, 40)}” is not an amount; if decimals follow a {other}, say so in the account's profile",
            line,
            column,
        )
    return re.sub(r"[^\d]", "", whole) + (f".{decimals}" if point else "")
