"""Recording and voiding payments."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from bigledger_crm.kernel import clock, ids, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO, plain_amount, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.services import post_receivable
from invoicing.errors import InvoiceNotIssued, PaymentAlreadyVoided, PaymentExceedsAmountDue
from invoicing.inputs import PaymentInput
from invoicing.models import Invoice, Payment
from invoicing.queries import lock_invoice, lock_payment
from invoicing.rules import amount_due, check_payment
from invoicing.services.invoice_settlement import note_paid
from invoicing.services.invoice_transitions import clean_reason

_LENGTHS = {"reference": 100, "account_id": 100}


@transaction.atomic
def record_payment(actor: Actor, invoice: Invoice, inputs: PaymentInput) -> Payment:
    """Money received for an issued invoice.

    Raises InvalidData, InvoiceNotIssued, PaymentExceedsAmountDue.
    """
    stored = lock_invoice(invoice.pk)
    values = _clean(actor, stored, inputs)
    if stored.status != "sent":
        raise InvoiceNotIssued(
            f"Invoice {stored.invoice_number} is not issued",
            details=[{"invoiceId": stored.public_id, "status": stored.status}],
        )
    due = amount_due(stored.status, stored.total, stored.amount_paid, stored.amount_credited)
    if values["amount"] > due:
        raise PaymentExceedsAmountDue(
            quantize(values["amount"], stored.currency), quantize(due, stored.currency), stored.currency
        )
    now = clock.now()
    payment = Payment.objects.create(
        id=ids.new_id(),
        company=actor.company,
        invoice=stored,
        customer_id=stored.customer_id,
        currency=stored.currency,
        created_by=actor.id,
        created_at=now,
        search_text=text.fold(values["reference"]),
        **values,
    )
    stored.amount_paid += payment.amount
    stored.last_payment_date = max(stored.last_payment_date or payment.payment_date, payment.payment_date)
    stored.updated_at = now
    stored.save(update_fields=["amount_paid", "last_payment_date", "updated_at"])
    post_receivable(
        actor,
        stored.customer_id,
        kind="payment",
        amount=-payment.amount,
        sales_amount=ZERO,
        entry_date=payment.payment_date,
        document_id=payment.pk,
        document_number=stored.invoice_number,
    )
    record(
        actor,
        "payment.recorded",
        payment.pk,
        stored.pk,
        stored.customer_id,
        note=f"{stored.currency} {plain_amount(payment.amount, stored.currency)}",
    )
    if payment.amount == due:
        note_paid(actor, stored, why="the invoice was paid")
    return payment


def _clean(actor: Actor, invoice: Invoice, inputs: PaymentInput) -> dict[str, Any]:
    today = actor.today()
    amount = given_or(inputs.amount, None)
    payment_date = given_or(inputs.payment_date, None) or today
    method = given_or(inputs.payment_method, "") or "other"
    errors = check_payment(
        amount, invoice.currency, payment_date, method, invoice_date=invoice.invoice_date, today=today
    )
    values = {name: text.clean_line(given_or(getattr(inputs, name), "")) for name in _LENGTHS}
    for name, length in _LENGTHS.items():
        if len(values[name]) > length:
            errors += field_error(name, f"At most {length} characters are allowed")
    notes = text.clean_block(given_or(inputs.notes, ""))
    if len(notes) > 10_000:
        errors += field_error("notes", "At most 10000 characters are allowed")
    if errors:
        raise InvalidData("Payment", errors)
    return {
        **values,
        "amount": amount,
        "payment_date": payment_date,
        "payment_method": method,
        "notes": notes,
    }


@transaction.atomic
def void_payment(actor: Actor, payment: Payment, *, reason: str = "") -> Payment:
    """Reverses a payment today: its amount is due again.

    Raises PermissionDenied, PaymentAlreadyVoided, InvalidData.
    """
    actor.require("payments", "void")
    why = clean_reason("Payment", reason)
    stored = lock_payment(payment.pk)
    if stored.voided_at is not None:
        raise PaymentAlreadyVoided("The payment has already been voided", details=[{"paymentId": stored.public_id}])
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
    note = f"{stored.currency} {plain_amount(stored.amount, stored.currency)}"
    record(actor, "payment.voided", stored.pk, invoice.pk, stored.customer_id, note=f"{note} {why}".strip())
    stored.invoice = invoice
    return stored
