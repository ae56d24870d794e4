"""Giving a customer's credit back as money."""

from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock, ids, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO, plain_amount, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer_of
from customers.services import post_receivable
from invoicing.errors import RefundAlreadyVoided, RefundExceedsCredit
from invoicing.inputs import RefundInput
from invoicing.models import CreditNote, Refund
from invoicing.queries.settlement import Source, day_of, key_of, lock_source, source_history
from invoicing.rules import check_refund
from invoicing.rules.allocations import least_left, next_base_amount
from invoicing.services.allocations import refuse_voided
from invoicing.services.bank_matched import refuse_matched
from invoicing.services.invoice_transitions import clean_reason
from invoicing.services.payments import document_number


@transaction.atomic
def refund_credit(actor: Actor, source: Source, inputs: RefundInput) -> Refund:
    """Gives back what is left of a payment or of a credit note, in its currency and at its exchange rate.

    Raises PermissionDenied, InvalidData, PaymentAlreadyVoided, RefundExceedsCredit for more than was left on its day.
    """
    actor.require("payments", "refund")
    customer = lock_customer_of(source)
    stored = lock_source(source)
    refuse_voided(stored)
    values = _clean(actor, stored, inputs)
    amount, history = values["amount"], source_history(stored)
    left = least_left(values["refund_date"], history.changes)
    if amount > left:
        currency = stored.currency
        raise RefundExceedsCredit(quantize(amount, currency), quantize(left, currency), currency)
    refund = Refund.objects.create(
        id=ids.new_id(),
        company=actor.company,
        **key_of(stored),
        base_amount=next_base_amount(history.used, amount, stored.exchange_rate, actor.company.currency),
        created_by=actor.id,
        created_at=clock.now(),
        **values,
    )
    stored.amount_refunded += amount
    stored.save(update_fields=["amount_refunded"])
    _post(actor, customer, stored, refund, "refund")
    record(actor, "refund.recorded", refund.pk, stored.pk, customer.pk, note=_note(stored, refund))
    return refund


def _clean(actor: Actor, source: Source, inputs: RefundInput) -> dict[str, Any]:
    today = actor.today()
    amount = given_or(inputs.amount, None)
    day = given_or(inputs.refund_date, None) or max(today, day_of(source))
    method = given_or(inputs.payment_method, "") or "other"
    errors = check_refund(amount, source.currency, day, method, source_date=day_of(source), today=today)
    reference, notes = text.clean_line(given_or(inputs.reference, "")), text.clean_block(given_or(inputs.notes, ""))
    for name, value, length in (("reference", reference, 100), ("notes", notes, 10_000)):
        if len(value) > length:
            errors += field_error(name, f"At most {length} characters are allowed")
    if errors:
        raise InvalidData("Refund", errors)
    return {"amount": amount, "refund_date": day, "payment_method": method, "reference": reference, "notes": notes}


def _post(actor: Actor, customer: Customer, source: Source, refund: Refund, kind: str) -> None:
    number = source.credit_note_number if isinstance(source, CreditNote) else document_number(source)
    post_receivable(
        actor,
        customer.pk,
        kind=kind,
        amount=refund.amount if kind == "refund" else -refund.amount,
        sales_amount=ZERO,
        entry_date=refund.refund_date if refund.void_date is None else refund.void_date,
        document_id=refund.pk,
        document_number=number,
    )


def _note(source: Source, refund: Refund) -> str:
    return f"{source.currency} {plain_amount(refund.amount, source.currency)}"


@transaction.atomic
def void_refund(actor: Actor, refund: Refund, *, reason: str = "") -> Refund:
    """Voids a refund, dated today, such as a transfer that was returned: its amount is the customer's credit again.

    Raises PermissionDenied, RefundAlreadyVoided, MatchedInBank, InvalidData.
    """
    actor.require("payments", "refund")
    why = clean_reason("Refund", reason)
    customer = lock_customer_of(refund.source)
    source = lock_source(refund.source)
    stored = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
    if stored.voided_at is not None:
        raise RefundAlreadyVoided("The refund has already been voided", details=[{"refundId": stored.public_id}])
    refuse_matched(stored)
    stored.voided_at, stored.void_reason = clock.now(), why
    stored.void_date = max(actor.today(), stored.refund_date)
    stored.save(update_fields=["voided_at", "void_date", "void_reason"])
    source.amount_refunded -= stored.amount
    source.save(update_fields=["amount_refunded"])
    _post(actor, customer, source, stored, "refund_void")
    note = f"{_note(source, stored)} {why}".strip()
    record(actor, "refund.voided", stored.pk, source.pk, customer.pk, note=note)
    return stored
