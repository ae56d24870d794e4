"""The report on payments: how long customers take to pay."""

from collections.abc import Callable, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, ObjectFilter
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.payment_behaviour import HABIT, Payer, PaymentBehaviour, Payments, payment_behaviour
from invoicing.analytics.period import Span
from invoicing.analytics.sales_reports import last_day
from invoicing.reports.filters import PeriodFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, RowsOf, Value
from invoicing.reports.sales import customer_of

GROUPS: dict[str, Text] = {
    "customer": gettext_lazy("Customer"),
    "month": gettext_lazy("Month"),
    "days": gettext_lazy("Days to pay"),
}
ORDERS: dict[str, Text] = {"latest": gettext_lazy("Latest first"), "earliest": gettext_lazy("Earliest first")}
BAND_LABELS: dict[str, Text] = {
    "0-7": gettext_lazy("Up to 7 days"),
    "8-14": gettext_lazy("8–14 days"),
    "15-30": gettext_lazy("15–30 days"),
    "31-45": gettext_lazy("31–45 days"),
    "46-60": gettext_lazy("46–60 days"),
    "61-90": gettext_lazy("61–90 days"),
    "91+": gettext_lazy("Over 90 days"),
}


class PaymentBehaviourFilters(PeriodFilters):
    """A period, what a row is, whose payments, and which customers come first."""

    defaults = {"period": "this_year", "groupBy": "customer", "orderBy": "latest"}
    group_by = ChoiceFilter("", tuple(GROUPS), about="What each row is; `customer` by default")
    order_by = ChoiceFilter("", tuple(ORDERS), about="Which customers come first; `latest` by default")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="Invoices of this customer only")

    def problems(self) -> dict[str, str]:
        """Besides: no more rows than people read."""
        problems = super().problems()
        if not problems and self.value("groupBy") == "month":
            problems |= self.problems_by_part("month")
        return problems


def _compute(actor: Actor, given: PaymentBehaviourFilters) -> ReportTable:
    customer = customer_of(given)
    found = payment_behaviour(
        actor.company,
        *given.chosen.span,
        customer=customer.pk if customer else None,
        earliest_first=given.value("orderBy") == "earliest",
        most=given.most,
    )
    group, heading = given.value("groupBy"), GROUPS[given.value("groupBy")]
    of_customer: dict[str, object] = {"customerId": customer.public_id} if customer else {}
    tables: dict[str, Callable[[], Sequence[ReportRow]]] = {
        "days": lambda: _bands(found, of_customer),
        "month": lambda: _months(found, of_customer),
        "customer": lambda: _payers(found),
    }
    rows = tables[group]()
    columns = [ReportColumn("group", heading)]
    if group == "customer":
        columns.append(ReportColumn("number", _("Customer number")))
    columns.append(ReportColumn("invoices", _("Invoices"), "count"))
    if group == "days":
        columns.append(ReportColumn("share", _("Share"), "percent"))
    else:
        columns += _measures()
    value = {"days": "invoices", "month": "median_days", "customer": "median_late"}[group]
    return ReportTable(
        columns,
        rows,
        ReportChart(
            "ranking" if group == "customer" else "columns",
            _("Paid invoices") if group == "days" else next(one.heading for one in columns if one.name == value),
            "group",
            value,
        ),
        actor.company.currency,
        {"group": _("Total"), "number": "", "share": None, **_values(found.total)},
        given.chosen.span,
        notes=_notes(group),
        in_one_currency=True,
    )


def _payers(found: PaymentBehaviour) -> Sequence[ReportRow]:
    def row_of(payer: Payer) -> ReportRow:
        key = ids.encode(Customer.PREFIX, payer.key)
        values: dict[str, Value] = {"group": payer.name, "number": payer.number, **_values(payer.payments)}
        links = _behind((found.first, found.last), {"customerId": key}) if payer.is_open else {}
        return ReportRow(values, key, links)

    return RowsOf(found.customers, row_of, found.count)


def _behind(span: Span, conditions: Mapping[str, object]) -> dict[str, DrillDown]:
    """The paid invoices whose last payment is dated in the span."""
    days = {"lastPaymentDateFrom": span[0], "lastPaymentDateTo": span[1]}
    return {"invoices": DrillDown("invoicing:invoices", {"show": "paid", **days, **conditions})}


def _months(found: PaymentBehaviour, of_customer: Mapping[str, object]) -> list[ReportRow]:
    return [
        ReportRow(
            {"group": formatting.month_and_year(month), **_values(payments)},
            f"{month:%Y-%m}",
            _behind((max(month, found.first), min(last_day(month), found.last)), of_customer)
            if payments.invoices
            else {},
            short=formatting.month(month),
        )
        for month, payments in found.months.items()
    ]


def _bands(found: PaymentBehaviour, of_customer: Mapping[str, object]) -> list[ReportRow]:
    total, rows = found.total, []
    for (band, label), count in zip(BAND_LABELS.items(), total.bands, strict=True):
        values: dict[str, Value] = {
            "group": str(label),
            "invoices": count,
            "share": ratios.percentage(count, total.invoices),
        }
        behind = _behind((found.first, found.last), {"daysToPay": band, **of_customer}) if count else {}
        rows.append(ReportRow(values, band, behind, short=band.replace("-", "–")))
    return rows if total.invoices else []


def _values(payments: Payments) -> dict[str, Value]:
    return {
        "invoices": payments.invoices,
        "on_time_share": payments.on_time_share,
        "mean_days": payments.mean_days,
        "median_days": payments.median_days,
        "mean_late": payments.mean_late,
        "median_late": payments.median_late,
    }


def _measures() -> list[ReportColumn]:
    return [
        ReportColumn("on_time_share", _("Paid on time"), "percent"),
        ReportColumn("mean_days", _("Days to pay, mean"), "days"),
        ReportColumn("median_days", _("Days to pay, median"), "days"),
        ReportColumn("mean_late", _("Days late, mean"), "days"),
        ReportColumn("median_late", _("Days late, median"), "days"),
    ]


def _notes(group: str) -> list[str]:
    notes = [
        _(
            "Invoices that are paid and whose last payment is dated in the period. Days to pay are counted from the "
            "invoice date, days late from the due date: below 0 is early."
        )
    ]
    if group == "customer":
        notes.append(_("Customers with fewer than %(count)s paid invoices come last.") % {"count": HABIT})
    return notes


PAYMENT_BEHAVIOUR = Report(
    "payment-behaviour",
    gettext_lazy("Payment behaviour"),
    gettext_lazy("How long customers take to pay, who pays late, and how that changes"),
    PaymentBehaviourFilters,
    _compute,
    (
        FilterField("groupBy", gettext_lazy("Group by"), GROUPS),
        FilterField("orderBy", gettext_lazy("Order by"), ORDERS),
        FilterField("customerId", gettext_lazy("Customer")),
    ),
)
