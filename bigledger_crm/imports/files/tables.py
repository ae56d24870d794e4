"""CSV files and workbooks."""

import csv
import io
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from bigledger_crm.imports.files.contents import MAX_COLUMNS, MAX_ROWS, Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.encodings import decoded
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
        contents = Contents(
            format=file_format,
            headings=[],
            sheet=sheet.name,
            sheets=[name for name, visible in names.items() if visible],
            hidden_sheets=[name for name, visible in names.items() if not visible],
        )
        return contents, Table(contents, options.heading_row).rows(_sheet_lines(sheet))
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


def _sheet_lines(sheet: CalamineSheet) -> Iterator[tuple[int, Sequence[object], str]]:
    """The rows; below the first row of a merged cell nobody can tell what the others say."""
    merged = {
        line + 1
        for (first, _), (last, _) in sheet.merged_cell_ranges or ()
        for line in range(first + 1, min(last, _MAX_LINES) + 1)
    }
    start = sheet.start[0] if sheet.start else 0
    for line, row in enumerate(sheet.iter_rows(), start=start + 1):
        yield line, row, "This row is part of a merged cell. Unmerge it and try again" if line in merged else ""
