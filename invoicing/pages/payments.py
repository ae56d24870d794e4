"""The pages about payments."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, FieldError, field_error, first_per_field
from bigledger_crm.tenancy.own_records import may_see
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.form_views import ConfirmView, ServiceFormView
from bigledger_crm.web.notes_and_files import NOTES_AND_FILES_PARTIALS
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.timeline import timeline
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from invoicing.errors import PaymentExceedsAmountDue
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.pages.action_buttons import payment_buttons
from invoicing.pages.forms import METHODS, PaymentForm
from invoicing.pages.invoices import invoice_href
from invoicing.pages.labels import PAYMENT_STATES
from invoicing.pages.related_documents import Sale
from invoicing.pages.settlement import credit_buttons, spent
from invoicing.queries import invoice_by_public_id, payment_by_public_id, state_of
from invoicing.rules import check_payment
from invoicing.services import record_payment, render_receipt_pdf, void_payment


def settled_invoices(payment: Any) -> str:
    """The numbers of the invoices that a payment of `with_allocations` settles; of a voided one that it was for."""
    numbers = [one.invoice.invoice_number for one in payment.standing]
    return ", ".join(numbers) or (payment.invoice.invoice_number if payment.invoice else "")


def shortened(payment: Any) -> str:
    """The first two of them, and how many more."""
    numbers = settled_invoices(payment).split(", ")
    if len(numbers) <= 2:
        return ", ".join(numbers)
    return _("%(numbers)s and %(count)s more") % {"numbers": ", ".join(numbers[:2]), "count": len(numbers) - 2}


def payment_href(public_id: str) -> str:
    """The page of a payment."""
    return reverse("invoicing:payment", args=[public_id])


class PaymentCreateView(ServiceFormView):
    """Records a payment, prefilled with what is due."""

    resource = "payments"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def make_form(self, data: Any = None) -> PaymentForm:
        """All that is due, today."""
        initial = {
            "amount": formatting.amount(self._due(), self.invoice.currency),
            "payment_date": self.actor.today(),
        }
        return PaymentForm(data, currency=self.invoice.currency, initial=initial)

    def save(self, form: PaymentForm) -> str:
        """Back to the invoice."""
        payment = record_payment(self.actor, self.invoice, PaymentInput(**form.cleaned_data))
        amount = formatting.amount_with_currency(payment.amount, payment.currency)
        self.done(_("Payment of %(amount)s recorded") % {"amount": amount})
        return invoice_href(self.invoice.public_id)

    def also_wrong(self, form: PaymentForm) -> list[FieldError]:
        """By the rules, and more than is due."""
        today, values, currency = self.actor.today(), form.cleaned_data, self.invoice.currency
        day, method = values.get("payment_date") or today, values.get("payment_method") or "other"
        billed = self.invoice.invoice_date
        errors = check_payment(values.get("amount"), currency, day, method, invoice_date=billed, today=today)
        if "amount" in values and values["amount"] > self._due():
            errors += field_error("amount", self._too_much())
        return first_per_field(errors)

    def refuse(self, form: PaymentForm, error: DomainError) -> None:
        """Too much is told at the amount."""
        if isinstance(error, PaymentExceedsAmountDue):
            form.add_error("amount", self._too_much())
        else:
            super().refuse(form, error)

    def _due(self) -> Decimal:
        return state_of(self.invoice, self.actor.today()).amount_due

    def _too_much(self) -> str:
        due = formatting.amount_with_currency(self._due(), self.invoice.currency)
        return _("Only %(due)s is due on this invoice") % {"due": due}

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        invoice, due = self.invoice, self._due()
        return {
            "title": _("Record payment for %(number)s") % {"number": invoice.invoice_number},
            "text": _("%(customer)s owes %(amount)s on this invoice.")
            % {"customer": invoice.customer_name, "amount": formatting.amount_with_currency(due, invoice.currency)},
            "submit": _("Record payment"),
            "back": invoice_href(invoice.public_id),
        }


class PaymentDetailView(CompanyView):
    """One payment."""

    resource = "payments"
    partials = NOTES_AND_FILES_PARTIALS

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        payment = payment_by_public_id(public_id)
        return self.page(
            "invoicing/payment.html",
            title=_("Payment of %(amount)s")
            % {"amount": formatting.amount_with_currency(payment.amount, payment.currency)},
            badge=PAYMENT_STATES[payment.status],
            details=[*_payment_facts(payment), *_voiding(payment)],
            actions=[*payment_buttons(payment, self.actor), *credit_buttons(payment, self.actor)],
            settlement=spent(payment, self.actor),
            timeline=timeline(self.request, payment.pk),
            sale=Sale(payment.invoice, self.actor) if payment.invoice is not None else None,
        )


def _payment_facts(payment: Payment) -> list[DetailField]:
    customer = ""
    if may_see(Customer, payment.customer_id):
        customer = reverse("customers:detail", args=[ids.encode(Customer.PREFIX, payment.customer_id)])
    invoice = payment.invoice
    name = payment.customer.name if invoice is None else invoice.customer_name
    return [
        *([DetailField(_("Invoice"), invoice.invoice_number, href=invoice_href(invoice.public_id))] if invoice else []),
        DetailField(_("Customer"), name, href=customer),
        DetailField(_("Received on"), formatting.day(payment.payment_date)),
        DetailField(_("Payment method"), METHODS[payment.payment_method]),
        DetailField(_("Reference"), payment.reference),
        DetailField(_("Account"), payment.account_id),
        *([DetailField(_("Notes"), payment.notes, wide=True)] if payment.notes else []),
    ]


def _voiding(payment: Payment) -> list[DetailField]:
    if payment.voided_at is None:
        return []
    return [
        DetailField(_("Voided"), formatting.moment(payment.voided_at), tone="bad"),
        DetailField(_("Reason for voiding"), payment.void_reason),
    ]


class PaymentVoidView(ConfirmView):
    """Reverses a payment."""

    resource = "payments"
    verb = "void"
    asks_why = True
    payment: Payment

    def prepare(self, public_id: str = "") -> None:
        """The payment."""
        self.payment = payment_by_public_id(public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the payment."""
        void_payment(self.actor, self.payment, reason=form.cleaned_data["reason"])
        self.done(_("Payment voided"))
        return payment_href(self.payment.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        payment = self.payment
        values = {
            "amount": formatting.amount_with_currency(payment.amount, payment.currency),
            "number": payment.invoice.invoice_number if payment.invoice else payment.reference,
        }
        return {
            "title": _("Void the payment of %(amount)s?") % values,
            "text": _("%(amount)s of %(number)s is due again. The payment stays in the list as voided.") % values,
            "submit": _("Void payment"),
            "danger": True,
            "back": payment_href(payment.public_id),
        }


class ReceiptPdfView(CompanyView):
    """What was received, as PDF."""

    resource = "payments"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF."""
        pdf = render_receipt_pdf(self.actor, payment_by_public_id(public_id))
        return pdf_response(pdf.content, pdf.filename)
