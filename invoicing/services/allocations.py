"""Settling invoices with payments and credit, and taking that back."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import InvalidData, NotFound, field_error
from bigledger_crm.kernel.money import ZERO, plain_amount, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from invoicing.errors import (
    AllocationAlreadyReversed,
    AllocationExceedsAmountDue,
    AllocationExceedsCredit,
    NothingAllocated,
    PaymentAlreadyVoided,
)
from invoicing.inputs import AllocationInput
from invoicing.models import Allocation, CreditNote, Invoice, Payment
from invoicing.queries.settlement import (
    Source,
    due_of,
    invoice_histories,
    key_of,
    live_allocations,
    lock_invoices,
    lock_source,
    new_source,
    source_history,
    unapplied_of,
)
from invoicing.rules.allocations import first_day_with_room, next_base_amount
from invoicing.services.allocation_parts import Part, check_auto_allocate, find_parts, lock_parts, with_oldest
from invoicing.services.invoice_settlement import note_paid


@transaction.atomic
def allocate_credit(
    actor: Actor,
    source: Source,
    allocations: Sequence[AllocationInput] | None = None,
    *,
    auto_allocate: str = "none",
) -> Source:
    """Settles invoices of the customer with what is left of a payment or of a credit note, today.

    First what `allocations` say, then with `auto_allocate` "oldest" what is due longest.  Amounts are in the currency
    of the source.  Raises InvalidData, NotFound, PaymentAlreadyVoided, InvoiceNotIssued, AllocationExceedsAmountDue
    with each line, AllocationExceedsCredit.
    """
    customer = lock_customer_of(source)
    wanted, errors = find_parts(customer, source.currency, allocations or ())
    errors += check_auto_allocate(auto_allocate)
    if errors:
        raise InvalidData("Allocation", errors)
    # Nothing of the customer's moves while its lock is held: what is read now is what the locks will find.
    left = type(source).objects.get(pk=source.pk)
    refuse_voided(left)
    parts = with_oldest(customer, wanted, unapplied_of(left), auto_allocate)
    if not parts:
        raise InvalidData("Allocation", field_error("allocations", "At least one invoice is required"))
    parts = lock_parts(parts)
    stored = lock_source(source)
    allocate(actor, stored, parts, start=actor.today())
    kind, amount = kind_of(stored), sum((part.amount for part in parts), ZERO)
    note = f"{stored.currency} {plain_amount(amount, stored.currency)}"
    record(actor, f"{kind}.allocated", stored.pk, *(part.invoice.pk for part in parts), customer.pk, note=note)
    note_settled(actor, stored, parts)
    return stored


@transaction.atomic
def unallocate_credit(actor: Actor, source: Source, allocation_ids: Collection[str] | None = None) -> Source:
    """Reverses allocations of a payment or credit note, dated today, by their `alc_…` ids; by default all of them.

    Their amounts are due again, and are the customer's credit.  Raises NotFound, AllocationAlreadyReversed,
    NothingAllocated, PaymentAlreadyVoided.
    """
    customer = lock_customer_of(source)
    refuse_voided(type(source).objects.get(pk=source.pk))
    found = _live(source, allocation_ids)
    lock_invoices(allocation.invoice_id for allocation in found)
    stored = lock_source(source)
    reverse(actor, stored, found)
    amount = sum((allocation.amount for allocation in found), ZERO)
    record(
        actor,
        f"{kind_of(stored)}.unallocated",
        stored.pk,
        *sorted({allocation.invoice_id for allocation in found}),
        customer.pk,
        note=f"{stored.currency} {plain_amount(amount, stored.currency)}",
    )
    return stored


def kind_of(source: Source) -> str:
    """The name of its events."""
    return "payment" if isinstance(source, Payment) else "credit_note"


def refuse_voided(source: Source) -> None:
    if isinstance(source, Payment) and source.voided_at is not None:
        raise PaymentAlreadyVoided("The payment has already been voided", details=[{"paymentId": source.public_id}])


def allocate(
    actor: Actor, source: Source, parts: Sequence[Part], *, start: date, is_initial: bool = False
) -> list[Allocation]:
    """Settles invoices with parts of a payment or of a credit note; everything is locked, in the order of locks.

    Each allocation has the first day from `start` on, from which there always was so much of both.  Raises
    AllocationExceedsAmountDue, AllocationExceedsCredit.
    """
    _refuse_too_much(source, parts)
    base, made = actor.company.currency, source.created_at if is_initial else clock.now()
    spent = new_source(source) if is_initial else source_history(source)
    histories = invoice_histories([part.invoice for part in parts])
    rows = []
    for part in parts:
        invoice, amount, settled = part.invoice, part.amount, histories[part.invoice.pk]
        row = Allocation(
            company=actor.company,
            **key_of(source),
            invoice=invoice,
            amount=amount,
            source_base_amount=next_base_amount(spent.used, amount, source.exchange_rate, base),
            invoice_base_amount=next_base_amount(settled.used, amount, invoice.exchange_rate, base),
            allocation_date=first_day_with_room(start, amount, spent.changes, settled.changes),
            is_initial=is_initial,
            created_by=actor.id,
            created_at=made,
        )
        spent.spend(row.allocation_date, amount, row.source_base_amount)
        settled.spend(row.allocation_date, amount, row.invoice_base_amount)
        rows.append(row)
        _settle(source, invoice, amount)
    Allocation.objects.bulk_create(rows)
    _save(source, [part.invoice for part in parts])
    return rows


def _refuse_too_much(source: Source, parts: Sequence[Part]) -> None:
    currency = source.currency
    excess = [
        {
            "field": f"allocations[{position}].amount",
            "invoiceId": part.invoice.public_id,
            "invoiceNumber": part.invoice.invoice_number,
            "amount": quantize(part.amount, currency),
            "amountDue": quantize(due_of(part.invoice), currency),
            "currency": currency,
        }
        for position, part in enumerate(parts)
        if part.amount > due_of(part.invoice)
    ]
    if excess:
        raise AllocationExceedsAmountDue(excess)
    amount, left = sum((part.amount for part in parts), ZERO), unapplied_of(source)
    if amount > left:
        raise AllocationExceedsCredit(quantize(amount, currency), quantize(left, currency), currency)


def _settle(source: Source, invoice: Invoice, amount: Decimal) -> None:
    source.amount_allocated += amount
    if isinstance(source, CreditNote):
        invoice.amount_credited += amount
        return
    invoice.amount_paid += amount
    if amount > 0:
        invoice.last_payment_date = max(invoice.last_payment_date or source.payment_date, source.payment_date)


def _save(source: Source, invoices: Collection[Invoice]) -> None:
    """The sums, after the rows that they are the sums of: the database compares them."""
    now = clock.now()
    for invoice in invoices:
        invoice.updated_at = now
        invoice.save(update_fields=["amount_paid", "amount_credited", "last_payment_date", "updated_at"])
    source.save(update_fields=["amount_allocated"])


def _live(source: Source, allocation_ids: Collection[str] | None) -> list[Allocation]:
    """The allocations that are meant; nothing changes them while the customer's lock is held."""
    live = list(live_allocations(source))
    if allocation_ids is None:
        if not live:
            raise NothingAllocated("Nothing is allocated to an invoice", details=[_left(source)])
        return live
    if not allocation_ids:
        raise InvalidData("Allocation", field_error("allocation_ids", "At least one allocation is required"))
    wanted = set(allocation_ids)
    missing = wanted - {allocation.public_id for allocation in live}
    for public_id in sorted(missing):
        pk = ids.decode(Allocation.PREFIX, public_id)
        if pk is None or not Allocation.objects.filter(pk=pk, reverses=None, **key_of(source)).exists():
            raise NotFound("Allocation", public_id)
        raise AllocationAlreadyReversed(
            "The allocation has already been reversed", details=[{"allocationId": public_id, **_left(source)}]
        )
    return [allocation for allocation in live if allocation.public_id in wanted]


def _left(source: Source) -> dict[str, Decimal]:
    stored = type(source).objects.get(pk=source.pk)
    return {
        "unappliedAmount": quantize(unapplied_of(stored), stored.currency),
        "refundedAmount": quantize(stored.amount_refunded, stored.currency),
    }


def reverse(actor: Actor, source: Source, allocations: Sequence[Allocation]) -> datetime:
    """Reverses allocations, dated today, and returns the time of it; the caller holds all locks."""
    invoices = Invoice.objects.in_bulk([allocation.invoice_id for allocation in allocations])
    today, now = actor.today(), clock.now()
    rows = []
    for allocation in allocations:
        rows.append(
            Allocation(
                company=actor.company,
                **key_of(source),
                invoice_id=allocation.invoice_id,
                amount=-allocation.amount,
                source_base_amount=-allocation.source_base_amount,
                invoice_base_amount=-allocation.invoice_base_amount,
                allocation_date=max(today, allocation.allocation_date),
                reverses=allocation,
                created_by=actor.id,
                created_at=now,
            )
        )
        _settle(source, invoices[allocation.invoice_id], -allocation.amount)
    Allocation.objects.bulk_create(rows)
    for invoice in invoices.values():
        invoice.last_payment_date = last_payment_date(invoice)
    _save(source, list(invoices.values()))
    return now


def last_payment_date(invoice: Invoice) -> date | None:
    """The day of the last payment that settles part of an invoice."""
    paid = Allocation.objects.filter(invoice=invoice, payment__isnull=False, reverses=None, reversals=None)
    day: date | None = paid.aggregate(day=Max("payment__payment_date"))["day"]
    return day


def note_settled(actor: Actor, source: Source, parts: Iterable[Part]) -> None:
    """Tells of the invoices that have nothing due any more."""
    why = "the invoice was paid" if isinstance(source, Payment) else "the invoice was credited"
    for part in parts:
        if not due_of(part.invoice):
            note_paid(actor, part.invoice, why=why)
