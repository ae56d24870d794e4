"""The pages about invoices."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Fact, Total
from bigledger_crm.web.form_views import FormPage
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from customers.queries import addresses_for
from invoicing.models import Invoice
from invoicing.pages import about
from invoicing.pages.moves import OPEN, invoice_moves
from invoicing.pages.words import INVOICE_NEXT, due_words, invoice_pill
from invoicing.queries import credit_use_before, invoice_by_public_id, standing_of
from invoicing.rules import Standing, customer_reference
from invoicing.services import (
    invoice_email,
    invoice_filename,
    invoice_letter,
    invoice_paper,
    issue_invoice,
    send_invoice,
)
from sales.pages.credit import credit_caution
from sales.pages.documents import DocumentPage, headline, totals_of
from sales.pages.forms import CreditForm, SendForm, SendInvoiceForm
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
            lead=headline(invoice, invoice.title, amount=_to_pay(invoice, standing)),
            next=INVOICE_NEXT.get(standing.status, ""),
            facts=_facts(invoice, standing),
            moves=invoice_moves(invoice, standing, self.actor),
            totals=[*totals_of(invoice, lines), *_open_totals(invoice, standing)],
            caution=caution_before(self.actor, invoice),
        )


def caution_before(actor: Actor, invoice: Invoice) -> str:
    """What a draft does to the customer's credit limit, for those who may see customers."""
    if invoice.status != "draft" or not actor.may("customers", "read"):
        return ""
    customer = Customer.objects.get(pk=invoice.customer_id)
    if customer.credit_limit is None:
        return ""
    return credit_caution("invoice", customer.name, credit_use_before(invoice, customer), invoice.total)


def _to_pay(invoice: Invoice, standing: Standing) -> str:
    if standing.status not in OPEN:
        return ""
    return _("%(amount)s due") % {"amount": formatting.amount_with_currency(standing.amount_due, invoice.currency)}


def reference_facts(invoice: Invoice) -> list[Fact]:
    """Under which numbers the customer knows the invoice; our order stands among the related documents."""
    order_number = invoice.order.order_number if invoice.order is not None else ""
    return [
        Fact(_("Customer's reference"), customer_reference(invoice.reference, order_number)),
        Fact(_("Purchase order"), invoice.purchase_order),
    ]


def _facts(invoice: Invoice, standing: Standing) -> list[Fact]:
    return [
        *reference_facts(invoice),
        Fact(_("Invoice date"), formatting.day(invoice.invoice_date)),
        Fact(_("Due"), due_words(invoice, standing), tone="bad" if standing.overdue_by else "neutral"),
        Fact(_("Issued"), formatting.moment(invoice.issued_at)),
        Fact(_("Reminders"), _("Yes") if invoice.send_reminders else _("No")),
    ]


def _open_totals(invoice: Invoice, standing: Standing) -> list[Total]:
    if invoice.status != "sent":
        return []
    currency = invoice.currency
    totals = [Total(_("Paid"), formatting.amount(invoice.amount_paid, currency))]
    if invoice.amount_credited:
        totals.append(Total(_("Credited"), formatting.amount(invoice.amount_credited, currency)))
    to_pay = _("Amount due (%(currency)s)") % {"currency": currency}
    return [*totals, Total(to_pay, formatting.amount(standing.amount_due, currency), strong=True)]


class SendInvoice(SendPage):
    """Sends an invoice; a draft is issued by it."""

    resource = "invoices"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice, and whether it goes over the customer's credit limit."""
        self.invoice = invoice_by_public_id(public_id)
        self.caution = caution_before(self.actor, self.invoice)

    def make_form(self, data: Any = None) -> SendInvoiceForm:
        """The mail, and for those who may, whether it may go over the limit."""
        asks = bool(self.caution) and OVERRIDE_CREDIT_LIMIT in self.actor.permissions
        return SendInvoiceForm(data, initial=self.initial(data), may_override=asks)

    def defaults(self) -> Mapping[str, Any]:
        """To the customer, in the company's words."""
        letter, _language = invoice_letter(self.actor, self.invoice)
        receivers = ", ".join(addresses_for(self.invoice.customer_id, "invoices"))
        return {"to": receivers, "subject": letter.subject, "message": letter.body}

    def draft(self, message: Message) -> OutboxEmail:
        """The invoice's mail."""
        return invoice_email(self.actor, self.invoice, message)

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

    def describe(self) -> dict[str, Any]:
        """Texts."""
        issues = _("Sending issues the invoice: it counts as receivable, and only its notes can be changed.")
        return {
            "title": _("Send %(number)s") % {"number": self.invoice.invoice_number},
            "text": issues if self.invoice.status == "draft" else "",
            "caution": self.caution,
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

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Mark %(number)s as sent?") % {"number": self.invoice.invoice_number},
            "text": _("It counts as receivable from then on, and only its notes can be changed. No email is sent."),
            "submit": _("Mark as sent"),
            "caution": self.caution,
            "back": invoice_href(self.invoice.public_id),
        }


class InvoicePaper(CompanyView):
    """An invoice as PDF."""

    resource = "invoices"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The kept one, or a preview of the draft."""
        paper = invoice_paper(self.actor, invoice_by_public_id(public_id))
        return pdf_response(paper.content, paper.filename)
