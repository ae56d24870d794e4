"""Writing off what nobody will pay, and taking that back."""

from decimal import Decimal

from django.db import transaction

from bigledger_crm.kernel import clock, ids, text
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO, plain_amount, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from customers.services import post_receivable
from invoicing.errors import (
    WriteOffAlreadyReversed,
    WriteOffExceedsAmountDue,
    WriteOffExceedsTolerance,
)
from invoicing.inputs import WriteOffInput
from invoicing.models import Invoice, WriteOff
from invoicing.queries import lock_invoice
from invoicing.queries.settlement import due_of, invoice_histories
from invoicing.rules import WRITE_OFF_KINDS, check_positive_amount, check_reason
from invoicing.rules.allocations import base_amount, first_day_with_room, is_small_difference, next_base_amount
from invoicing.services.allocation_parts import refuse_not_issued
from invoicing.services.invoice_settlement import note_paid
from invoicing.services.invoice_transitions import clean_reason


@transaction.atomic
def write_off_invoice(actor: Actor, invoice: Invoice, inputs: WriteOffInput) -> WriteOff:
    """Gives up part of an issued invoice today, in its currency; without an amount all that is due.

    A bad debt needs a reason; a small difference is within the company's limit.  Sales stay as they are.  Raises
    PermissionDenied, InvalidData, InvoiceNotIssued, WriteOffExceedsAmountDue, WriteOffExceedsTolerance.
    """
    actor.require("invoices", "write-off")
    customer = lock_customer_of(invoice)
    stored = lock_invoice(invoice.pk)
    refuse_not_issued(stored)
    due, kind, reason = due_of(stored), given_or(inputs.kind, ""), text.clean_line(given_or(inputs.reason, ""))
    amount = given_or(inputs.amount, None)
    if errors := check_write_off(amount, stored.currency, kind, reason):
        raise InvalidData("Write-off", errors)
    amount = due if amount is None else amount
    if amount > due or not amount:
        raise WriteOffExceedsAmountDue(
            quantize(amount, stored.currency), quantize(due, stored.currency), stored.currency
        )
    if kind == "small_difference":
        _refuse_above_tolerance(actor, stored, amount)
    history = invoice_histories([stored])[stored.pk]
    write_off = WriteOff.objects.create(
        id=ids.new_id(),
        company=actor.company,
        invoice=stored,
        amount=amount,
        base_amount=next_base_amount(history.used, amount, stored.exchange_rate, actor.company.currency),
        kind=kind,
        reason=reason,
        write_off_date=first_day_with_room(actor.today(), amount, history.changes),
        created_by=actor.id,
        created_at=clock.now(),
    )
    _move(actor, stored, write_off, amount)
    note = f"{stored.currency} {plain_amount(amount, stored.currency)} {reason}".strip()
    record(actor, "invoice.written_off", stored.pk, write_off.pk, customer.pk, note=note)
    if amount == due:
        note_paid(actor, stored, why="the invoice was written off")
    return write_off


def check_write_off(amount: Decimal | None, currency: str, kind: str, reason: str) -> list[FieldError]:
    """The errors of a write-off."""
    known = None if kind in WRITE_OFF_KINDS else f"Kind must be one of: {', '.join(WRITE_OFF_KINDS)}"
    needs = "A reason is required" if kind == "bad_debt" and not reason else None
    return [
        *field_error("amount", None if amount is None else check_positive_amount(amount, currency)),
        *field_error("kind", known),
        *field_error("reason", needs),
        *check_reason(reason),
    ]


def _refuse_above_tolerance(actor: Actor, invoice: Invoice, amount: Decimal) -> None:
    company = actor.company
    if not is_small_difference(amount, invoice.exchange_rate, company.currency, company.small_difference_tolerance):
        worth = base_amount(amount, invoice.exchange_rate, company.currency)
        limit = quantize(company.small_difference_tolerance, company.currency)
        raise WriteOffExceedsTolerance(worth, limit, company.currency)


def _move(actor: Actor, invoice: Invoice, write_off: WriteOff, amount: Decimal) -> None:
    """The invoice's sum and the ledger; `amount` is below zero for a reversal."""
    invoice.amount_written_off += amount
    invoice.updated_at = clock.now()
    invoice.save(update_fields=["amount_written_off", "updated_at"])
    post_receivable(
        actor,
        invoice.customer_id,
        kind="write_off" if amount > 0 else "write_off_reversal",
        amount=-amount,
        sales_amount=ZERO,
        entry_date=write_off.reversal_date or write_off.write_off_date,
        document_id=write_off.pk,
        document_number=invoice.invoice_number,
    )


@transaction.atomic
def reverse_write_off(actor: Actor, write_off: WriteOff, *, reason: str = "") -> WriteOff:
    """Reverses a write-off, dated today: its amount is due again.

    Raises PermissionDenied, WriteOffAlreadyReversed, InvalidData.
    """
    actor.require("invoices", "write-off")
    why = clean_reason("Write-off", reason)
    invoice = Invoice.objects.get(pk=write_off.invoice_id)
    customer = lock_customer_of(invoice)
    invoice = lock_invoice(invoice.pk)
    stored = WriteOff.objects.select_for_update(no_key=True).get(pk=write_off.pk)
    if stored.reversed_at is not None:
        raise WriteOffAlreadyReversed(
            "The write-off has already been reversed", details=[{"writeOffId": stored.public_id}]
        )
    stored.reversed_at, stored.reversal_reason = clock.now(), why
    stored.reversal_date = max(actor.today(), stored.write_off_date)
    stored.save(update_fields=["reversed_at", "reversal_date", "reversal_reason"])
    _move(actor, invoice, stored, -stored.amount)
    note = f"{invoice.currency} {plain_amount(stored.amount, invoice.currency)} {why}".strip()
    record(actor, "invoice.write_off_reversed", invoice.pk, stored.pk, customer.pk, note=note)
    stored.invoice = invoice
    return stored
