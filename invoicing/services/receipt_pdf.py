"""The PDF of a payment's receipt."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import Q, Sum

from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.documents.translations import translate
from bigledger_crm.kernel.languages import resolve_language
from bigledger_crm.kernel.money import ZERO, grouped_amount, plain_amount
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import Allocation, Payment, WriteOff
from invoicing.services.invoice_pdf import references_of
from sales.services.shared.print_context import base_context, customer_now, customer_on

if TYPE_CHECKING:
    from django.db.models import QuerySet

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
    """What was received, for which invoices, and what was left to pay of them then.  A voided one says so.

    A receipt that is printed again says the same, whatever became of the money since.
    """
    customer, currency = payment.customer, payment.currency
    language = resolve_language(customer.language, actor.company.language)
    parts = list(_recorded_with(payment))
    one = payment.invoice or (parts[0].invoice if len(parts) == 1 else None)
    head = base_context(
        actor.company,
        customer,
        customer_on(one) if one is not None else customer_now(customer),
        kind="receipt",
        title="Receipt",
        number=_number(payment),
        currency=currency,
        dates=[("Received on", payment.payment_date), ("Invoice date", one.invoice_date if one is not None else None)],
        references=[
            ("Our invoice", one.invoice_number if one is not None else ""),
            ("Payment method", translate(METHODS[payment.payment_method], language)),
            ("Reference", payment.reference),
        ],
        watermark="VOID" if payment.voided_at else "",
    )
    rows, due = [], ZERO
    for part in parts:
        invoice, settled = part.invoice, _settled_before(part)
        figures = [grouped_amount(value, currency) for value in (invoice.total, settled, part.amount)]
        theirs = next((value for label, value in references_of(invoice) if value and label.startswith("Your")), "")
        rows.append({"text": invoice.invoice_number, "aside": theirs, "figures": figures})
        due += invoice.total - settled - (ZERO if payment.voided_at else part.amount)
    credit = payment.amount - sum((part.amount for part in parts), ZERO)
    if credit:
        kept = {"text": translate("Unapplied credit", language), "figures": ["", "", grouped_amount(credit, currency)]}
        rows.append(kept)
    table = {"columns": ["Total", "Paid", "Received"], "rows": rows}
    facts = {"total": plain_amount(payment.amount, currency), "amount_due": plain_amount(due, currency)}
    return render_unstored({**head, **facts, "table": table, "notes": ""}, payment.voided_at or payment.created_at)


def _recorded_with(payment: Payment) -> "QuerySet[Allocation]":
    rows = Allocation.objects.filter(payment=payment, is_initial=True)
    return rows.select_related("invoice__order").order_by("invoice__due_date", "invoice_id")


def _settled_before(part: Allocation) -> Decimal:
    """What was paid, credited and written off of the invoice before."""
    at, sums = part.created_at, {"sum": Sum("amount", default=ZERO)}
    allocations = Allocation.objects.filter(invoice=part.invoice)
    earlier = allocations.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=part.pk))
    given_up = WriteOff.objects.filter(Q(reversed_at=None) | Q(reversed_at__gt=at), invoice=part.invoice)
    found = (earlier, given_up.filter(created_at__lt=at))
    return sum((Decimal(rows.aggregate(**sums)["sum"]) for rows in found), ZERO)


def _number(payment: Payment) -> str:
    """The invoice's number and which payment of it this is; of one for the customer, the customer's."""
    earlier = Payment.objects.filter(
        Q(created_at__lt=payment.created_at) | Q(created_at=payment.created_at, pk__lt=payment.pk)
    )
    if payment.invoice is not None:
        return f"{payment.invoice.invoice_number}/{earlier.filter(invoice=payment.invoice).count() + 1}"
    own = earlier.filter(customer=payment.customer, invoice=None)
    return f"{payment.customer.customer_number}/{own.count() + 1}"
