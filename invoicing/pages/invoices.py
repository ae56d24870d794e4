"""The pages about invoices."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.documents.qr_codes import qr_data_uri
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField, Total
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.pages import notes_and_files
from invoicing.pages.action_buttons import OPEN, invoice_buttons
from invoicing.pages.einvoice_panel import panel_of
from invoicing.pages.labels import INVOICE_NEXT, due_text, invoice_badge
from invoicing.pages.settlement import settled_by
from invoicing.queries import credit_use_before, invoice_by_public_id, invoice_with_customer, state_of
from invoicing.rules import InvoiceState, customer_reference
from invoicing.rules.payment_references import grouped_reference
from invoicing.services import qr_of, render_invoice_pdf
from sales.pages.credit_caution import credit_caution
from sales.pages.document_pages import DocumentView, headline, totals_of


def invoice_href(public_id: str) -> str:
    """The page of an invoice."""
    return reverse("invoicing:invoice", args=[public_id])


class InvoiceDetailView(DocumentView):
    """One invoice."""

    template = "invoicing/invoice.html"
    resource = "invoices"
    added = notes_and_files.INVOICE
    owner_page = "invoicing:invoice-owner"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        invoice = invoice_with_customer(public_id)
        state = state_of(invoice, self.actor.today())
        lines = list(invoice.lines.all())
        einvoice = panel_of(invoice, self.actor)
        return self.show(
            invoice,
            lines,
            number=invoice.invoice_number,
            badge=invoice_badge(state),
            lead=headline(invoice, invoice.title, amount=_to_pay(invoice, state)),
            next_step=INVOICE_NEXT.get(state.status, ""),
            details=_facts(invoice, state),
            actions=invoice_buttons(invoice, state, self.actor, einvoice),
            totals=[*totals_of(invoice, lines), *_open_totals(invoice, state)],
            caution=caution_before(self.actor, invoice),
            payment_qr=_drawn_qr(self.actor, invoice, state),
            settlement=settled_by(invoice, self.actor),
            einvoice=einvoice,
        )


def caution_before(actor: Actor, invoice: Invoice) -> str:
    """What a draft does to the customer's credit limit, for those who may see customers."""
    if invoice.status != "draft" or not actor.may("customers", "read"):
        return ""
    customer = Customer.objects.filter(pk=invoice.customer_id).first()
    if customer is None or customer.credit_limit is None:
        return ""
    return credit_caution("invoice", customer.name, credit_use_before(invoice, customer), invoice.total)


def _drawn_qr(actor: Actor, invoice: Invoice, state: InvoiceState) -> str:
    """The QR code that pays what is due now."""
    text = qr_of(actor.company, invoice, state.amount_due) if state.status in OPEN else ""
    return qr_data_uri(text) if text else ""


def _to_pay(invoice: Invoice, state: InvoiceState) -> str:
    if state.status not in OPEN:
        return ""
    return _("%(amount)s due") % {"amount": formatting.amount_with_currency(state.amount_due, invoice.currency)}


def reference_facts(invoice: Invoice) -> list[DetailField]:
    """Under which numbers the customer knows the invoice; our order stands among the related documents."""
    order = invoice.order
    order_number = order.order_number if order is not None else ""
    return [
        DetailField(_("Customer's reference"), customer_reference(invoice.reference, order_number)),
        DetailField(_("Purchase order"), invoice.purchase_order),
    ]


def _facts(invoice: Invoice, state: InvoiceState) -> list[DetailField]:
    return [
        *reference_facts(invoice),
        DetailField(_("Invoice date"), formatting.day(invoice.invoice_date)),
        DetailField(_("Due"), due_text(invoice, state), tone="bad" if state.overdue_by else "neutral"),
        DetailField(_("Issued"), formatting.moment(invoice.issued_at)),
        DetailField(_("Payment reference"), grouped_reference(invoice.payment_reference)),
        DetailField(_("Reminders"), _("Yes") if invoice.send_reminders else _("No")),
    ]


def _open_totals(invoice: Invoice, state: InvoiceState) -> list[Total]:
    if invoice.status != "sent":
        return []
    currency = invoice.currency
    totals = [Total(_("Paid"), formatting.amount(invoice.amount_paid, currency))]
    if invoice.amount_credited:
        totals.append(Total(_("Credited"), formatting.amount(invoice.amount_credited, currency)))
    if invoice.amount_written_off:
        totals.append(Total(_("Written off"), formatting.amount(invoice.amount_written_off, currency)))
    to_pay = _("Amount due (%(currency)s)") % {"currency": currency}
    return [*totals, Total(to_pay, formatting.amount(state.amount_due, currency), strong=True)]


class InvoicePdfView(CompanyView):
    """An invoice as PDF."""

    resource = "invoices"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The kept one, or a preview of the draft."""
        pdf = render_invoice_pdf(self.actor, invoice_by_public_id(public_id))
        return pdf_response(pdf.content, pdf.filename)
