"""The products report: which items were sold, how many, for how much and to how many customers."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, ObjectFilter
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.sales_breakdown import SHIPPING, SalesGroup, sales_by
from invoicing.reports.filters import ComparedPeriodFilters
from invoicing.reports.report import Report, ReportChart, ReportColumn, ReportRow, ReportTable, RowsOf, Value
from invoicing.reports.sales import customer_of, documents_behind
from sales.models import Item

ORDERS: dict[str, Text] = {
    "value": gettext_lazy("Net sales"),
    "quantity": gettext_lazy("Quantity"),
    "customers": gettext_lazy("Customers"),
}
_SORTS = {"value": "net", "quantity": "quantity", "customers": "customers"}


class ProductFilters(ComparedPeriodFilters):
    """A period, whose purchases, and what comes first."""

    defaults = {**ComparedPeriodFilters.defaults, "orderBy": "value"}
    order_by = ChoiceFilter("", tuple(ORDERS), about="What the items with most of come first; `value` by default")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="What this customer bought only")

    @property
    def order(self) -> str:
        """One of ORDERS."""
        found: str = self.value("orderBy")
        return found


def _compute(actor: Actor, given: ProductFilters) -> ReportTable:
    currency, before, customer = actor.company.currency, given.before, customer_of(given)
    counted = None if given.most is None or given.order == "customers" else (given.order, given.most)
    found = sales_by(actor.company, "item", given.chosen.span, before, customer, with_customers=True, counted=counted)
    groups = [group for group in found.groups if group.key not in (None, SHIPPING)]
    groups.sort(key=lambda group: -getattr(group.sales, _SORTS[given.order]))
    sold = sum((group.sales.net for group in groups), ZERO)
    bought = sum((group.sales.before for group in groups), ZERO)

    def row_of(group: SalesGroup) -> ReportRow:
        sales = group.sales
        key = ids.encode(Item.PREFIX, UUID(group.key or ""))
        net, earlier = quantize(sales.net, currency), quantize(sales.before, currency)
        invoices, credit_notes = documents_behind(
            given.chosen.span, {"itemId": key, **({"customerId": customer.public_id} if customer else {})}
        )
        values: dict[str, Value] = {
            "item": group.name,
            "code": group.code,
            "quantity": sales.quantity,
            "customers": sales.customers,
            "invoiced": sales.invoiced,
            "credited": sales.credited,
            "net": net,
            "share": ratios.percentage(sales.net, sold) if sold > 0 else None,
            "before": earlier,
            "growth": ratios.growth(net, earlier),
        }
        links = {"invoiced": invoices} if sales.invoices else {}
        return ReportRow(values, key, {**links, "credited": credit_notes} if sales.credit_notes else links)

    net, earlier = quantize(sold, currency), quantize(bought, currency)
    totals: dict[str, Value] = {
        "item": _("Total"),
        "code": "",
        "invoiced": sum((group.sales.invoiced for group in groups), ZERO),
        "credited": sum((group.sales.credited for group in groups), ZERO),
        "net": net,
        "before": earlier,
        "growth": ratios.growth(net, earlier),
    }
    chart = ReportChart("ranking", _("Products"), "item", _SORTS[given.order])
    notes = [
        _("Lines with an item of issued invoices, less those of credit notes, without tax. Shipping isn't an item.")
    ]
    return ReportTable(
        _columns(given.comparison),
        RowsOf(groups, row_of),
        chart,
        currency,
        totals,
        given.chosen.span,
        before,
        notes=notes,
        in_one_currency=True,
    )


def _columns(comparison: str) -> list[ReportColumn]:
    columns = [
        ReportColumn("item", _("Item")),
        ReportColumn("code", _("Item code")),
        ReportColumn("quantity", _("Quantity"), "quantity"),
        ReportColumn("customers", _("Customers"), "count"),
        ReportColumn("invoiced", _("Invoiced"), "amount"),
        ReportColumn("credited", _("Credited"), "amount"),
        ReportColumn("net", _("Net sales"), "amount"),
        ReportColumn("share", _("Share"), "percent"),
    ]
    if comparison == "none":
        return columns
    heading = _("Previous year") if comparison == "previous_year" else _("Previous period")
    return [*columns, ReportColumn("before", heading, "amount"), ReportColumn("growth", _("Change"), "percent")]


PRODUCTS = Report(
    "products",
    gettext_lazy("Products"),
    gettext_lazy("Items by net sales, quantity and number of customers"),
    ProductFilters,
    _compute,
    (
        FilterField("orderBy", gettext_lazy("Order by"), ORDERS),
        FilterField("customerId", gettext_lazy("Customer")),
    ),
)
