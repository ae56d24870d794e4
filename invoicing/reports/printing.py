"""How the table of a report fits its paper: the widths of its columns, the size of its type, and which way it lies."""

from collections.abc import Sequence
from dataclasses import dataclass

from bigledger_crm.documents import measures
from bigledger_crm.web.components import Text
from invoicing.reports.report import ReportColumn

SIZE, LEAST_SIZE = 8.0, 3.0  # of the type, in points
_HEAD = 0.94  # size of the headings, of that of the rows
_UPRIGHT, _ACROSS = measures.PAGE, 688.0  # points between the margins of A4, and of Letter, which is shorter
_GAP = 7.0  # between columns
_TEXT = 110.0  # what a text gets at least, if it is as long
_MOST_UPRIGHT = 6  # columns; more look better on paper that lies across


@dataclass(frozen=True)
class PrintedColumn:
    """A column as it is printed: `width` in points, without the gap to its left; 0 for what is left."""

    heading: Text
    css_class: str
    width: float


@dataclass(frozen=True)
class PrintedTable:
    """What the template prints of a table: its columns, the `size` of its type, and whether the paper lies across."""

    columns: Sequence[PrintedColumn]
    size: float
    across: bool


def lay_out(
    columns: Sequence[ReportColumn], rows: Sequence[Sequence[str]], totals: Sequence[Sequence[str]]
) -> PrintedTable:
    """Figures and days stay on one line, for which the type gets smaller; texts get the room that these leave."""
    wide = [
        max(_heading(column), _widest(rows, place), _widest(totals, place, bold=True))
        for place, column in enumerate(columns)
    ]
    least = [min(each, _TEXT) if column.kind == "text" else each for column, each in zip(columns, wide, strict=True)]
    gaps = _GAP * (len(columns) - 1)
    across = len(columns) > _MOST_UPRIGHT or sum(least) + gaps > _UPRIGHT
    room = (_ACROSS if across else _UPRIGHT) - gaps
    scale = max(LEAST_SIZE / SIZE, min(1.0, room / sum(least)))
    widths = _spread([each * scale for each in least], [each * scale for each in wide], room)
    printed = [
        PrintedColumn(column.heading, _css_class(column), width if place else 0)
        for place, (column, width) in enumerate(zip(columns, widths, strict=True))
    ]
    return PrintedTable(printed, SIZE * scale, across)


def _heading(column: ReportColumn) -> float:
    """The width of the longest word of a heading, which may take several lines."""
    return max((measures.width(word, SIZE * _HEAD) for word in str(column.heading).split()), default=0.0)


def _widest(rows: Sequence[Sequence[str]], place: int, *, bold: bool = False) -> float:
    return max((measures.width(row[place], SIZE, bold=bold) for row in rows), default=0.0)


def _spread(least: Sequence[float], wide: Sequence[float], room: float) -> list[float]:
    """The widths of columns: what is left goes to texts that are longer, and then to all alike."""
    left = max(room - sum(least), 0.0)
    longer = sum(wide) - sum(least)
    share = min(1.0, left / longer) if longer else 0.0
    widths = [some + (more - some) * share for some, more in zip(least, wide, strict=True)]
    return [width + max(room - sum(widths), 0.0) / len(widths) for width in widths]


def _css_class(column: ReportColumn) -> str:
    return "number" if column.is_number else column.kind
