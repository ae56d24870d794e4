"""The pages about invoices."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Fact, Total
from bigledger_crm.pages.forms import FormPage
from bigledger_crm.pages.pdf import pdf_response
from bigledger_crm.pages.views import CompanyView
from invoicing.models import Invoice
from invoicing.pages import about
from invoicing.pages.moves import OPEN, invoice_moves
from invoicing.pages.words import INVOICE_NEXT, due_words, invoice_pill
from invoicing.queries import invoice_by_public_id, standing_of
from invoicing.rules import Standing
from invoicing.services import (
    invoice_email,
    invoice_filename,
    invoice_letter,
    invoice_paper,
    issue_invoice,
    send_invoice,
)
from sales.pages.documents import DocumentPage, headline, totals_of
from sales.pages.forms import SendForm
from sales.pages.sending import SendPage
from sales.services import Message


def invoice_href(public_id: str) -> str:
    """The page of an invoice."""
    return reverse("invoicing:invoice", args=[public_id])


class InvoicePage(DocumentPage):
    """One invoice."""

    resource = "invoices"
    added = about.INVOICE

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        invoice = invoice_by_public_id(public_id)
        standing = standing_of(invoice, self.actor.today())
        lines = list(invoice.lines.all())
        return self.show(
            invoice,
            lines,
            number=invoice.invoice_number,
            state=invoice_pill(standing),
            lead=headline(invoice, amount=_to_pay(invoice, standing)),
            next=INVOICE_NEXT.get(standing.status, ""),
            facts=_facts(invoice, standing),
            moves=invoice_moves(invoice, standing, self.actor),
            totals=[*totals_of(invoice, lines), *_open_totals(invoice, standing)],
        )


def _to_pay(invoice: Invoice, standing: Standing) -> str:
    if standing.status not in OPEN:
        return ""
    return _("%(amount)s due") % {"amount": formats.amount_with_currency(standing.amount_due, invoice.currency)}


def _facts(invoice: Invoice, standing: Standing) -> list[Fact]:
    return [
        Fact(_("Purchase order"), invoice.purchase_order),
        Fact(_("Invoice date"), formats.day(invoice.invoice_date)),
        Fact(_("Due"), due_words(invoice, standing), tone="bad" if standing.overdue_by else "neutral"),
        Fact(_("Issued"), formats.moment(invoice.issued_at)),
        Fact(_("Reminders"), _("Yes") if invoice.send_reminders else _("No")),
    ]


def _open_totals(invoice: Invoice, standing: Standing) -> list[Total]:
    if invoice.status != "sent":
        return []
    currency = invoice.currency
    totals = [Total(_("Paid"), formats.amount(invoice.amount_paid, currency))]
    if invoice.amount_credited:
        totals.append(Total(_("Credited"), formats.amount(invoice.amount_credited, currency)))
    to_pay = _("Amount due (%(currency)s)") % {"currency": currency}
    return [*totals, Total(to_pay, formats.amount(standing.amount_due, currency), strong=True)]


class SendInvoice(SendPage):
    """Sends an invoice; a draft is issued by it."""

    resource = "invoices"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To the customer, in the company's words."""
        letter, _language = invoice_letter(self.actor, self.invoice)
        return {"to": self.invoice.customer_email, "subject": letter.subject, "message": letter.body}

    def draft(self, message: Message) -> OutboxEmail:
        """The invoice's mail."""
        return invoice_email(self.actor, self.invoice, message)

    def filename(self) -> str:
        """The invoice's."""
        return invoice_filename(self.invoice)

    def save(self, form: SendForm) -> str:
        """Back to the invoice."""
        _invoice, email = send_invoice(self.actor, self.invoice, self.message(form))
        self.sent(_("The invoice is on its way to %(receivers)s."), email)
        return invoice_href(self.invoice.public_id)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        issues = _("Sending issues the invoice: it counts as receivable and can no longer be changed.")
        return {
            "title": _("Send %(number)s") % {"number": self.invoice.invoice_number},
            "text": issues if self.invoice.status == "draft" else "",
            "submit": _("Send invoice"),
            "back": invoice_href(self.invoice.public_id),
            "paper": reverse("invoicing:invoice-pdf", args=[self.invoice.public_id]),
            "preview": reverse("invoicing:mail-preview", args=[self.invoice.public_id]),
        }


class IssueInvoice(FormPage):
    """Asks before an invoice is issued without mail."""

    resource = "invoices"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in."""
        return forms.Form(data)

    def save(self, form: forms.Form) -> str:
        """Back to the invoice."""
        issue_invoice(self.actor, self.invoice)
        self.done(_("Invoice %(number)s marked as sent") % {"number": self.invoice.invoice_number})
        return invoice_href(self.invoice.public_id)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Mark %(number)s as sent?") % {"number": self.invoice.invoice_number},
            "text": _("It counts as receivable from then on and can no longer be changed. No email is sent."),
            "submit": _("Mark as sent"),
            "back": invoice_href(self.invoice.public_id),
        }


class InvoicePaper(CompanyView):
    """An invoice as PDF."""

    resource = "invoices"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The kept one, or a preview of the draft."""
        paper = invoice_paper(self.actor, invoice_by_public_id(public_id))
        return pdf_response(paper.content, paper.filename)
