"""Rows under a row of headings, of any kind of table."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bigledger_crm.imports.files.contents import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    SHOWN_OF_LONG_CELL,
    Cell,
    Contents,
    FileError,
    Row,
)
from bigledger_crm.imports.files.dates import order_shown

LOOKED_THROUGH = 40  # rows for the headings
_EXAMPLES = 3
_EXACT = 2**53  # workbooks keep whole numbers to the last digit as far as this
_TOO_LONG = "The number in column {} has more digits than workbooks keep. Write it as text"
# How files for spreadsheets, ours among them, write what must not run as a formula.
_ESCAPED = re.compile(r"'[=+\-@\t\r]")
# Numbers that can be read in one way only, by the separator of their decimals.
_CLEAR = {
    ".": re.compile(r"[-−]?(\d{1,3}(,\d{3})+\.\d+|\d+\.(\d{1,2}|\d{4,})|0\.\d+|\d{1,3}(,\d{3}){2,})"),
    ",": re.compile(r"[-−]?(\d{1,3}(\.\d{3})+,\d+|\d+,(\d{1,2}|\d{4,})|0,\d+|\d{1,3}(\.\d{3}){2,})"),
}
_UNCLEAR = re.compile(r"[-−]?[1-9]\d{0,2}[.,]\d{3}")


class Table:
    """Reads rows, the headings among them, and keeps what it learns of the file in `contents`."""

    def __init__(self, contents: Contents, wanted_heading_row: int) -> None:
        self.contents = contents
        self.wanted = wanted_heading_row

    def rows(self, lines: Iterable[tuple[int, Sequence[object], str]]) -> Iterator[Row]:
        """The rows below the headings, of all rows with their lines and problems.  Raises FileError."""
        rest = iter(lines)
        head: list[tuple[int, list[Cell], str]] = []
        for line, values, problem in rest:
            head.append((line, _cells(values), problem))
            if len(head) >= max(LOOKED_THROUGH, self.wanted):
                break
        start = self._find_headings(head)
        for line, cells, problem in head[start + 1 :]:
            yield from self._row(line, cells, problem)
        for line, values, problem in rest:
            yield from self._row(line, _cells(values), problem)

    def _find_headings(self, head: list[tuple[int, list[Cell], str]]) -> int:
        if self.wanted:
            places = [place for place, (line, _, _) in enumerate(head) if line >= self.wanted]
        else:
            widest = max((_filled(cells) for _, cells, _ in head), default=0)
            places = [place for place, (_, cells, _) in enumerate(head) if _look_like_headings(cells, widest)]
            places = places or [place for place, (_, cells, _) in enumerate(head) if any(map(_shown, cells))]
        if not places:
            raise FileError("The file has no row with headings")
        start = places[0]
        self.contents.heading_row = head[start][0]
        self.contents.headings = _unique([_shown(cell) for cell in head[start][1]])
        if len(self.contents.headings) > MAX_COLUMNS:
            raise FileError(f"There are more than {MAX_COLUMNS} columns")
        return start

    def _row(self, line: int, cells: list[Cell], problem: str) -> Iterator[Row]:
        """One row, unless it is empty: what is too long is cut, and the row says so."""
        if not any(cell != "" for cell in cells):
            return
        self.contents.row_count += 1
        if self.contents.row_count > MAX_ROWS:
            raise FileError(f"The file has more than {MAX_ROWS} rows. Divide it into several files")
        width = len(self.contents.headings)
        if len(cells) > width:
            problem = problem or f"This row has {len(cells)} cells under {width} headings"
            del cells[MAX_COLUMNS:]
        for place, cell in enumerate(cells):
            if not isinstance(cell, str):
                if abs(cell) > _EXACT:
                    problem = problem or _TOO_LONG.format(place + 1)
                continue
            if len(cell) > MAX_CELL:
                problem = problem or f"The cell in column {place + 1} has more than {MAX_CELL} characters"
                cells[place] = f"{cell[:SHOWN_OF_LONG_CELL]}…"
            else:
                self._learn(place, cell)
                self._learn_date(place, cell)
        yield Row(line, [*cells, *[""] * (width - len(cells))], problem)

    def _learn_date(self, place: int, cell: str) -> None:
        """Keeps the first examples of dates by what they show of the order of day and month."""
        shown = order_shown(cell)
        if shown is None or place >= len(self.contents.headings):
            return
        found = self.contents.dates.setdefault(self.contents.headings[place], {}).setdefault(shown, [])
        if len(found) < _EXAMPLES and cell not in found:
            found.append(cell)

    def _learn(self, place: int, cell: str) -> None:
        """Keeps the first examples of numbers whose decimals can be read in one way only, and in two."""
        if len(cell) > 40 or not cell[-1:].isdigit():
            return
        if place < len(self.contents.headings) and _UNCLEAR.fullmatch(cell):
            self.contents.unclear.setdefault(self.contents.headings[place], cell)
        for separator, clear in _CLEAR.items():
            found = self.contents.decimals.setdefault(separator, [])
            if len(found) < _EXAMPLES and clear.fullmatch(cell):
                found.append(cell)


def _cells(values: Sequence[object]) -> list[Cell]:
    cells = [_cell(value) for value in values]
    while cells and cells[-1] == "":
        cells.pop()
    return cells


def _cell(value: object) -> Cell:
    """A cell as plain as JSON: texts without spaces around them, whole numbers without decimals, ISO dates."""
    if isinstance(value, str):
        text = value.replace("\x00", "").strip()
        return text[1:] if _ESCAPED.match(text) else text
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if not math.isfinite(value):
            return str(value)
        return int(value) if value.is_integer() and abs(value) <= _EXACT else value
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else ""


def _shown(cell: Cell) -> str:
    return " ".join(str(cell).split())[:200]


def _filled(cells: Sequence[Cell]) -> int:
    return sum(cell != "" for cell in cells)


def _look_like_headings(cells: Sequence[Cell], widest: int) -> bool:
    """Whether a row is one of several texts, all different or as many as in any row: a title above a table has one."""
    texts = [_shown(cell).casefold() for cell in cells if cell != ""]
    different = len(set(texts))
    if different < 2 or (different < len(texts) < widest):
        return False
    return all(isinstance(cell, str) for cell in cells)


def _unique(names: list[str]) -> list[str]:
    """Names for all columns: those without one by their number, those of the same name by a number after it."""
    unique: list[str] = []
    taken: set[str] = set()
    for place, name in enumerate(names, start=1):
        plain = name or f"Column {place}"
        found, number = plain, 1
        while found.casefold() in taken:
            number += 1
            found = f"{plain} ({number})"
        taken.add(found.casefold())
        unique.append(found)
    return unique
