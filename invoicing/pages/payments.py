"""The pages about payments."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Column
from bigledger_crm.pages.fields import plain_number
from bigledger_crm.pages.forms import FormPage
from bigledger_crm.pages.lists import ListPage
from customers.queries import customer_by_public_id
from invoicing.models import Invoice, Payment
from invoicing.pages.forms import METHODS, PaymentForm
from invoicing.pages.invoices import invoice_href
from invoicing.pages.words import PAYMENT_STATES
from invoicing.queries import invoice_by_public_id, standing_of
from invoicing.services import record_payment


class PaymentList(ListPage):
    """All payments, or one customer's."""

    resource = "payments"
    title = gettext_lazy("Payments")
    sorts = {"date": "payment_date"}
    default_sort = "-date"
    empty_title = gettext_lazy("No payments yet")
    empty_text = gettext_lazy("Payments are recorded on the page of their invoice.")

    def columns(self) -> Sequence[Column]:
        """What the list shows."""
        return (
            Column(_("Invoice"), lambda payment: payment.invoice.invoice_number, "main"),
            Column(_("Customer"), lambda payment: payment.customer.name),
            Column(_("Received on"), lambda payment: payment.payment_date, "day", "date"),
            Column(_("How"), lambda payment: METHODS[payment.payment_method], note=lambda payment: payment.reference),
            Column(_("Status"), lambda payment: PAYMENT_STATES[payment.status], "pill"),
            Column(_("Amount"), lambda payment: payment.amount, "amount"),
        )

    def rows(self, chip: str, search: str) -> QuerySet[Any]:
        """Payments with their invoices."""
        payments = Payment.objects.select_related("invoice", "customer")
        public_id = self.request.GET.get("customer")
        return payments.filter(customer=customer_by_public_id(public_id)) if public_id else payments

    def lead(self) -> str:
        """Whose payments these are."""
        public_id = self.request.GET.get("customer")
        return customer_by_public_id(public_id).name if public_id else ""

    def href(self, row: Payment) -> str:
        """The page of the payment's invoice."""
        return invoice_href(row.invoice.public_id)


class PayInvoice(FormPage):
    """Records a payment, prefilled with what is due."""

    resource = "payments"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def make_form(self, data: Any = None) -> PaymentForm:
        """All that is due, today."""
        today = self.actor.today()
        due = standing_of(self.invoice, today).amount_due
        return PaymentForm(data, initial={"amount": plain_number(due), "payment_date": today})

    def save(self, form: PaymentForm) -> str:
        """Back to the invoice."""
        payment = record_payment(self.actor, self.invoice, form.cleaned_data)
        amount = formats.amount_with_currency(payment.amount, payment.currency)
        self.done(_("%(amount)s is recorded.") % {"amount": amount})
        return invoice_href(self.invoice.public_id)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        invoice = self.invoice
        due = standing_of(invoice, self.actor.today()).amount_due
        return {
            "title": _("Payment of %(number)s") % {"number": invoice.invoice_number},
            "text": _("%(customer)s owes %(amount)s on this invoice.")
            % {"customer": invoice.customer_name, "amount": formats.amount_with_currency(due, invoice.currency)},
            "submit": _("Record payment"),
            "back": invoice_href(invoice.public_id),
        }
