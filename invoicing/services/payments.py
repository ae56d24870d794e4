"""Recording and voiding payments."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from bigledger_crm.kernel import clock, ids, text
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO, plain_amount, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import customer_by_public_id, lock_customer, lock_customer_of
from customers.services import post_receivable
from invoicing.errors import PaymentCreditSpent, PaymentExceedsAmountDue
from invoicing.inputs import CustomerPaymentInput, PaymentInput
from invoicing.models import Invoice, Payment, Refund
from invoicing.queries import lock_invoice
from invoicing.queries.settlement import due_of, live_allocations, lock_invoices, lock_source
from invoicing.rules import EXCESS, check_payment
from invoicing.services.allocation_parts import (
    Part,
    check_auto_allocate,
    find_parts,
    lock_parts,
    refuse_not_issued,
    with_oldest,
)
from invoicing.services.allocations import allocate, note_settled, refuse_voided, reverse
from invoicing.services.bank_matched import refuse_matched
from invoicing.services.invoice_transitions import clean_reason
from sales.services.shared.fields import check_exchange_rate

_LENGTHS = {"reference": 100, "account_id": 100}
_NUMBER_LENGTH = 60


@transaction.atomic
def record_payment(actor: Actor, invoice: Invoice, inputs: PaymentInput, *, is_imported: bool = False) -> Payment:
    """Money received for an issued invoice, in its currency; by default at its exchange rate.

    One that is imported was recorded elsewhere before.  With `excess` "credit" the customer keeps what is more than
    due.  Raises InvalidData, InvoiceNotIssued, PaymentExceedsAmountDue.
    """
    customer = lock_customer_of(invoice)
    stored = lock_invoice(invoice.pk)
    values, errors = _clean(actor, stored.currency, inputs, invoice_date=stored.invoice_date)
    rate = given_or(inputs.exchange_rate, None)
    errors += check_exchange_rate(actor, stored.currency, rate) if rate is not None else []
    if errors:
        raise InvalidData("Payment", errors)
    refuse_not_issued(stored)
    due, amount = due_of(stored), values["amount"]
    if amount > due and given_or(inputs.excess, "") != "credit":
        currency = stored.currency
        raise PaymentExceedsAmountDue(quantize(amount, currency), quantize(due, currency), currency)
    values["exchange_rate"] = stored.exchange_rate if rate is None else rate
    values["is_imported"] = is_imported
    parts = [Part(stored, min(amount, due))] if due else []
    return _insert(actor, customer, values, parts, invoice=stored)


@transaction.atomic
def record_customer_payment(actor: Actor, inputs: CustomerPaymentInput, *, is_imported: bool = False) -> Payment:
    """Money received from a customer, for as many invoices as `allocations` and `auto_allocate` say, or for none.

    One that is imported was recorded elsewhere before.  What is left is the customer's credit.  Raises InvalidData with
    every failing field, NotFound, InvoiceNotIssued, AllocationExceedsAmountDue with each line, AllocationExceedsCredit.
    """
    customer = _customer(inputs)
    currency, auto = customer.currency, given_or(inputs.auto_allocate, "") or "none"
    values, errors = _clean(actor, currency, inputs, invoice_date=None)
    if given_or(inputs.currency, "") not in ("", currency):
        errors += field_error("currency", f"The customer's currency is {currency}")
    wanted, part_errors = find_parts(customer, currency, inputs.allocations or ())
    errors += [*part_errors, *check_auto_allocate(auto)]
    rate = given_or(inputs.exchange_rate, None)
    errors += check_exchange_rate(actor, currency, rate) if rate is not None else []
    if errors:
        raise InvalidData("Payment", errors)
    parts = with_oldest(customer, wanted, values["amount"], auto)
    if rate is None:
        rate = _common_rate(parts)
    if rate_errors := check_exchange_rate(actor, currency, rate):
        raise InvalidData("Payment", rate_errors)
    values["exchange_rate"] = Decimal(1) if rate is None else rate
    values["is_imported"] = is_imported
    return _insert(actor, customer, values, lock_parts(parts))


def _customer(inputs: CustomerPaymentInput) -> Customer:
    public_id = given_or(inputs.customer_id, "")
    if not public_id:
        raise InvalidData("Payment", field_error("customer_id", "Customer is required"))
    customer = lock_customer(customer_by_public_id(public_id).pk)
    if customer.merged_into_id:
        raise InvalidData("Payment", field_error("customer_id", "This customer was merged into another one"))
    if customer.anonymised_at is not None:
        raise InvalidData("Payment", field_error("customer_id", "Personal data about this customer was erased"))
    return customer


def _common_rate(parts: Sequence[Part]) -> Decimal | None:
    """The exchange rate that all of the invoices have, if they have one."""
    rates = {part.invoice.exchange_rate for part in parts}
    return rates.pop() if len(rates) == 1 else None


def _insert(
    actor: Actor, customer: Customer, values: dict[str, Any], parts: Sequence[Part], *, invoice: Invoice | None = None
) -> Payment:
    """Adds a payment and its allocations; its customer and the invoices are locked."""
    now = clock.now()
    payment = Payment.objects.create(
        id=ids.new_id(),
        company=actor.company,
        invoice=invoice,
        customer=customer,
        currency=customer.currency,
        created_by=actor.id,
        created_at=now,
        search_text=text.fold(values["reference"]),
        **values,
    )
    if parts:
        allocate(actor, payment, parts, start=payment.payment_date, is_initial=True)
    _post(actor, payment, "payment", -payment.amount, payment.payment_date)
    note = f"{payment.currency} {plain_amount(payment.amount, payment.currency)}"
    about = {part.invoice.pk: None for part in parts} | ({invoice.pk: None} if invoice is not None else {})
    record(actor, "payment.recorded", payment.pk, *about, customer.pk, note=note)
    note_settled(actor, payment, parts)
    return payment


def document_number(payment: Payment) -> str:
    """How the ledger calls a payment: by the invoice that it was recorded for, else by its reference."""
    if payment.invoice is not None:
        return str(payment.invoice.invoice_number)
    return payment.reference[:_NUMBER_LENGTH]


def _post(actor: Actor, payment: Payment, kind: str, amount: Decimal, day: date) -> None:
    post_receivable(
        actor,
        payment.customer_id,
        kind=kind,
        amount=amount,
        sales_amount=ZERO,
        entry_date=day,
        document_id=payment.pk,
        document_number=document_number(payment),
    )


def _clean(
    actor: Actor, currency: str, inputs: PaymentInput, *, invoice_date: date | None
) -> tuple[dict[str, Any], list[FieldError]]:
    today = actor.today()
    amount = given_or(inputs.amount, None)
    payment_date = given_or(inputs.payment_date, None) or today
    method = given_or(inputs.payment_method, "") or "other"
    errors = check_payment(amount, currency, payment_date, method, invoice_date=invoice_date, today=today)
    values = {name: text.clean_line(given_or(getattr(inputs, name), "")) for name in _LENGTHS}
    for name, length in _LENGTHS.items():
        if len(values[name]) > length:
            errors += field_error(name, f"At most {length} characters are allowed")
    notes = text.clean_block(given_or(inputs.notes, ""))
    if len(notes) > 10_000:
        errors += field_error("notes", "At most 10000 characters are allowed")
    if given_or(inputs.excess, "") not in ("", *EXCESS):
        errors += field_error("excess", f"Must be one of: {', '.join(EXCESS)}")
    return {
        **values,
        "amount": amount,
        "payment_date": payment_date,
        "payment_method": method,
        "notes": notes,
    }, errors


@transaction.atomic
def void_payment(actor: Actor, payment: Payment, *, reason: str = "") -> Payment:
    """Voids a payment, dated today: what it settled when it was recorded is due again.

    One whose credit went elsewhere since, to invoices or back to the customer, can't be voided before that is
    reversed, nor one that is matched to a bank transaction.  Raises PermissionDenied, PaymentAlreadyVoided,
    MatchedInBank, PaymentCreditSpent, InvalidData.
    """
    actor.require("payments", "void")
    why = clean_reason("Payment", reason)
    customer = lock_customer_of(payment)
    live = list(live_allocations(payment))
    invoices = lock_invoices(allocation.invoice_id for allocation in live)
    stored = lock_source(payment)
    refuse_voided(stored)
    refuse_matched(stored)
    _refuse_spent(stored)
    # What voiding took back is known by its time.
    stored.voided_at, stored.void_reason = reverse(actor, stored, live), why
    stored.save(update_fields=["voided_at", "void_reason"])
    _post(actor, stored, "void", stored.amount, actor.today())
    about = {**dict.fromkeys(invoices), **({stored.invoice_id: None} if stored.invoice_id else {})}
    note = f"{stored.currency} {plain_amount(stored.amount, stored.currency)}"
    record(actor, "payment.voided", stored.pk, *about, customer.pk, note=f"{note} {why}".strip())
    return stored


def _refuse_spent(payment: Payment) -> None:
    currency = payment.currency
    spent: list[dict[str, Any]] = [
        {
            "allocationId": allocation.public_id,
            "invoiceId": allocation.invoice.public_id,
            "invoiceNumber": allocation.invoice.invoice_number,
            "amount": quantize(allocation.amount, currency),
        }
        for allocation in live_allocations(payment).filter(is_initial=False)
    ]
    spent += [
        {"refundId": refund.public_id, "amount": quantize(refund.amount, currency)}
        for refund in Refund.objects.filter(payment=payment, voided_at=None).order_by("created_at", "pk")
    ]
    if spent:
        raise PaymentCreditSpent(spent)
