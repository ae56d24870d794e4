"""A list as a file: every row that its filters leave, as exact values, a thousand rows at a time."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, NamedTuple, TypeVar

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from bigledger_crm.kernel import money
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import present_scope
from bigledger_crm.web.components import Column, Text

_CHUNK = 1000
# Spreadsheets run a text that begins so as a formula.
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff0b", "\uff0d", "\uff1d", "\uff20")
# Where semicolons or tabs part the cells, a cell of ours is several: each may begin a formula, also in quotes.
_FORMULA_WITHIN = re.compile("([;\t\r\n])(?=[ \"']*[=+\\-@\uff0b\uff0d\uff1d\uff20])")
# A double holds every amount of so many digits exactly.
_EXACT_DIGITS = 15
_LONGEST_CELL = 32_767
BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Texts stay texts.
SHEET_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
Value = str | Decimal | date | datetime | None
T = TypeVar("T")


def as_csv(name: str, columns: Sequence[Column], rows: QuerySet[Any], company: Company) -> HttpResponseBase:
    """The rows as CSV (RFC 4180, UTF-8 with a mark for spreadsheets), sent while it is read."""

    return csv_file(name, headings(columns), lambda row: [values_of(columns, row)], rows, company)


def csv_file(
    name: str,
    heads: Sequence[str],
    lines_of: Callable[[Any], Sequence[Sequence[Value]]],
    rows: QuerySet[Any],
    company: Company,
) -> HttpResponseBase:
    """Rows as CSV, each in as many lines as `lines_of` makes of it."""
    chunks = _chunks(lines_of, rows, company, present_scope())

    def parts() -> Iterator[str]:
        yield BYTE_ORDER_MARK
        yield csv_lines([heads])
        for chunk in chunks:
            yield csv_lines(line for lines in chunk for line in lines)

    response = StreamingHttpResponse(parts(), content_type=CSV)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=f"{name}.csv") or ""
    return response


def as_xlsx(name: str, columns: Sequence[Column], rows: QuerySet[Any], company: Company) -> HttpResponseBase:
    """The rows as a workbook with one sheet; it is written to a file, never held in memory."""
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, **SHEET_OPTIONS}) as book:
        sheet = Sheet(book, headings(columns))
        for chunk in _chunks(lambda row: values_of(columns, row), rows, company, present_scope()):
            for row in chunk:
                sheet.write(row)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)


class Sheet:
    """A sheet of a workbook with headings that stay in sight, filled row by row."""

    def __init__(self, book: Any, heads: Sequence[str], name: str | None = None) -> None:
        self.sheet = book.add_worksheet(name)
        self.days = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        bold = book.add_format({"bold": True})
        self.line = 0
        self.sheet.freeze_panes(1, 0)
        for at, heading in enumerate(heads):
            self.sheet.write_string(0, at, heading, bold)
            self.sheet.set_column(at, at, 18)

    def write(self, row: Sequence[Value]) -> None:
        """A row of values: numbers and days as such, with as many digits as spreadsheets hold exactly."""
        self.line += 1
        for at, value in enumerate(row):
            if isinstance(value, datetime):
                self.sheet.write_datetime(self.line, at, value, self.moments)
            elif isinstance(value, date):
                midnight = datetime(value.year, value.month, value.day)  # noqa: DTZ001
                self.sheet.write_datetime(self.line, at, midnight, self.days)
            elif isinstance(value, Decimal) and len(value.as_tuple().digits) <= _EXACT_DIGITS:
                self.sheet.write_number(self.line, at, value)
            elif value is not None:
                self.sheet.write_string(self.line, at, str(value)[:_LONGEST_CELL])


class FileFormat(NamedTuple):
    """A kind of file that a list can be had as; `write` takes its name, columns, rows and company."""

    label: Text
    write: Callable[[str, Sequence[Column], QuerySet[Any], Company], HttpResponseBase]


FORMATS: dict[str, FileFormat] = {"csv": FileFormat("CSV", as_csv), "xlsx": FileFormat("XLSX", as_xlsx)}


def headings(columns: Sequence[Column]) -> list[str]:
    """The heads of the columns; amounts are followed by their currency."""
    heads = [str(column.label) for column in columns]
    return [*heads, _("Currency")] if _has_amounts(columns) else heads


def values_of(columns: Sequence[Column], row: Any) -> list[Value]:
    """A row's exact values: Decimals in the currency's minor units, days, moments in the time zone that is active."""
    values = [_value(column, row) for column in columns]
    return [*values, row.currency] if _has_amounts(columns) else values


def _has_amounts(columns: Sequence[Column]) -> bool:
    return any(column.kind == "amount" for column in columns)


def _value(column: Column, row: Any) -> Value:
    value = (column.exact or column.value)(row)
    if isinstance(value, datetime):
        return timezone.localtime(value)
    if isinstance(value, Decimal) and column.kind == "amount":
        return money.quantize(value, row.currency)
    if value is None or isinstance(value, Decimal | date):
        return value
    if isinstance(value, int):
        return Decimal(value)
    return str(value.label if column.kind == "badge" else value)


def _chunks(
    make: Callable[[Any], T], rows: QuerySet[Any], company: Company, scope: Callable[[], AbstractContextManager[None]]
) -> Iterator[list[T]]:
    """What `make` makes of rows, chunk by chunk.

    The page's scope is open while a chunk is read, and closed while it is sent.
    """
    # A sent file outlives the page's scope and time zone.
    with long_statements():
        reading = rows.iterator(chunk_size=_CHUNK)
        while True:
            with ExitStack() as inside:
                inside.enter_context(scope())
                inside.enter_context(timezone.override(company.time_zone))
                values = [make(row) for row in islice(reading, _CHUNK)]
            if not values:
                return
            yield values


def _plain(value: Value) -> str:
    """A value in CSV."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return spreadsheet_text(value)


def spreadsheet_text(value: str) -> str:
    """A text in CSV; one that a spreadsheet would run gets an apostrophe."""
    value = _FORMULA_WITHIN.sub(r"\1'", value)
    return f"'{value}" if value.startswith(_STARTS_FORMULA) else value


def csv_lines(rows: Iterable[Sequence[Value]]) -> str:
    """Lines of CSV (RFC 4180) of these values."""
    text = io.StringIO()
    csv.writer(text).writerows([_plain(value) for value in row] for row in rows)
    return text.getvalue()
