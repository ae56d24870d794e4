"""The PDF of an invoice: frozen when it is issued, else rendered from what the invoice says now."""

from decimal import Decimal
from typing import Any

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import RenderedPdf, freeze, latest_of, render_current
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from invoicing.models import Invoice
from invoicing.queries import lines_of_invoice
from invoicing.rules import customer_reference
from invoicing.rules.payment_qr import Payee, payment_qr
from invoicing.rules.payment_references import grouped_reference
from sales import rules
from sales.services.shared.print_context import print_context


def get_or_freeze_invoice_document(actor: Actor, invoice: Invoice) -> StoredDocument:
    """The invoice's document frozen last: when it was issued, or when LHDN had accepted it.

    For the transaction that holds the invoice's lock.
    """
    existing = latest_of.first("invoice", invoice.pk)
    if existing is not None:
        return existing
    return freeze(
        actor,
        kind="invoice",
        document_id=invoice.pk,
        number=invoice.invoice_number,
        filename=invoice_filename(invoice),
        context=invoice_context(actor, invoice),
    )


def render_invoice_pdf(actor: Actor, invoice: Invoice) -> RenderedPdf:
    """The PDF of an invoice: what was issued, else what it says now."""
    mark = rules.watermark(invoice.status)
    return render_current(
        "invoice", invoice.pk, lambda: invoice_context(actor, invoice, watermark=mark), moment=invoice.updated_at
    )


def invoice_filename(invoice: Invoice) -> str:
    """The name of the invoice's PDF."""
    return pdf_filename(invoice.invoice_number)


def invoice_context(actor: Actor, invoice: Invoice, *, watermark: str = "") -> dict[str, Any]:
    """What the PDF of the invoice says."""
    context = print_context(
        actor.company,
        invoice,
        lines_of_invoice(invoice.pk),
        kind="invoice",
        title="Invoice",
        number=invoice.invoice_number,
        dates=[("Invoice date", invoice.invoice_date), ("Due date", invoice.due_date)],
        references=references_of(invoice),
        heading=invoice.title,
        watermark=watermark,
    )
    return {
        **context,
        "payment_reference": grouped_reference(invoice.payment_reference),
        # What is asked for when it is issued; a draft or a cancelled one asks for nothing.
        "qr_code": qr_of(actor.company, invoice, invoice.total) if invoice.status == "sent" else "",
    }


def qr_of(company: Company, invoice: Invoice, amount: Decimal) -> str:
    """The text of the QR code that pays an amount of the invoice; "" where the company's settings allow none."""
    payee = Payee(company.legal_name or company.name, company.iban, company.bic, company.static_qr)
    return payment_qr(payee, invoice.currency, amount, invoice.payment_reference)


def references_of(invoice: Invoice) -> list[tuple[str, str]]:
    """Under which numbers the customer and the company know an invoice, for its PDF and for those about it."""
    order_number = invoice.order.order_number if invoice.order is not None else ""
    reference = customer_reference(invoice.reference, order_number)
    return [
        ("Your reference", reference),
        ("Your purchase order", "" if invoice.purchase_order == reference else invoice.purchase_order),
        ("Our order", order_number),
    ]
