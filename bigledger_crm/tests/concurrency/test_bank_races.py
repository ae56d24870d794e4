"""One bank transaction in many hands: it is matched once, and the books prove themselves."""

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_bank_statement, make_customer, make_invoice
from bigledger_crm.testing.threads import at_once
from invoicing import bank_errors, errors
from invoicing.inputs import AllocationInput, BankAccountInput, BankMatchInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import BankAccount, BankMatch, BankTransaction, Invoice, Payment
from invoicing.services import (
    match_transaction,
    record_payment,
    unmatch_transaction,
    update_bank_account,
    void_payment,
)

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("committed")
D = Decimal


def to(invoice: Invoice) -> BankMatchInput:
    return BankMatchInput(allocations=[AllocationInput(invoice_id=invoice.public_id)])


def test_two_people_match_one_transaction_once(actor: Actor) -> None:
    with company_scope(actor.company):
        invoices = [make_invoice(actor) for _ in range(4)]
        row = make_bank_statement(actor, 100).transactions.get()
    done, refused = at_once(
        [partial(match_transaction, actor, row, to(invoice)) for invoice in invoices], company=actor.company
    )
    assert (len(done), {type(one) for one in refused}) == (1, {bank_errors.BankTransactionMatched})
    with company_scope(actor.company):
        assert (Payment.objects.count(), BankMatch.objects.count()) == (1, 1)
    assert check_integrity() == []


def test_one_invoice_or_payment_is_one_transaction(actor: Actor) -> None:
    with company_scope(actor.company):
        invoice, by_hand = make_invoice(actor), make_invoice(actor)
        payment = record_payment(actor, by_hand, PaymentInput(amount=D(50)))
        rows = list(make_bank_statement(actor, 100, 100, 50, 50).transactions.order_by("amount"))
    link = BankMatchInput(payment_id=payment.public_id)
    calls = [partial(match_transaction, actor, row, link if row.amount == 50 else to(invoice)) for row in rows]
    done, refused = at_once(calls, company=actor.company)
    assert len(done) == 2
    assert {type(one) for one in refused} == {bank_errors.MatchedInBank, errors.AllocationExceedsAmountDue}
    assert check_integrity() == []


def test_matching_undoing_voiding_and_importing_at_once(actor: Actor) -> None:
    with company_scope(actor.company):
        customers = [make_customer(actor) for _ in range(2)]
        invoices = [make_invoice(actor, customer) for customer in customers for _ in range(2)]
        make_bank_statement(actor, 1)
        update_bank_account(actor, BankAccount.objects.get(), BankAccountInput(auto_match=True))
        rows = list(make_bank_statement(actor, 100, 100, description="Transfer").transactions.all())
        match_transaction(actor, rows[0], to(invoices[0]))
        payment = Payment.objects.get()
    calls: list[Callable[[], object]] = [
        partial(unmatch_transaction, actor, rows[0]),
        partial(void_payment, actor, payment),
        partial(match_transaction, actor, rows[1], to(invoices[1])),
        *(partial(make_bank_statement, actor, 100, reference=one.payment_reference) for one in invoices),
        *(partial(record_payment, actor, one, PaymentInput(amount=D(60))) for one in invoices),
    ]
    _done, refused = at_once(calls, company=actor.company)
    allowed = {
        # Part of the invoice was paid first.
        bank_errors.BankTransactionLeft,
        bank_errors.MatchedInBank,
        errors.AllocationExceedsAmountDue,
        errors.PaymentExceedsAmountDue,
        errors.PaymentAlreadyVoided,
    }
    assert {type(one) for one in refused} <= allowed, refused
    with company_scope(actor.company):
        matched = BankTransaction.objects.filter(status="matched").count()
        assert matched == BankMatch.objects.filter(undone_at=None).count()
    assert check_integrity() == []
