"""Pages that cancel an invoice and duplicate it."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web.form_views import ActionView, ConfirmView, ServiceFormView
from invoicing.models import Invoice
from invoicing.pages.invoices import caution_before, invoice_href
from invoicing.queries import invoice_by_public_id
from invoicing.services import (
    cancel_invoice,
    duplicate_invoice,
    issue_invoice,
)
from sales.pages.forms import CreditForm


class InvoiceCancelView(ConfirmView):
    """Cancels an invoice of which nothing is paid."""

    resource = "invoices"
    verb = "cancel"
    asks_why = True
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the invoice."""
        cancel_invoice(self.actor, self.invoice, reason=form.cleaned_data["reason"])
        self.done(_("Invoice %(number)s cancelled") % {"number": self.invoice.invoice_number})
        return invoice_href(self.invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        stays = _("The invoice keeps its number and stays in the list. Its quantities can be invoiced again.")
        owed = _("The customer no longer owes this amount. No email is sent.")
        return {
            "title": _("Cancel %(number)s?") % {"number": self.invoice.invoice_number},
            "text": stays if self.invoice.status == "draft" else f"{owed} {stays}",
            "submit": _("Cancel invoice"),
            "danger": True,
            "back": invoice_href(self.invoice.public_id),
        }


class InvoiceDuplicateView(ActionView):
    """Makes a new draft with the same lines."""

    resource = "invoices"

    def act(self, public_id: str) -> str:
        """To the copy."""
        original = invoice_by_public_id(public_id)
        copy = duplicate_invoice(self.actor, original)
        numbers = {"number": copy.invoice_number, "original": original.invoice_number}
        self.done(_("Draft %(number)s created from %(original)s") % numbers)
        return invoice_href(copy.public_id)

    def back(self, public_id: str) -> str:
        """The invoice."""
        return invoice_href(public_id)


class InvoiceIssueView(ServiceFormView):
    """Asks before an invoice is issued without email."""

    resource = "invoices"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice, and whether it goes over the customer's credit limit."""
        self.invoice = invoice_by_public_id(public_id)
        self.caution = caution_before(self.actor, self.invoice)

    def make_form(self, data: Any = None) -> CreditForm:
        """Whether it may go over the limit, for those who may."""
        asks = bool(self.caution) and OVERRIDE_CREDIT_LIMIT in self.actor.permissions
        return CreditForm(data, may_override=asks)

    def save(self, form: CreditForm) -> str:
        """Back to the invoice."""
        override = form.cleaned_data.get("override_credit_limit", False)
        issue_invoice(self.actor, self.invoice, override_credit_limit=override)
        self.done(_("Invoice %(number)s marked as sent") % {"number": self.invoice.invoice_number})
        return invoice_href(self.invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Mark %(number)s as sent?") % {"number": self.invoice.invoice_number},
            "text": _("It then counts as a receivable, and only its notes can be changed. No email is sent."),
            "submit": _("Mark as sent"),
            "caution": self.caution,
            "back": invoice_href(self.invoice.public_id),
        }
