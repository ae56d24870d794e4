"""Sending invoices."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from customers.queries import addresses_for
from invoicing.models import Invoice
from invoicing.pages.invoices import caution_before, invoice_href
from invoicing.queries import invoice_by_public_id
from invoicing.services import (
    draft_invoice_email,
    invoice_email_content,
    invoice_filename,
    send_invoice,
)
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm, SendInvoiceForm
from sales.services import EmailOptions


class InvoiceSendView(DocumentSendView):
    """Sends an invoice; a draft is issued by it."""

    resource = "invoices"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice, and whether it goes over the customer's credit limit."""
        self.invoice = invoice_by_public_id(public_id)
        self.caution = caution_before(self.actor, self.invoice)

    def make_form(self, data: Any = None) -> SendInvoiceForm:
        """The email, and for those who may, whether it may go over the limit."""
        asks = bool(self.caution) and OVERRIDE_CREDIT_LIMIT in self.actor.permissions
        return SendInvoiceForm(data, initial=self.initial(data), may_override=asks)

    def defaults(self) -> Mapping[str, Any]:
        """To the customer, in the company's words."""
        content, _language = invoice_email_content(self.actor, self.invoice)
        receivers = ", ".join(addresses_for(self.invoice.customer_id, "invoices"))
        return {"to": receivers, "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The invoice's email."""
        return draft_invoice_email(self.actor, self.invoice, message)

    def filename(self) -> str:
        """The invoice's."""
        return invoice_filename(self.invoice)

    def save(self, form: SendForm) -> str:
        """Back to the invoice."""
        _invoice, email = send_invoice(
            self.actor,
            self.invoice,
            self.message(form),
            override_credit_limit=form.cleaned_data.get("override_credit_limit", False),
        )
        self.sent(_("The invoice is on its way to %(receivers)s."), email)
        return invoice_href(self.invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        issues = _("Sending issues the invoice. It then counts as a receivable, and only its notes can be changed.")
        return {
            "title": _("Send %(number)s") % {"number": self.invoice.invoice_number},
            "text": issues if self.invoice.status == "draft" else "",
            "caution": self.caution,
            "submit": _("Send invoice"),
            "back": invoice_href(self.invoice.public_id),
            "pdf_url": reverse("invoicing:invoice-pdf", args=[self.invoice.public_id]),
            "preview": reverse("invoicing:email-preview", args=[self.invoice.public_id]),
        }
