"""What a report is, and what it comes to: one table, which every surface shows.

The API, the page and the files take the same `ReportTable`, so that none can tell another figure than the others.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, overload

from bigledger_crm.kernel.money import quantize, round_half_up, trimmed
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from invoicing.analytics.period import Span
from invoicing.reports.filters import ReportFilters

Kind = Literal["text", "amount", "quantity", "count", "percent", "days", "day"]
Value = str | Decimal | int | date | None
Exact = str | Decimal | date | None
T = TypeVar("T")


@dataclass(frozen=True)
class ReportColumn:
    """A column: the name of its values in rows, its heading, and what kind of values it has.

    An `amount` is money, a `quantity` has the decimals that it has, a `percent` and `days` one; a `count` is whole.
    """

    name: str
    heading: Text
    kind: Kind = "text"

    @property
    def is_number(self) -> bool:
        """Whether its values are figures, which stand at the right."""
        return self.kind not in ("text", "day")

    def exact(self, value: Value, currency: str) -> Exact:
        """A value as the API and files have it: text, a day, or a number with exactly its decimals."""
        if value is None or isinstance(value, str | date):
            return value
        if self.kind == "amount":
            return quantize(Decimal(value), currency)
        if self.kind in ("percent", "days"):
            return round_half_up(Decimal(value), 1)
        return trimmed(Decimal(value))

    def shown(self, value: Value, currency: str) -> str:
        """A value as people read it on the page and in the PDF, amounts without their currency; a dash for None."""
        exact = self.exact(value, currency)
        if exact is None:
            return formatting.NOTHING
        if isinstance(exact, date):
            return formatting.day(exact)
        if isinstance(exact, str):
            return exact
        if self.kind == "amount":
            return formatting.amount(exact, currency)
        text = formatting.with_sign(formatting.number(exact))
        return f"{text}\u00a0%" if self.kind == "percent" else text


@dataclass(frozen=True)
class DrillDown:
    """The rows that make a figure: a list by the name of its URL, under conditions by the names of its filters.

    Or the page of the object `of` that has this public id.
    """

    url_name: str
    conditions: Mapping[str, object] = field(default_factory=dict)
    of: str = ""


@dataclass(frozen=True)
class ReportRow:
    """A row: its values by the columns' names.

    `key` is for programs: an id, a country's code, a month.  `links` are the rows behind its values, by their columns.
    Amounts are in the table's currency unless the row has its own.  `short` is its label on the axis of a chart.
    """

    values: Mapping[str, Value]
    key: str = ""
    links: Mapping[str, DrillDown] = field(default_factory=dict)
    currency: str = ""
    short: Text = ""


class RowsOf(Sequence[ReportRow], Generic[T]):
    """A row of each of `found`, made when it is read: a page shows a hundred of thousands.

    Where `found` are only the first ones, as many as anybody looks at, `count` says how many there are.
    """

    def __init__(self, found: Sequence[T], make: Callable[[T], ReportRow], count: int | None = None) -> None:
        self._found, self._make, self._count = found, make, count

    def __len__(self) -> int:
        return len(self._found) if self._count is None else self._count

    @overload
    def __getitem__(self, place: int) -> ReportRow: ...

    @overload
    def __getitem__(self, place: slice) -> "RowsOf[T]": ...

    def __getitem__(self, place: int | slice) -> "ReportRow | RowsOf[T]":
        """A row, or some, which are made later still."""
        if isinstance(place, slice):
            return RowsOf(self._found[place], self._make)
        return self._make(self._found[place])


@dataclass(frozen=True)
class ReportChart:
    """How the table is drawn: upright bars over time, a ranking of lying bars, or the shares of a whole.

    `label`, `value` and `before` name columns; `before` is a mark of what was before, in `columns` only.
    """

    kind: Literal["columns", "ranking", "shares"]
    title: Text
    label: str
    value: str
    before: str = ""


@dataclass(frozen=True)
class ReportTable:
    """A report as computed; a list of documents has no chart.

    `totals` has a value for each column that can be added up; empty for no row of totals.  Where no row has a currency
    of its own, `in_one_currency` says so without a look at them.
    """

    columns: Sequence[ReportColumn]
    rows: Sequence[ReportRow]
    chart: ReportChart | None
    currency: str
    totals: Mapping[str, Value] = field(default_factory=dict)
    period: Span | None = None
    comparison: Span | None = None
    as_of: date | None = None
    notes: Sequence[Text] = ()
    in_one_currency: bool = False

    def column(self, name: str) -> ReportColumn:
        """The column of this name.  Raises StopIteration."""
        return next(column for column in self.columns if column.name == name)

    @property
    def has_amounts(self) -> bool:
        """Whether any column is money, which needs a currency."""
        return any(column.kind == "amount" for column in self.columns)

    @property
    def chart_is_of_amounts(self) -> bool:
        """Whether the chart, if there is one, draws money."""
        return self.chart is not None and self.column(self.chart.value).kind == "amount"

    @cached_property
    def shared_currency(self) -> str:
        """The currency of all amounts, to be named once; "" where rows differ."""
        if self.in_one_currency:
            return self.currency
        return self.currency if all(row.currency in ("", self.currency) for row in self.rows) else ""

    @property
    def lines(self) -> list[ReportRow]:
        """The rows, and the totals as the last one."""
        return [*self.rows, ReportRow(self.totals)] if self.totals else list(self.rows)

    def exact(self, row: ReportRow) -> list[Exact]:
        """The exact values of a row in the order of the columns."""
        currency = row.currency or self.currency
        return [column.exact(row.values.get(column.name), currency) for column in self.columns]

    def shown(self, row: ReportRow) -> list[str]:
        """The texts of a row in the order of the columns; amounts name their currency where rows differ in it."""
        currency, texts = row.currency or self.currency, []
        for column in self.columns:
            text = column.shown(row.values.get(column.name), currency)
            names = column.kind == "amount" and not self.shared_currency and text != formatting.NOTHING
            texts.append(f"{currency}\u00a0{text}" if names else text)
        return texts


@dataclass(frozen=True)
class Report:
    """A report, declared once for the API, the pages and the files.

    `make` makes the table of what the checked `filters` say; it may raise NotFound for an id that isn't there.
    `fields` are what people call the filters; those of periods are known.
    """

    slug: str
    title: Text
    about: Text
    filters: type[ReportFilters]
    make: Callable[[Actor, Any], ReportTable]
    fields: Sequence[FilterField] = ()

    def compute(self, actor: Actor, given: ReportFilters, *, shown: int | None = None) -> ReportTable:
        """The table, with as many rows as asked for; of others the first ones that are `shown`.  Raises NotFound."""
        limit = given.value("limit")
        given.most = shown if limit is None else limit
        table = self.make(actor, given)
        return table if limit is None else replace(table, rows=table.rows[:limit])
