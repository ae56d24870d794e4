"""The components that Python describes and `templates/components` draws."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.functional import Promise

from bigledger_crm.web import formatting

Text = str | Promise
Tone = Literal["neutral", "info", "firm", "partly", "good", "warn", "bad"]
Kind = Literal["text", "main", "amount", "number", "figure", "day", "moment", "badge"]
# Characters that fit into a column of details in three lines, and of a figure in one.
LONG_LINE = 60
LONG_FIGURE = 13
_CLASSES: dict[Kind, str] = {
    "main": "table-main",
    "amount": "amount",
    "number": "amount",
    "figure": "amount",
    "day": "nowrap",
    "moment": "nowrap",
    "badge": "table-badge",
}


@dataclass(frozen=True)
class StatusBadge:
    """The label of a status, and its tone."""

    label: Text
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Column:
    """A column of a list.  `value` takes a row.

    An amount is in the row's `currency`, a figure is ready to be read, and a badge's value is a StatusBadge.  `sort` is
    the name by which the list sorts on it; `note` is a quiet second line.  People may hide a column that has a `name`;
    an `optional` one is hidden until they ask for it.  `exact` is what goes into files where `value` is for the eye.
    """

    label: Text
    value: Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    note: Callable[[Any], Text | None] | None = None
    name: str = ""
    optional: bool = False
    exact: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Cell:
    """What one cell of a list shows."""

    label: Text
    kind: Kind
    text: Text
    badge: StatusBadge | None = None
    note: Text | None = None
    href: str = ""

    @property
    def css_class(self) -> str:
        """Its class of the style sheets."""
        return _CLASSES.get(self.kind, "")


@dataclass(frozen=True)
class Heading:
    """The head of a column; `sort` is the query parameter of its link, `aria_sort` how the list is sorted by it."""

    label: Text
    kind: Kind
    sort: str = ""
    aria_sort: str = ""
    currency: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a list; `key` is its public id where rows can be chosen."""

    cells: Sequence[Cell]
    key: str = ""


@dataclass(frozen=True)
class Table:
    """A list, ready to be drawn."""

    headings: Sequence[Heading]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Metric:
    """One figure of a dashboard; it leads to the rows that make it."""

    label: Text
    value: str
    href: str = ""
    note: Text = ""
    currency: str = ""
    tone: Tone = "neutral"
    trend: Sequence[Decimal] = ()

    @property
    def is_long(self) -> bool:
        """Whether it is drawn smaller, so that it stays in one line."""
        return len(self.value) > LONG_FIGURE


@dataclass(frozen=True)
class Step:
    """A stage in the life of a sale: its name, the document that it came to, and how far that is."""

    label: Text
    state: Literal["done", "current", "ahead"]
    href: str = ""
    document: Text = ""
    note: Text = ""


@dataclass(frozen=True)
class TimelineEntry:
    """Something on a timeline; `about` names what it happened to where that isn't the page's own object.

    `by_key` where an API key did it and no person.
    """

    at: datetime
    title: Text
    who: str = ""
    by_key: bool = False
    icon: str = ""
    note: str = ""
    tone: Tone = "neutral"
    badge: StatusBadge | None = None
    href: str = ""
    about: str = ""


@dataclass(frozen=True)
class DetailField:
    """A name and its value in a definition list, which leaves out what has no value."""

    label: Text
    value: Text
    href: str = ""
    wide: bool = False
    tone: Tone = "neutral"

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell; a field without a value isn't drawn."""
        return bool(self.value) and self.value != formatting.NOTHING

    @property
    def spans(self) -> bool:
        """Whether it takes a row of its own: a block of text, or one long line."""
        return self.wide or max(map(len, str(self.value).splitlines()), default=0) > LONG_LINE


@dataclass(frozen=True)
class Total:
    """A row of the totals block."""

    label: Text
    value: str
    strong: bool = False


@dataclass(frozen=True)
class Action:
    """A button: a link to a form, or a POST of its own.

    A link to a form page opens in the `dialog`; what is seldom wanted stands under `more`.
    """

    label: Text
    href: Text
    post: bool = False
    primary: bool = False
    danger: bool = False
    dialog: bool = False
    more: bool = False
    icon: str = ""
    fields: dict[str, str] = field(default_factory=dict)


def make_table(
    columns: Sequence[Column],
    rows: Sequence[Any],
    href: Callable[[Any], str],
    sorted_by: str = "",
    keys: Sequence[str] = (),
) -> Table:
    """Draws up a list.  A single currency stands once in the head of its columns, else with each amount.

    `sorted_by` is a column's `sort`, with a minus in front when descending; `keys` are those of rows to choose from.
    """
    currencies = {row.currency for row in rows if getattr(row, "currency", "")}
    shared = currencies.pop() if len(currencies) == 1 else ""
    headings = [_heading(column, sorted_by, shared) for column in columns]
    drawn = [[_cell(column, row, href, shared) for column in columns] for row in rows]
    return Table(headings, [Row(cells, key) for cells, key in zip(drawn, keys or [""] * len(drawn), strict=True)])


def _heading(column: Column, sorted_by: str, currency: str) -> Heading:
    descending = sorted_by == f"-{column.sort}"
    current = column.sort and column.sort in (sorted_by, sorted_by[1:] if descending else sorted_by)
    return Heading(
        label=column.label,
        kind=column.kind,
        sort=f"-{column.sort}" if current and not descending else column.sort,
        aria_sort=("descending" if descending else "ascending") if current else "",
        currency=currency if column.kind == "amount" else "",
    )


def _cell(column: Column, row: Any, href: Callable[[Any], str], shared_currency: str) -> Cell:
    value = column.value(row)
    note = column.note(row) if column.note else None
    if column.kind == "badge":
        return Cell(column.label, "badge", "", badge=value, note=note)
    label = f"{column.label} {shared_currency}".strip() if column.kind == "amount" else column.label
    link = href(row) if column.kind == "main" else ""
    return Cell(label, column.kind, _text(column.kind, value, row, shared_currency), note=note, href=link)


def _text(kind: Kind, value: Any, row: Any, shared_currency: str) -> Text:
    if kind == "amount":
        return (formatting.amount if shared_currency else formatting.amount_with_currency)(value, row.currency)
    if kind == "number":
        return formatting.number(value if value is None else Decimal(value))
    if kind == "day":
        return formatting.day(value)
    if kind == "moment":
        return formatting.moment(value)
    return value or formatting.NOTHING
