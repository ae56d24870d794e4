"""The sales report: what was invoiced and credited, by time, customer, item, tag, owner or country."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, ObjectFilter
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from customers.queries import customer_by_public_id
from invoicing.analytics import ratios
from invoicing.analytics.period import Span
from invoicing.analytics.sales_breakdown import SHIPPING, Sales, SalesGroup, add_up_sales, sales_by
from invoicing.reports.filters import ComparedPeriodFilters, ReportFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, RowsOf, Value
from sales.models import Item

if TYPE_CHECKING:
    from invoicing.reports.periods import Unit

UNITS = ("day", "week", "month", "quarter", "year")
GROUPS: dict[str, Text] = {
    "day": gettext_lazy("Day"),
    "week": gettext_lazy("Week"),
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "year": gettext_lazy("Year"),
    "customer": gettext_lazy("Customer"),
    "item": gettext_lazy("Item"),
    "tag": gettext_lazy("Tag"),
    "owner": gettext_lazy("Owner"),
    "country": gettext_lazy("Country"),
}
_NOTHING: dict[str, Text] = {
    "item": gettext_lazy("Without an item"),
    "tag": gettext_lazy("Without a tag"),
    "owner": gettext_lazy("Without an owner"),
    "country": gettext_lazy("Without a country"),
}
_CODES: dict[str, Text] = {"customer": gettext_lazy("Customer number"), "item": gettext_lazy("Item code")}


class SalesFilters(ComparedPeriodFilters):
    """A period, what a row is, and whose sales."""

    defaults = {**ComparedPeriodFilters.defaults, "groupBy": "month"}
    group_by = ChoiceFilter("", tuple(GROUPS), about="What each row is; `month` by default")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="Sales to this customer only")

    def problems(self) -> dict[str, str]:
        """Besides: no more rows than people read."""
        problems = super().problems()
        if not problems and self.group in UNITS:
            problems |= self.problems_by_part(cast("Unit", self.group))
        return problems

    @property
    def group(self) -> str:
        """One of GROUPS."""
        found: str = self.value("groupBy")
        return found


def customer_of(given: ReportFilters) -> Customer | None:
    """The customer that was asked for, or None for all.  Raises NotFound."""
    wanted = given.value("customerId")
    return customer_by_public_id(wanted) if wanted is not None else None


def documents_behind(span: Span, conditions: Mapping[str, object]) -> tuple[DrillDown, DrillDown]:
    """The invoices and the credit notes of a span that count as sales, under more conditions."""
    invoices = {"show": "issued", "invoiceDateFrom": span[0], "invoiceDateTo": span[1]}
    notes = {"creditNoteDateFrom": span[0], "creditNoteDateTo": span[1]}
    return (
        DrillDown("invoicing:invoices", {**invoices, **conditions}),
        DrillDown("invoicing:credit-notes", {**notes, **conditions}),
    )


def _compute(actor: Actor, given: SalesFilters) -> ReportTable:
    currency, group, before = actor.company.currency, given.group, given.before
    by_time = group in UNITS
    customer = customer_of(given)
    of_customer = {"customerId": customer.public_id} if customer else {}
    most = None if by_time else given.most
    found = sales_by(actor.company, "day" if by_time else group, given.chosen.span, before, customer, most=most)

    def row_of(of: _Row) -> ReportRow:
        label, code, key, short, span, sales, conditions = of
        links = {} if conditions is None else _links(span, sales, {**of_customer, **conditions})
        values = {"group": label, "code": code, **_values(sales, currency)}
        if by_time and _is_uneven(given, span):
            values["growth"] = None
        return ReportRow(values, key, links, short=short)

    rows: Sequence[ReportRow]
    if by_time:
        rows = [row_of(one) for one in _rows_by_time(given, found.groups)]
    else:
        span = given.chosen.span
        rows = RowsOf(found.groups, lambda one: row_of(_row_by_key(group, span, one)), found.count)
    totals: dict[str, Value] = {"group": _("Total"), "code": "", **_values(found.total, currency), "quantity": None}
    return ReportTable(
        _columns(group, given.comparison),
        rows,
        ReportChart(
            "columns" if by_time else "ranking",
            _("Net sales by %(group)s") % {"group": str(GROUPS[group]).lower()},
            "group",
            "net",
            "before" if before and by_time else "",
        ),
        currency,
        totals,
        given.chosen.span,
        before,
        notes=_notes(given),
        in_one_currency=True,
    )


# A row's label, code, key and short label, its days, its sales, and the conditions of its documents.
_Row = tuple[Value, str, str, Text, Span, Sales, Mapping[str, object] | None]


def _rows_by_time(given: SalesFilters, groups: Sequence[SalesGroup]) -> list[_Row]:
    days = {date.fromisoformat(group.key or ""): group.sales for group in groups}
    rows: list[_Row] = []
    for span in given.chosen.parts(cast("Unit", given.group)):
        now = add_up_sales(sales for day, sales in days.items() if span[0] <= day <= span[1])
        earlier = given.chosen.earlier(span, given.comparison) or (date.max, date.min)
        before = add_up_sales(sales for day, sales in days.items() if earlier[0] <= day <= earlier[1]).before
        sales = Sales(now.invoices, now.credit_notes, 0, now.invoiced, now.credited, now.tax, now.quantity, before)
        label, key, short = _TIMES[given.group](span[0])
        rows.append((label, "", key, short, span, sales, {}))
    return rows


def _is_uneven(given: SalesFilters, span: Span) -> bool:
    """Whether a day or week is compared with more days than it has, or fewer: each of the earlier period has a row."""
    earlier = given.chosen.earlier(span, given.comparison)
    return given.group in ("day", "week") and earlier is not None and earlier[1] - earlier[0] != span[1] - span[0]


def _quarter(day: date) -> tuple[str, str, str]:
    number = (day.month + 2) // 3
    label = _("Q%(number)s %(year)s") % {"number": number, "year": day.year}
    return label, f"{day.year}-Q{number}", label


# What the part of a period that begins on a day is called: in the table, for programs, on the axis of the chart.
_TIMES: dict[str, Callable[[date], tuple[Value, str, str]]] = {
    "day": lambda day: (day, day.isoformat(), formatting.short_day(day)),
    "week": lambda day: (day, f"{day:%G-W%V}", formatting.short_day(day)),
    "month": lambda day: (formatting.month_and_year(day), f"{day:%Y-%m}", formatting.month(day)),
    "quarter": _quarter,
    "year": lambda day: (str(day.year), str(day.year), str(day.year)),
}


def _row_by_key(group: str, span: Span, of: SalesGroup) -> _Row:
    label, key, conditions = _named(group, of)
    return label, of.code, key, "", span, of.sales, conditions if of.is_open else None


def _named(group: str, of: SalesGroup) -> tuple[str, str, Mapping[str, object]]:
    """A group's label, its key for programs, and the conditions of its documents."""
    if of.key is None:
        nothing: dict[str, object] = {"tagged": "false"} if group == "tag" else {_FILTERS[group]: "none"}
        return str(_NOTHING.get(group, formatting.NOTHING)), "", nothing
    if of.key == SHIPPING and group == "item":
        return _("Shipping"), SHIPPING, {"itemId": SHIPPING}
    if group == "country":
        return formatting.country(of.key), of.key, {"country": of.key}
    if group == "tag":
        return of.name, of.name, {"tags": of.name}
    key = ids.encode(_PREFIXES[group], UUID(of.key))
    return of.name, key, {_FILTERS[group]: key}


_FILTERS = {"customer": "customerId", "item": "itemId", "owner": "ownerId", "country": "country"}
_PREFIXES = {"customer": Customer.PREFIX, "item": Item.PREFIX, "owner": User.PREFIX}


def _links(span: Span, sales: Sales, conditions: Mapping[str, object]) -> dict[str, DrillDown]:
    invoices, notes = documents_behind(span, conditions)
    links = {"invoices": invoices, "invoiced": invoices} if sales.invoices else {}
    return {**links, "credited": notes} if sales.credit_notes else links


def _values(sales: Sales, currency: str) -> dict[str, Value]:
    net, before = quantize(sales.net, currency), quantize(sales.before, currency)
    return {
        "invoices": sales.invoices,
        "invoiced": sales.invoiced,
        "credited": sales.credited,
        "net": net,
        "tax": sales.tax,
        "total": sales.net + sales.tax,
        "quantity": sales.quantity or None,
        "before": before,
        "growth": ratios.growth(net, before),
    }


def _columns(group: str, comparison: str) -> list[ReportColumn]:
    first = ReportColumn("group", _("Week from") if group == "week" else GROUPS[group])
    if group in ("day", "week"):
        first = ReportColumn("group", first.heading, "day")
    columns: list[Any] = [
        first,
        ReportColumn("code", _CODES[group]) if group in _CODES else None,
        ReportColumn("invoices", _("Invoices"), "count"),
        ReportColumn("quantity", _("Quantity"), "quantity") if group == "item" else None,
        ReportColumn("invoiced", _("Invoiced"), "amount"),
        ReportColumn("credited", _("Credited"), "amount"),
        ReportColumn("net", _("Net sales"), "amount"),
        ReportColumn("tax", _("Tax"), "amount"),
        ReportColumn("total", _("Total incl. tax"), "amount"),
    ]
    if comparison != "none":
        heading = _("Previous year") if comparison == "previous_year" else _("Previous period")
        columns += [ReportColumn("before", heading, "amount"), ReportColumn("growth", _("Change"), "percent")]
    return [column for column in columns if column]


def _notes(given: SalesFilters) -> list[str]:
    group = given.group
    notes = [
        _(
            "Issued invoices less credit notes, each by its own date; cancelled invoices don't count. Invoiced, "
            "credited and net sales are without tax, as is what they are compared with."
        )
    ]
    if group == "tag":
        notes.append(
            _(
                "A document with several tags counts under each of them, and once in the total. Credit notes have the "
                "tags of their invoices."
            )
        )
    if group == "owner":
        notes.append(
            _("Credit notes count for the owner of their invoice, those without an invoice for the customer's.")
        )
    if group == "item":
        notes.append(_("An invoice with several items counts under each of them, and once in the total."))
    if group in UNITS and any(_is_uneven(given, part) for part in given.chosen.parts(cast("Unit", group))):
        notes.append(
            _(
                "The period compared with has more or fewer days than this one: each of its days counts in a row, and "
                "no change is shown where that isn't a day for a day."
            )
        )
    return notes


SALES = Report(
    "sales",
    gettext_lazy("Sales"),
    gettext_lazy("Invoiced and credited, by time, customer, item, tag, owner or country, compared with another period"),
    SalesFilters,
    _compute,
    (
        FilterField("groupBy", gettext_lazy("Group by"), GROUPS),
        FilterField("customerId", gettext_lazy("Customer")),
    ),
)
