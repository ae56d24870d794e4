"""Money as it really comes: one transfer for many invoices, a bank charge, credit, a refund, goods that came back."""

from collections.abc import Sequence
from decimal import Decimal

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from invoicing.inputs import AllocationInput, CreditNoteInput, CustomerPaymentInput, RefundInput, WriteOffInput
from invoicing.models import Invoice, Payment
from invoicing.queries.settlement import due_of, payments_with_credit
from invoicing.services import (
    allocate_credit,
    create_credit_note,
    record_customer_payment,
    refund_credit,
    write_off_invoice,
)
from sales.inputs import QuantityInput

BANK_CHARGE = Decimal("5.00")


def pay_in_one(actor: Actor, customer: Customer, invoices: Sequence[Invoice], quarter: int) -> None:
    """The transfer of a quarter: with earlier credit, and in turns rounded up, less a bank charge, or exact."""
    for payment in payments_with_credit(customer):
        for invoice, amount in _open(invoices)[:1]:
            part = AllocationInput(invoice_id=invoice.public_id, amount=min(amount, payment.unapplied))
            allocate_credit(actor, payment, [part])
    open_ones = _open(invoices)
    if not open_ones:
        return
    total = sum((amount for _, amount in open_ones), ZERO)
    received = {1: total - BANK_CHARGE, 2: (total / 100).__ceil__() * Decimal(100)}.get(quarter, total)
    left, parts = received, []
    for invoice, amount in open_ones:
        paid = min(amount, left)
        parts.append(AllocationInput(invoice_id=invoice.public_id, amount=paid))
        left -= paid
    record_customer_payment(
        actor,
        CustomerPaymentInput(
            customer_id=customer.public_id,
            amount=received,
            payment_method="bank_transfer",
            reference=f"MAINTENANCE Q{quarter + 1}",
            allocations=parts,
        ),
    )
    if received < total:
        short = Invoice.objects.get(pk=open_ones[-1][0].pk)
        write_off_invoice(actor, short, WriteOffInput(kind="bank_charge", reason="Charged by the sending bank"))


def _open(invoices: Sequence[Invoice]) -> list[tuple[Invoice, Decimal]]:
    """Those with something due, and how much, oldest first."""
    rows = Invoice.objects.filter(pk__in=[invoice.pk for invoice in invoices], stage="open")
    return [(invoice, due_of(invoice)) for invoice in rows.order_by("invoice_date", "pk")]


def pay_twice(actor: Actor, customer: Customer) -> Payment | None:
    """The customer's last paid invoice, paid a second time by mistake; None before there is one."""
    paid = Invoice.objects.filter(customer=customer, stage="paid", amount_paid__gt=0).order_by("-invoice_date", "-pk")
    invoice = paid.first()
    if invoice is None:
        return None
    inputs = CustomerPaymentInput(
        customer_id=customer.public_id,
        amount=invoice.amount_paid,
        payment_method="bank_transfer",
        reference=invoice.invoice_number,
    )
    return record_customer_payment(actor, inputs)


def give_back(actor: Actor, payment: Payment) -> None:
    """What came twice goes back."""
    inputs = RefundInput(amount=payment.amount, payment_method="bank_transfer", reference="Paid twice")
    refund_credit(actor, payment, inputs)


def take_goods_back(actor: Actor, customer: Customer) -> None:
    """A piece of a paid invoice came back: the customer keeps the money as credit."""
    paid = Invoice.objects.filter(customer=customer, stage="paid", amount_credited=0, amount_paid__gt=0)
    invoice = paid.filter(lines__type="goods").order_by("-invoice_date", "-pk").first()
    if invoice is None:
        return
    line = invoice.lines.filter(type="goods")[0]
    piece = QuantityInput(item_id=line.public_id, quantity=min(line.quantity, Decimal(1)))
    note = CreditNoteInput(
        invoice_id=invoice.public_id, items=[piece], reason="Returned after payment", excess="credit"
    )
    create_credit_note(actor, note)
