"""What the page of a customer shows of invoices, payments, and of how the customer buys and pays."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.web import formatting
from bigledger_crm.web.charts import ColumnChart, Point, Ranking, column_chart, ranking
from bigledger_crm.web.components import Column, DetailField, Text
from customers.models import Customer
from customers.pages.customer_tabs import CustomerRowsTabView, CustomerTabView
from invoicing.analytics.sales_reports import last_day, months_until, sales_of_customer
from invoicing.analytics.summary import CustomerSummary, customer_summary
from invoicing.models import Invoice, Payment
from invoicing.pages.dashboard_charts import invoices_where
from invoicing.pages.forms import METHODS
from invoicing.pages.invoices import invoice_href
from invoicing.pages.labels import PAYMENT_STATES, invoice_badge
from invoicing.pages.payments import payment_href, shortened
from invoicing.pages.settlement import credits_of
from invoicing.queries import state_of
from invoicing.queries.settlement import with_allocations

MONTHS = 12
FREQUENCIES: dict[str, Text] = {
    "weekly": gettext_lazy("Every week"),
    "biweekly": gettext_lazy("Every two weeks"),
    "monthly": gettext_lazy("Every month"),
    "quarterly": gettext_lazy("Every quarter"),
    "biannual": gettext_lazy("Twice a year"),
    "yearly": gettext_lazy("Once a year"),
    "none": formatting.NOTHING,
}


class CustomerInvoicesView(CustomerRowsTabView):
    """A customer's invoices."""

    resource = "invoices"
    place, everything = "invoicing:customer-invoices", "invoicing:invoices"
    empty = (gettext_lazy("No invoices yet"), gettext_lazy("Invoices to this customer appear here."))

    def columns(self) -> Sequence[Column]:
        """The columns; the state depends on the company's day."""
        today = self.actor.today()
        return (
            Column(_("Number"), lambda invoice: invoice.invoice_number, "main", note=lambda invoice: invoice.reference),
            Column(_("Status"), lambda invoice: invoice_badge(state_of(invoice, today)), "badge"),
            Column(_("Date"), lambda invoice: invoice.invoice_date, "day"),
            Column(_("Due"), lambda invoice: invoice.due_date, "day"),
            Column(_("Total"), lambda invoice: invoice.total, "amount"),
            Column(_("Amount due"), lambda invoice: invoice.amount_due if invoice.stage == "open" else None, "amount"),
        )

    def rows(self, customer: Customer) -> Any:
        """By date."""
        return Invoice.objects.filter(customer=customer).order_by("-invoice_date", "-id")

    def href(self) -> Callable[[Any], str]:
        """The invoice's page."""
        return lambda invoice: invoice_href(invoice.public_id)


class CustomerPaymentsView(CustomerRowsTabView):
    """A customer's payments, and the credit that is left of them and of credit notes."""

    resource = "payments"
    panel = "invoicing/customer_payments.html"
    place, everything = "invoicing:customer-payments", "invoicing:payments"
    empty = (gettext_lazy("No payments yet"), gettext_lazy("Payments by this customer appear here."))

    def columns(self) -> Sequence[Column]:
        """The columns."""
        return (
            Column(_("Received on"), lambda payment: formatting.day(payment.payment_date), "main"),
            Column(_("Invoices"), shortened),
            Column(
                _("Payment method"),
                lambda payment: METHODS[payment.payment_method],
                note=lambda payment: payment.reference,
            ),
            Column(_("Status"), lambda payment: PAYMENT_STATES[payment.status], "badge"),
            Column(_("Amount"), lambda payment: payment.amount, "amount"),
        )

    def rows(self, customer: Customer) -> Any:
        """By date, with their invoices."""
        payments = with_allocations(Payment.objects.filter(customer=customer).select_related("invoice"))
        return payments.order_by("-payment_date", "-id")

    def href(self) -> Callable[[Any], str]:
        """The payment's page."""
        return lambda payment: payment_href(payment.public_id)

    def fill(self, customer: Customer) -> dict[str, Any]:
        """With the credit, and the ways to receive money and to give credit."""
        credits = credits_of(customer, self.actor)
        total = sum((row.amount for row in credits), Decimal(0))
        is_gone = customer.merged_into_id or customer.anonymised_at
        may_receive = self.actor.may("payments", "write") and not is_gone
        may_credit = self.actor.may("credit-notes", "goodwill") and not is_gone
        return {
            **super().fill(customer),
            "credits": credits,
            "credit_total": formatting.amount_with_currency(total, customer.currency),
            "receive_href": reverse("invoicing:receive-money", args=[customer.public_id]) if may_receive else "",
            "goodwill_href": reverse("invoicing:goodwill", args=[customer.public_id]) if may_credit else "",
        }


class CustomerSummaryView(CustomerTabView):
    """How a customer buys and pays; the overview fetches it, and without a script it is a page of its own."""

    resource = "analytics"
    place, panel = "customers:detail", "invoicing/customer_summary.html"

    def fill(self, customer: Customer) -> dict[str, Any]:
        """Figures, the months and the best products, in the customer's currency."""
        today = self.actor.today()
        summary = customer_summary(customer, self.actor.company, today)
        months = months_until(today, MONTHS)
        sales = sales_of_customer(customer, months)
        return {
            "details": _facts(customer, summary),
            "sales": _chart(customer, sales, months) if any(sales.values()) else None,
            "products": _products(customer, summary) if summary.top_products else None,
        }


def _facts(customer: Customer, summary: CustomerSummary) -> list[DetailField]:
    days, late = summary.average_payment_days, summary.late_payments
    punctual = _("%(on_time)s on time, %(late)s late") % {"on_time": summary.on_time_payments, "late": late}
    return [
        DetailField(
            _("Average invoice incl. tax"),
            formatting.amount_with_currency(summary.average_order_value, customer.currency),
        ),
        DetailField(_("Invoices"), formatting.number(summary.total_invoices)),
        DetailField(_("Orders"), FREQUENCIES[summary.order_frequency]),
        DetailField(
            _("Average time to pay"),
            formatting.NOTHING if days is None else ngettext("%(days)s day", "%(days)s days", days) % {"days": days},
        ),
        DetailField(_("Paid invoices"), punctual),
        DetailField(_("Sales vs previous year"), _growth(summary.sales_growth)),
        DetailField(_("Credit limit used"), formatting.percent(summary.credit_utilization)),
    ]


def _growth(percentage: Decimal | None) -> str:
    if percentage is None:
        return formatting.NOTHING
    return f"+{formatting.percent(percentage)}" if percentage > 0 else formatting.percent(percentage)


def _chart(customer: Customer, sales: dict[Any, Decimal], months: Sequence[Any]) -> ColumnChart:
    points = [
        Point(
            label=formatting.month(month),
            value=sales[month],
            text=formatting.amount_with_currency(sales[month], customer.currency),
            href=invoices_where(customerId=customer.public_id, invoiceDateFrom=month, invoiceDateTo=last_day(month)),
            note=formatting.month_and_year(month),
            tone="info" if month == months[-1] else "neutral",
        )
        for month in months
    ]
    return column_chart(_("Sales by month"), points, formatting.rough_amount, label=_("Month"), value=_("Sales"))


def _products(customer: Customer, summary: CustomerSummary) -> Ranking:
    points = [
        Point(label=product.description, value=product.value, text=formatting.amount(product.value, customer.currency))
        for product in summary.top_products
    ]
    return ranking(_("Top items"), points, label=_("Item"), value=_("Sales"))
