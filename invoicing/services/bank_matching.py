"""Matching bank transactions to payments and refunds, and undoing that.

Locks: the bank transaction, then what a payment or refund locks, in its order.
"""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error, under
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.money import ZERO, plain_amount
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import customer_by_public_id, lock_customer, lock_customer_of
from invoicing.bank_errors import BankMatchDiffers, BankTransactionIgnored, BankTransactionLeft, BankTransactionMatched
from invoicing.errors import RefundAlreadyVoided
from invoicing.inputs import AllocationInput, BankMatchInput, CustomerPaymentInput, WriteOffInput
from invoicing.models import BankMatch, BankTransaction, Invoice, Payment, Refund, WriteOff
from invoicing.queries import invoice_by_public_id, payment_by_public_id
from invoicing.queries.bank import live_match, lock_bank_transaction
from invoicing.queries.settlement import due_of, lock_source, refund_by_public_id
from invoicing.rules import EXCESS, check_positive_amount
from invoicing.rules.bank_matching import share
from invoicing.services.allocations import refuse_voided
from invoicing.services.bank_matched import Matched, refuse_matched
from invoicing.services.invoice_transitions import clean_reason
from invoicing.services.payments import record_customer_payment, void_payment
from invoicing.services.write_offs import reverse_write_off, write_off_invoice

_LONGEST_REFERENCE = 100
_UNMATCHED = "Bank transaction unmatched"


@transaction.atomic
def match_transaction(actor: Actor, row: BankTransaction, inputs: BankMatchInput) -> BankTransaction:
    """Says what a bank transaction is: one payment or refund that was recorded, or money of a customer.

    For the latter one payment of the booking date is recorded with its allocations, and with `bank_charge` a write-off.
    Raises PermissionDenied, InvalidData, NotFound, BankTransactionMatched, BankTransactionIgnored, BankMatchDiffers,
    MatchedInBank, BankTransactionLeft, and what recording a payment or a write-off does.
    """
    actor.require("payments", "write")
    stored = lock_bank_transaction(row.pk)
    _refuse_handled(stored)
    _check_kind(stored, inputs)
    if payment_id := given_or(inputs.payment_id, ""):
        return _link_payment(actor, stored, payment_by_public_id(payment_id), given_or(inputs.customer_id, ""))
    if refund_id := given_or(inputs.refund_id, ""):
        return _link_refund(actor, stored, refund_by_public_id(refund_id))
    return _record(actor, stored, inputs)


def _refuse_handled(stored: BankTransaction) -> None:
    details = [{"bankTransactionId": stored.public_id}]
    if stored.status == "matched":
        raise BankTransactionMatched("The transaction is already matched: undo that first", details=details)
    if stored.status == "ignored":
        raise BankTransactionIgnored("The transaction is ignored: put it back first", details=details)


def _check_kind(stored: BankTransaction, inputs: BankMatchInput) -> None:
    """Raises InvalidData unless it is one of the three, and one that money in this direction can be."""
    errors: list[FieldError] = []
    payment, refund = given_or(inputs.payment_id, ""), given_or(inputs.refund_id, "")
    allocations = given_or(inputs.allocations, None) or ()
    if payment and refund:
        errors += field_error("refund_id", "Name a payment or a refund, not both")
    if (payment or refund) and (allocations or given_or(inputs.bank_charge, None)):
        errors += field_error("allocations", "A payment or refund that was recorded is matched as it is")
    if not (payment or refund or allocations or given_or(inputs.customer_id, "")):
        errors += field_error("allocations", "Name invoices, a customer, a payment or a refund")
    if refund and stored.amount > 0:
        errors += field_error("refund_id", "Money that came in is no refund")
    if stored.amount < 0 and not refund:
        errors += field_error("refund_id", "Money that went out can only be matched to a refund")
    if given_or(inputs.excess, "") not in ("", *EXCESS):
        errors += field_error("excess", f"Must be one of: {', '.join(EXCESS)}")
    if errors:
        raise InvalidData("Bank match", errors)


def _link_payment(actor: Actor, stored: BankTransaction, payment: Payment, customer_id: str) -> BankTransaction:
    """Matches a payment that was recorded by hand; nothing of it changes."""
    customer = lock_customer_of(payment)
    found = lock_source(payment)
    if customer_id and customer_by_public_id(customer_id).pk != customer.pk:
        raise InvalidData("Bank match", field_error("payment_id", f"This payment is from {customer.name}"))
    refuse_voided(found)
    _refuse_other(stored, found, found.amount, found.currency)
    return _keep(actor, stored, BankMatch(payment=found), customer)


def _link_refund(actor: Actor, stored: BankTransaction, refund: Refund) -> BankTransaction:
    """Matches a refund; nothing of it changes."""
    customer = lock_customer_of(refund.source)
    source = lock_source(refund.source)
    found = Refund.objects.select_for_update(no_key=True).get(pk=refund.pk)
    if found.voided_at is not None:
        raise RefundAlreadyVoided("The refund has already been voided", details=[{"refundId": found.public_id}])
    _refuse_other(stored, found, found.amount, source.currency)
    return _keep(actor, stored, BankMatch(refund=found), customer)


def _refuse_other(stored: BankTransaction, found: Matched, amount: Decimal, currency: str) -> None:
    refuse_matched(found)
    if (amount, currency) != (abs(stored.amount), stored.currency):
        noun = "payment" if isinstance(found, Payment) else "refund"
        raise BankMatchDiffers(noun, (amount, currency), (abs(stored.amount), stored.currency))


def _record(actor: Actor, stored: BankTransaction, inputs: BankMatchInput) -> BankTransaction:
    """Records the money as one payment."""
    named = given_or(inputs.allocations, None)
    given_parts = list(named or ())
    customer, invoices = _customer_and_invoices(stored, given_or(inputs.customer_id, ""), given_parts)
    charge = given_or(inputs.bank_charge, None)
    _check_charge(stored, charge, invoices)
    wanted = [
        (due_of(invoice), given_or(part.amount, None)) for invoice, part in zip(invoices, given_parts, strict=True)
    ]
    shared = share(stored.amount, wanted, charge or ZERO)
    _refuse_without_money(invoices, wanted, shared.parts)
    parts = [
        # What is paid or not issued takes nothing: recording the payment says so.
        AllocationInput(invoice_id=invoice.public_id, amount=amount or stored.amount)
        for invoice, amount in zip(invoices, shared.parts, strict=True)
    ]
    if shared.left > 0 and all(due for due, _asked in wanted) and given_or(inputs.excess, "") != "credit":
        raise BankTransactionLeft(stored.amount, shared.left, stored.currency)
    return record_match(
        actor, stored, customer, parts, charge=charge, exchange_rate=given_or(inputs.exchange_rate, None)
    )


def _refuse_without_money(
    invoices: Sequence[Invoice], wanted: Sequence[tuple[Decimal, Decimal | None]], parts: Sequence[Decimal]
) -> None:
    """Raises InvalidData for invoices that something is due on, but that no money is left for."""
    errors: list[FieldError] = []
    for place, (invoice, (due, asked), part) in enumerate(zip(invoices, wanted, parts, strict=True)):
        if due and not part and not asked:
            message = f"Nothing is left for {invoice.invoice_number}"
            errors += under(field_error("invoice_id", message), "allocations", place)
    if errors:
        raise InvalidData("Bank match", errors)


def _customer_and_invoices(
    stored: BankTransaction, customer_id: str, parts: Sequence[AllocationInput]
) -> tuple[Customer, list[Invoice]]:
    """The customer, locked, and the invoices as they are now.  Raises InvalidData, NotFound."""
    keys = [given_or(part.invoice_id, "") for part in parts]
    if missing := [place for place, key in enumerate(keys) if not key]:
        errors = under(field_error("invoice_id", "Invoice is required"), "allocations", missing[0])
        raise InvalidData("Bank match", errors)
    if customer_id:
        customer = lock_customer(customer_by_public_id(customer_id).pk)
    else:
        customer = lock_customer_of(invoice_by_public_id(keys[0]))
    if customer.currency != stored.currency:
        name = "customer_id" if customer_id else "allocations"
        message = f"{customer.name} pays in {customer.currency}, the bank account is in {stored.currency}"
        raise InvalidData("Bank match", field_error(name, message))
    return customer, [invoice_by_public_id(key) for key in keys]


def _check_charge(stored: BankTransaction, charge: Decimal | None, invoices: Sequence[Invoice]) -> None:
    if charge is None:
        return
    message = check_positive_amount(charge, stored.currency)
    if not invoices:
        message = "A bank charge is written off an invoice: name one"
    elif message is None and charge >= due_of(invoices[-1]):
        message = f"More than is due on {invoices[-1].invoice_number}"
    if errors := field_error("bank_charge", message):
        raise InvalidData("Bank match", errors)


def record_match(
    actor: Actor,
    stored: BankTransaction,
    customer: Customer,
    parts: Sequence[AllocationInput],
    *,
    charge: Decimal | None = None,
    exchange_rate: Decimal | None = None,
    is_automatic: bool = False,
) -> BankTransaction:
    """Records money that came in as one payment and matches it; transaction and customer are locked."""
    payment = record_customer_payment(
        actor,
        CustomerPaymentInput(
            customer_id=customer.public_id,
            amount=stored.amount,
            payment_date=stored.booking_date,
            payment_method="bank_transfer",
            reference=(stored.reference or stored.bank_reference or stored.description)[:_LONGEST_REFERENCE],
            allocations=parts,
            exchange_rate=exchange_rate,
        ),
    )
    write_off: WriteOff | None = None
    if charge:
        invoice = invoice_by_public_id(given_or(parts[-1].invoice_id, ""))
        write_off = write_off_invoice(actor, invoice, WriteOffInput(kind="bank_charge", amount=charge))
    match = BankMatch(payment=payment, write_off=write_off, makes_payment=True, is_automatic=is_automatic)
    return _keep(actor, stored, match, customer)


def _keep(actor: Actor, stored: BankTransaction, match: BankMatch, customer: Customer) -> BankTransaction:
    match.company, match.transaction, match.created_by = actor.company, stored, actor.id
    match.save(force_insert=True)
    set_status(stored, "matched")
    note = f"{stored.currency} {plain_amount(stored.amount, stored.currency)}"
    about = [pk for pk in (match.payment_id, match.refund_id) if pk is not None]
    record(actor, "bank_transaction.matched", stored.pk, stored.account_id, *about, customer.pk, note=note)
    return stored


@transaction.atomic
def unmatch_transaction(actor: Actor, row: BankTransaction, *, reason: str = "") -> BankTransaction:
    """Puts a transaction that was matched or ignored back among those that wait.

    A payment that the match made is voided, with its bank charge; one that was recorded by hand stays as it is.  Raises
    PermissionDenied, InvalidData, PaymentCreditSpent where the payment's credit went elsewhere since.
    """
    why = clean_reason("Bank transaction", reason)
    stored = lock_bank_transaction(row.pk)
    if stored.status == "matched":
        _undo(actor, live_match(stored), why)
    if stored.status != "unmatched":
        set_status(stored, "unmatched")
        record(actor, "bank_transaction.unmatched", stored.pk, stored.account_id, note=why)
    return stored


def _undo(actor: Actor, match: BankMatch, why: str) -> None:
    actor.require("payments", "write")
    match.undone_at, match.undone_by = clock.now(), actor.id
    match.save(update_fields=["undone_at", "undone_by"])
    if not match.makes_payment or match.payment is None:
        return
    lock_customer_of(match.payment)
    if match.write_off is not None and match.write_off.reversed_at is None:
        reverse_write_off(actor, match.write_off, reason=why or _UNMATCHED)
    if match.payment.voided_at is None:
        void_payment(actor, match.payment, reason=why or _UNMATCHED)


@transaction.atomic
def ignore_transaction(actor: Actor, row: BankTransaction, *, reason: str = "") -> BankTransaction:
    """Takes a transaction that belongs to no invoice off the list of those that wait.

    Raises InvalidData, BankTransactionMatched.
    """
    why = clean_reason("Bank transaction", reason)
    stored = lock_bank_transaction(row.pk)
    if stored.status == "ignored":
        return stored
    _refuse_handled(stored)
    set_status(stored, "ignored", why)
    record(actor, "bank_transaction.ignored", stored.pk, stored.account_id, note=why)
    return stored


def set_status(stored: BankTransaction, status: str, reason: str = "") -> None:
    stored.status, stored.ignore_reason, stored.updated_at = status, reason, clock.now()
    stored.save(update_fields=["status", "ignore_reason", "updated_at"])
