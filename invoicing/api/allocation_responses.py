"""Allocations, refunds, write-offs and credits as they are in JSON."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp, word
from bigledger_crm.kernel import ids
from customers.models import Customer
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.queries.settlement import (
    Source,
    allocations_by_source,
    credit_notes_with_credit,
    payments_with_credit,
    unapplied_credit,
)

PaymentMethod: TypeAlias = Literal[
    "cash", "cheque", "bank_transfer", "credit_card", "debit_card", "e_wallet", "direct_debit", "other"
]
MOST_CREDITS = 500


class AllocationObject(ApiStruct):
    """What of a payment or a credit note settles an invoice; the gain or loss in the company's currency."""

    id: str
    invoice_id: str
    invoice_number: str
    amount: Decimal
    allocation_date: str
    realized_gain_loss: Decimal
    created_by: str
    created_at: str | None


class RefundObject(ApiStruct):
    """Money given back of a payment or a credit note, in its currency."""

    id: str
    payment_id: str | None
    credit_note_id: str | None
    customer_id: str
    amount: Decimal
    currency: str
    refund_date: str
    payment_method: PaymentMethod
    reference: str | None
    notes: str | None
    status: Literal["recorded", "voided"]
    voided_at: str | None
    void_reason: str | None
    created_by: str
    created_at: str | None


class WriteOffObject(ApiStruct):
    """What the company gave up of an invoice, in its currency."""

    id: str
    invoice_id: str
    invoice_number: str
    amount: Decimal
    currency: str
    kind: Literal["bad_debt", "small_difference", "bank_charge"]
    reason: str | None
    write_off_date: str
    status: Literal["written_off", "reversed"]
    reversed_at: str | None
    reversal_reason: str | None
    created_by: str
    created_at: str | None


class CreditObject(ApiStruct):
    """A payment or a credit note of which something is left."""

    type: Literal["payment", "credit_note"]
    id: str
    reference: str | None
    date: str
    amount: Decimal
    unapplied_amount: Decimal


class CustomerCredits(ApiStruct):
    """What a customer has for invoices to come, in the customer's currency."""

    customer_id: str
    currency: str
    unapplied_amount: Decimal
    credits: list[CreditObject]


def allocation_object(allocation: Allocation) -> AllocationObject:
    """An allocation with its invoice and company."""
    invoice = allocation.invoice
    return AllocationObject(
        id=allocation.public_id,
        invoice_id=invoice.public_id,
        invoice_number=invoice.invoice_number,
        amount=amount(allocation.amount, invoice.currency),
        allocation_date=allocation.allocation_date.isoformat(),
        realized_gain_loss=amount(allocation.realized_gain_loss, allocation.company.currency),
        created_by=allocation.created_by,
        created_at=timestamp(allocation.created_at),
    )


def allocations_of(model: type[Source]) -> Callable[[Collection[UUID]], Callable[[UUID], list[AllocationObject]]]:
    """What `expand=allocations` fetches: those of each of several payments or credit notes, in one query."""

    def fetch(pks: Collection[UUID]) -> Callable[[UUID], list[AllocationObject]]:
        found = allocations_by_source(model, pks)
        return lambda pk: [allocation_object(row) for row in found.get(pk, [])]

    return fetch


def refund_object(refund: Refund) -> RefundObject:
    """A refund with what it is of."""
    source = refund.source
    return RefundObject(
        id=refund.public_id,
        payment_id=ids.encode(Payment.PREFIX, refund.payment_id) if refund.payment_id else None,
        credit_note_id=ids.encode(CreditNote.PREFIX, refund.credit_note_id) if refund.credit_note_id else None,
        customer_id=ids.encode(Customer.PREFIX, source.customer_id),
        amount=amount(refund.amount, source.currency),
        currency=source.currency,
        refund_date=refund.refund_date.isoformat(),
        payment_method=word(refund.payment_method),
        reference=text(refund.reference),
        notes=text(refund.notes),
        status=word(refund.status),
        voided_at=timestamp(refund.voided_at),
        void_reason=text(refund.void_reason),
        created_by=refund.created_by,
        created_at=timestamp(refund.created_at),
    )


_SOURCES = ("customer_id", "currency")
REFUND_COLUMNS = (
    *("id", "payment_id", "credit_note_id", "amount", "refund_date", "payment_method", "reference", "notes"),
    *("voided_at", "void_reason", "created_by", "created_at"),
    *(f"payment__{name}" for name in _SOURCES),
    *(f"credit_note__{name}" for name in _SOURCES),
)


def refund_row(*columns: Any) -> RefundObject:
    """A list row from REFUND_COLUMNS."""
    values = dict(zip(REFUND_COLUMNS, columns, strict=True))
    of_payment = {name: values.pop(f"payment__{name}") for name in _SOURCES}
    of_note = {name: values.pop(f"credit_note__{name}") for name in _SOURCES}
    refund = Refund(**values)
    if refund.payment_id:
        refund.payment = Payment(pk=refund.payment_id, **of_payment)
    else:
        refund.credit_note = CreditNote(pk=refund.credit_note_id, **of_note)
    return refund_object(refund)


WRITE_OFF_COLUMNS = (
    *("id", "invoice_id", "amount", "kind", "reason", "write_off_date", "reversed_at", "reversal_reason"),
    *("created_by", "created_at", "invoice__invoice_number", "invoice__currency"),
)


def write_off_row(*columns: Any) -> WriteOffObject:
    """A list row from WRITE_OFF_COLUMNS."""
    values = dict(zip(WRITE_OFF_COLUMNS, columns, strict=True))
    invoice = {name: values.pop(f"invoice__{name}") for name in ("invoice_number", "currency")}
    return write_off_object(WriteOff(**values, invoice=Invoice(pk=values["invoice_id"], **invoice)))


def write_off_object(write_off: WriteOff) -> WriteOffObject:
    """A write-off with its invoice."""
    invoice = write_off.invoice
    return WriteOffObject(
        id=write_off.public_id,
        invoice_id=invoice.public_id,
        invoice_number=invoice.invoice_number,
        amount=amount(write_off.amount, invoice.currency),
        currency=invoice.currency,
        kind=word(write_off.kind),
        reason=text(write_off.reason),
        write_off_date=write_off.write_off_date.isoformat(),
        status=word(write_off.status),
        reversed_at=timestamp(write_off.reversed_at),
        reversal_reason=text(write_off.reversal_reason),
        created_by=write_off.created_by,
        created_at=timestamp(write_off.created_at),
    )


def customer_credits(customer: Customer) -> CustomerCredits:
    """The first of a customer's credits, oldest first, and what all of them come to."""
    payments, notes = payments_with_credit(customer), credit_notes_with_credit(customer)
    rows = [_credit(source) for found in (payments, notes) for source in found[:MOST_CREDITS]]
    rows.sort(key=lambda row: (row.date, row.id))
    return CustomerCredits(
        customer_id=customer.public_id,
        currency=customer.currency,
        unapplied_amount=amount(unapplied_credit(customer), customer.currency),
        credits=rows[:MOST_CREDITS],
    )


def _credit(source: Source) -> CreditObject:
    is_payment = isinstance(source, Payment)
    return CreditObject(
        type="payment" if is_payment else "credit_note",
        id=source.public_id,
        reference=text(source.reference if isinstance(source, Payment) else source.credit_note_number),
        date=(source.payment_date if isinstance(source, Payment) else source.credit_note_date).isoformat(),
        amount=amount(source.amount if isinstance(source, Payment) else source.total, source.currency),
        unapplied_amount=amount(source.unapplied, source.currency),
    )
