"""What a file says: rows of cells under headings, and how it was read."""

import msgspec

MAX_ROWS = 250_000
MAX_COLUMNS = 200
MAX_CELL = 10_000
SHOWN_OF_LONG_CELL = 100

# As it is in the file; numbers are those of workbooks.
Cell = str | int | float


class FileError(Exception):
    """The file can't be read, for the reason that the exception says."""


class ReadOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody wants a file to be read; what is empty is found out.

    `heading_row` counts from 1.
    """

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    heading_row: int = 0


class Row(msgspec.Struct, array_like=True):
    """A row, with its line in the file, and what is wrong with it as such."""

    line: int
    cells: list[Cell]
    problem: str = ""


class Contents(msgspec.Struct, kw_only=True):
    """How a file was read.  `sheets` are those of a workbook that can be seen, `hidden_sheets` the others.

    `decimals` are examples of numbers that can be read in one way only, by the separator of their decimals; `unclear`
    has, by heading, one that can be read in two ways, unless others or somebody have said how.  `dates`
    has, by heading, examples of dates by what they show: see `dates.order_shown`.
    """

    format: str
    headings: list[str]
    row_count: int = 0
    heading_row: int = 1
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: list[str] = []
    hidden_sheets: list[str] = []
    decimals: dict[str, list[str]] = {}
    unclear: dict[str, str] = {}
    dates: dict[str, dict[str, list[str]]] = {}


class Chunk(msgspec.Struct):
    """Rows on their way out of the process that reads."""

    rows: list[Row]


class Answer(msgspec.Struct):
    """The last that the process says: how the file was read, or why it can't be."""

    contents: Contents | None = None
    error: str = ""
