"""Taking back what was issued or received by mistake: cancelling invoices, voiding payments."""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.interventions import call_off
from bigledger_crm.tenancy.actor import Actor
from customers.services import post_receivable, set_last_sale
from invoicing.errors import InvoiceHasPayments, PaymentAlreadyVoided
from invoicing.lifecycle import INVOICE
from invoicing.models import CreditNote, Invoice, InvoiceLine, Payment
from invoicing.queries import lock_invoice, lock_payment
from invoicing.rules import check_reason
from sales.queries import lock_order
from sales.services import mark_lines_invoiced, mark_order_issued
from sales.services.shared.print_context import amount_text

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def cancel_invoice(actor: Actor, invoice: Invoice, *, reason: str = "") -> Invoice:
    """Cancels a draft, or an issued invoice of which nothing is paid or credited; its order can be invoiced again.

    An issued one is taken off the customer's balance and sales today.  Raises InvalidStatusTransition,
    InvoiceHasPayments, InvalidData.
    """
    why = _clean_reason("Invoice", reason)
    stored = lock_invoice(invoice.pk)
    INVOICE.check(stored.status, "cancelled")
    # What is free or rounds to nothing is credited at 0.
    if stored.amount_paid or CreditNote.objects.filter(invoice=stored).exists():
        paid, credited = (quantize(sum_, stored.currency) for sum_ in (stored.amount_paid, stored.amount_credited))
        raise InvoiceHasPayments(stored.public_id, stored.invoice_number, paid, credited)
    was_issued = stored.status == "sent"
    stored.status = "cancelled"
    stored.cancel_reason = why
    stored.cancelled_at = stored.updated_at = clock.now()
    stored.save(update_fields=["status", "cancelled_at", "cancel_reason", "updated_at"])
    _give_back(stored)
    if was_issued:
        _take_off_the_books(actor, stored)
        call_off(actor, stored.pk, "invoice.sent", "invoice.reminder", why="the invoice was cancelled")
    record(actor, "invoice.cancelled", stored.pk, stored.customer_id, note=why)
    return stored


@transaction.atomic
def void_payment(actor: Actor, payment: Payment, *, reason: str = "") -> Payment:
    """Reverses a payment today: its amount is due again.  Raises PaymentAlreadyVoided, InvalidData."""
    why = _clean_reason("Payment", reason)
    stored = lock_payment(payment.pk)
    if stored.voided_at is not None:
        raise PaymentAlreadyVoided("The payment is voided already", details=[{"paymentId": stored.public_id}])
    invoice = lock_invoice(stored.invoice_id)
    now = clock.now()
    stored.voided_at, stored.void_reason = now, why
    stored.save(update_fields=["voided_at", "void_reason"])
    left = Payment.objects.filter(invoice=invoice, voided_at__isnull=True)
    invoice.amount_paid -= stored.amount
    invoice.last_payment_date = left.aggregate(day=Max("payment_date"))["day"]
    invoice.updated_at = now
    invoice.save(update_fields=["amount_paid", "last_payment_date", "updated_at"])
    post_receivable(
        actor,
        stored.customer_id,
        kind="void",
        amount=stored.amount,
        sales_amount=ZERO,
        entry_date=actor.today(),
        document_id=stored.pk,
        document_number=invoice.invoice_number,
    )
    note = f"{stored.currency} {amount_text(stored.amount, stored.currency)}"
    record(actor, "payment.voided", stored.pk, invoice.pk, stored.customer_id, note=f"{note} {why}".strip())
    stored.invoice = invoice
    return stored


def _clean_reason(resource: str, reason: str) -> str:
    why = text.clean_line(reason)
    if errors := check_reason(why):
        raise InvalidData(resource, errors)
    return why


def _give_back(invoice: Invoice) -> None:
    """The quantities that the invoice billed are open on its order again."""
    if invoice.order_id is None:
        return
    order = lock_order(invoice.order_id)
    quantities: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in InvoiceLine.objects.filter(invoice=invoice):
        if line.order_line_id is not None:
            quantities[line.order_line_id] -= line.quantity
    mark_lines_invoiced(order, quantities)


def _take_off_the_books(actor: Actor, invoice: Invoice) -> None:
    if invoice.order_id is not None:
        mark_order_issued(invoice.order_id, -invoice.total)
    post_receivable(
        actor,
        invoice.customer_id,
        kind="cancellation",
        amount=-invoice.total,
        sales_amount=-invoice.total,
        entry_date=actor.today(),
        document_id=invoice.pk,
        document_number=invoice.invoice_number,
    )
    sales = Invoice.objects.filter(customer_id=invoice.customer_id, status="sent")
    set_last_sale(invoice.customer_id, sales.aggregate(day=Max("invoice_date"))["day"])
