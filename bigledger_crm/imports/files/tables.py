"""CSV files and workbooks."""

import csv
import io
import math
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from bigledger_crm.imports.files.contents import MAX_COLUMNS, MAX_ROWS, Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.encodings import decoded
from bigledger_crm.imports.files.markup import MERGED, NO_VALUE, Markup, read_markup
from bigledger_crm.imports.files.rows import LOOKED_THROUGH, Table

DELIMITERS = (",", ";", "\t", "|")
MAX_UNPACKED = 300 * 1024 * 1024
_END = "\0end of the file\0"  # a row after the last one
_MAX_LINES = MAX_ROWS * 4  # with empty ones


def read_csv(content: bytes, options: ReadOptions) -> tuple[Contents, Iterator[Row]]:
    """How a file is read, and its rows.  Raises FileError, while the rows are read too."""
    text, encoding = decoded(content, options.encoding)
    csv.field_size_limit(sys.maxsize)
    delimiter = options.delimiter or _delimiter(text)
    if delimiter not in DELIMITERS:
        raise FileError("Cells must be separated by a comma, a semicolon, a tab or a bar")
    contents = Contents(format="csv", headings=[], encoding=encoding, delimiter=delimiter)
    return contents, Table(contents, options.heading_row).rows(_lines(text, delimiter))


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[object], str]]:
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    line = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, ["?"], f"This row cannot be read: {error}"
        else:
            if row == [_END]:
                return
            if row and row[-1].endswith(_END):  # it was read as a part of the last cell
                row[-1] = row[-1].removesuffix(_END)
                yield line, row, "A quotation mark in this row is not closed, so the rows below were read as part of it"
            else:
                yield line, row, ""
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """What separates the cells: what makes the most rows of equal length, with more than one cell each."""
    sample = "".join(text[:200_000].splitlines(keepends=True)[: LOOKED_THROUGH * 5])

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            lengths = Counter(len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))
        except csv.Error:
            return 0, 0
        lengths.pop(0, None)
        cells, rows = max(lengths.items(), key=lambda pair: (pair[0] > 1, pair[1] * (pair[0] - 1)), default=(1, 0))
        return (rows, cells) if cells > 1 else (0, 0)

    return max(DELIMITERS, key=fit)


def read_workbook(content: bytes, options: ReadOptions, file_format: str) -> tuple[Contents, Iterator[Row]]:
    """The same of a sheet of an XLSX or ODS file; formulas are what they came to last.  Raises FileError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise FileError("This workbook unpacks to more than any table needs")
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
            names = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in workbook.sheets_metadata}
            sheet = _sheet(workbook, [name for name, visible in names.items() if visible], options.sheet)
            _limit(sheet)
            markup = read_markup(archive, sheet.name, file_format, _MAX_LINES)
        contents = Contents(
            format=file_format,
            headings=[],
            sheet=sheet.name,
            sheets=[name for name, visible in names.items() if visible],
            hidden_sheets=[name for name, visible in names.items() if not visible],
        )
        return contents, Table(contents, options.heading_row).rows(_sheet_lines(sheet, markup))
    except (CalamineError, zipfile.BadZipFile, OSError, ValueError, RuntimeError) as error:
        raise FileError(f"This workbook cannot be opened: {' '.join(str(error).split())[:200]}") from None


def _sheet(workbook: CalamineWorkbook, visible: Sequence[str], wanted: str) -> CalamineSheet:
    """The sheet that is wanted, or the first one with rows that can be seen.  Raises FileError."""
    if wanted and wanted not in workbook.sheet_names:
        raise FileError(f"There is no sheet “{wanted[:100]}”")
    for name in [wanted] if wanted else visible:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.total_height:
            return sheet
    raise FileError(f"The sheet “{wanted[:100]}” is empty" if wanted else "This workbook is empty")


def _limit(sheet: CalamineSheet) -> None:
    if sheet.total_height > _MAX_LINES:
        raise FileError(f"The sheet has more than {_MAX_LINES} rows")
    if sheet.total_width > MAX_COLUMNS:
        raise FileError(f"There are more than {MAX_COLUMNS} columns")


def _sheet_lines(sheet: CalamineSheet, markup: Markup) -> Iterator[tuple[int, Sequence[object], str]]:
    """The rows; below the first row of a merged cell nobody can tell what the others say."""
    first = sheet.start[1] if sheet.start else 0  # the library leaves out empty columns before, but no rows
    for line, row in enumerate(sheet.iter_rows(), start=1):
        cells: list[object] = list(row)
        for column in markup.percentages.get(line, ()):
            if first <= column < first + len(cells):
                cells[column - first] = _percentage(cells[column - first])
        formulas = markup.formulas.get(line, {})
        for column, formula in formulas.items():
            if first <= column < first + len(cells):
                cells[column - first] = formula
        yield line, cells, MERGED if line in markup.merged else NO_VALUE if formulas else ""


def _percentage(value: object) -> object:
    """What a workbook shows, as in a CSV file: 10% for 0.1.  A fourth decimal tells three of them from thousands."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return value
    shown = f"{(Decimal(f'{value:.15g}') * 100).normalize():f}"  # as many digits as spreadsheets show
    return f"{shown}{'0' if len(shown.partition('.')[2]) == 3 else ''}%"
