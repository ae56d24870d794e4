"""The PDF of a payment's receipt."""

from django.db.models import Q, Sum

from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.documents.translations import translate
from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.money import ZERO, grouped_amount, plain_amount
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import Payment
from invoicing.services.invoice_pdf import references_of
from sales.services.shared.print_context import base_context, customer_on

METHODS = {
    "cash": "Cash",
    "cheque": "Cheque",
    "bank_transfer": "Bank transfer",
    "credit_card": "Credit card",
    "debit_card": "Debit card",
    "e_wallet": "E-wallet",
    "direct_debit": "Direct debit",
    "other": "Other",
}


def render_receipt_pdf(actor: Actor, payment: Payment) -> RenderedPdf:
    """What was received, for which invoice, and what was left to pay of it then.  A voided one says so."""
    invoice, currency = payment.invoice, payment.currency
    at, sums = payment.created_at, {"sum": Sum("amount", default=ZERO)}
    earlier = invoice.payments.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=payment.pk))
    # What was taken back later had been paid then: a receipt printed again says the same.
    paid = earlier.filter(Q(voided_at=None) | Q(voided_at__gt=at)).aggregate(**sums)["sum"]
    notes = invoice.credit_notes.filter(created_at__lt=at)
    credited = notes.aggregate(sum=Sum("total", default=ZERO))["sum"]
    received = ZERO if payment.voided_at else payment.amount
    language = resolve_language(invoice.customer.language, actor.company.language)
    head = base_context(
        actor.company,
        invoice.customer,
        customer_on(invoice),
        kind="receipt",
        title="Receipt",
        number=f"{invoice.invoice_number}/{earlier.count() + 1}",
        currency=currency,
        dates=[("Received on", payment.payment_date), ("Invoice date", invoice.invoice_date)],
        references=[
            ("Our invoice", invoice.invoice_number),
            ("Payment method", translate(METHODS[payment.payment_method], language)),
            ("Reference", payment.reference),
        ],
        watermark="VOID" if payment.voided_at else "",
    )
    figures = [grouped_amount(value, currency) for value in (invoice.total, paid + credited, payment.amount)]
    theirs = next((value for label, value in references_of(invoice) if value and label.startswith("Your")), "")
    row = {"text": invoice.invoice_number, "aside": theirs, "figures": figures}
    table = {"columns": ["Total", "Paid", "Received"], "rows": [row]}
    facts = {"total": plain_amount(payment.amount, currency)}
    facts["amount_due"] = plain_amount(invoice.total - paid - credited - received, currency)
    return render_unstored({**head, **facts, "table": table, "notes": ""}, payment.voided_at or payment.created_at)
