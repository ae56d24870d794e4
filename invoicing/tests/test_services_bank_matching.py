"""Matching bank transactions, by itself and by hand, and undoing that: the books are right after each."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.forms.models import model_to_dict

from bigledger_crm.kernel.errors import InvalidData, NotFound, PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_bank_statement, make_customer, make_invoice
from bigledger_crm.testing.raw_sql import copy_row, execute
from customers.models import Customer
from invoicing import bank_errors, errors
from invoicing.inputs import (
    AllocationInput,
    BankMatchInput,
    CustomerPaymentInput,
    PaymentInput,
    RefundInput,
)
from invoicing.integrity import check_integrity
from invoicing.models import BankMatch, BankTransaction, Invoice, Payment, WriteOff
from invoicing.queries.bank import live_match
from invoicing.queries.bank_suggestions import suggestions
from invoicing.services import (
    allocate_credit,
    ignore_transaction,
    match_transaction,
    record_customer_payment,
    record_payment,
    refund_credit,
    reverse_write_off,
    unallocate_credit,
    unmatch_transaction,
    void_payment,
    void_refund,
)

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


@pytest.fixture(autouse=True)
def _books_are_right(actor: Actor, in_company: object, time_in_2024: object) -> Iterator[None]:
    yield
    assert check_integrity(actor.company) == []


def moved(actor: Actor, amount: Any, **facts: Any) -> BankTransaction:
    return make_bank_statement(actor, amount, **facts).transactions.get()


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def parts(*invoices: Invoice, **fields: Any) -> BankMatchInput:
    return BankMatchInput(allocations=[AllocationInput(invoice_id=one.public_id) for one in invoices], **fields)


def facts(*invoices: Invoice) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in model_to_dict(again(one)).items() if name != "updated_at"} for one in invoices
    ]


class TestInvoices:
    def test_one_transfer_for_three_invoices_less_a_bank_charge(self, actor: Actor) -> None:
        customer = make_customer(actor)
        invoices = [make_invoice(actor, customer) for _ in range(3)]
        before = facts(*invoices)
        row = moved(actor, "292.50", reference="Three of them")
        match_transaction(actor, row, parts(*invoices, bank_charge=D("7.50")))
        payment, write_off = Payment.objects.get(), WriteOff.objects.get()
        assert (payment.amount, payment.payment_method, payment.reference) == (
            D("292.50"),
            "bank_transfer",
            "Three of them",
        )
        assert payment.payment_date == row.booking_date
        assert (write_off.kind, write_off.amount, write_off.invoice) == ("bank_charge", D("7.50"), invoices[2])
        assert {again(one).stage for one in invoices} == {"paid"}
        assert (again(row).status, live_match(row).write_off) == ("matched", write_off)
        unmatch_transaction(actor, row, reason="Wrong customer")
        assert facts(*invoices) == before
        assert (again(row).status, again(payment).void_reason) == ("unmatched", "Wrong customer")
        match_transaction(actor, row, parts(*invoices, bank_charge=D("7.50")))
        assert BankMatch.objects.count() == 2

    def test_a_surplus_is_kept_as_credit_only_if_somebody_says_so(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        row = moved(actor, 130)
        with pytest.raises(bank_errors.BankTransactionLeft) as refused:
            match_transaction(actor, row, parts(invoice))
        assert refused.value.details[0]["left"] == D(30)
        match_transaction(actor, row, parts(invoice, excess="credit"))
        assert Payment.objects.get().unapplied == D(30)
        unmatch_transaction(actor, row)
        assert Customer.objects.get().current_balance == D(100)

    def test_part_of_what_is_due(self, actor: Actor) -> None:
        customer = make_customer(actor)
        first, second = make_invoice(actor, customer), make_invoice(actor, customer)
        allocations = [
            AllocationInput(invoice_id=first.public_id, amount=D(30)),
            AllocationInput(invoice_id=second.public_id),
        ]
        match_transaction(actor, moved(actor, 90), BankMatchInput(allocations=allocations))
        assert [again(one).amount_due for one in (first, second)] == [D(70), D(40)]

    def test_money_on_account(self, actor: Actor) -> None:
        customer = make_customer(actor)
        match_transaction(actor, moved(actor, 90), BankMatchInput(customer_id=customer.public_id, excess="credit"))
        assert Payment.objects.get().unapplied == D(90)

    def test_what_is_not_open_is_refused(self, actor: Actor) -> None:
        customer = make_customer(actor)
        paid, open_one = make_invoice(actor, customer), make_invoice(actor, customer)
        record_payment(actor, paid, PaymentInput(amount=D(100), payment_date=date(2024, 1, 15)))
        row = moved(actor, 100, description="x")
        with pytest.raises(errors.AllocationExceedsAmountDue):
            match_transaction(actor, row, parts(paid, excess="credit"))
        with pytest.raises(errors.InvoiceNotIssued):
            match_transaction(actor, row, parts(make_invoice(actor, customer, draft=True)))
        with pytest.raises(NotFound):
            match_transaction(actor, moved(actor, 200), parts(open_one, make_invoice(actor, make_customer(actor))))
        assert again(row).status == "unmatched"

    def test_every_fault_is_named(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        euros = make_invoice(actor, make_customer(actor, currency="EUR"), exchange_rate=D(5))
        row = moved(actor, 100)
        wrong = {
            "allocations": BankMatchInput(),
            "excess": parts(invoice, excess="maybe"),
            "refundId": parts(invoice, refund_id="rf_x"),
            "bankCharge": parts(invoice, bank_charge=D(100)),
        }
        for name, inputs in wrong.items():
            assert name in invalid_fields(partial(match_transaction, actor, row, inputs))
        with pytest.raises(InvalidData) as refused:
            match_transaction(actor, row, parts(euros))
        assert "pays in EUR" in refused.value.errors[0].message
        two = parts(make_invoice(actor, invoice.customer), invoice)
        with pytest.raises(InvalidData) as refused:
            match_transaction(actor, row, two)
        assert refused.value.errors[0].message == f"Nothing is left for {invoice.invoice_number}"
        with pytest.raises(PermissionDenied):
            match_transaction(replace(actor, permissions=actor.permissions - {"payments:write"}), row, parts(invoice))
        assert not Payment.objects.exists()

    def test_a_spent_credit_stays_and_says_where(self, actor: Actor) -> None:
        customer = make_customer(actor)
        row = moved(actor, 130)
        match_transaction(actor, row, parts(make_invoice(actor, customer), excess="credit"))
        later = make_invoice(actor, customer)
        allocate_credit(actor, Payment.objects.get(), auto_allocate="oldest")
        with pytest.raises(errors.PaymentCreditSpent) as refused:
            unmatch_transaction(actor, row)
        assert refused.value.details[0]["invoiceNumber"] == later.invoice_number
        assert again(row).status == "matched"

    def test_what_was_taken_back_by_hand_does_not_stand_in_the_way(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        row = moved(actor, 95)
        match_transaction(actor, row, parts(invoice, bank_charge=D(5)))
        reverse_write_off(actor, WriteOff.objects.get())
        unallocate_credit(actor, Payment.objects.get())
        unmatch_transaction(actor, row)
        assert again(invoice).amount_due == D(100)


class TestRecordedByHand:
    def test_a_payment_is_linked_and_stays(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        payment = record_payment(actor, invoice, PaymentInput(amount=D(100)))
        before, row = model_to_dict(again(payment)), moved(actor, 100)
        match_transaction(actor, row, BankMatchInput(payment_id=payment.public_id))
        with pytest.raises(bank_errors.MatchedInBank) as refused:
            void_payment(actor, payment)
        assert refused.value.details == [{"bankTransactionId": row.public_id}]
        with pytest.raises(bank_errors.MatchedInBank):
            match_transaction(actor, moved(actor, 100, description="b"), BankMatchInput(payment_id=payment.public_id))
        with pytest.raises(bank_errors.BankTransactionMatched):
            match_transaction(actor, row, BankMatchInput(payment_id=payment.public_id))
        unmatch_transaction(actor, row)
        assert model_to_dict(again(payment)) == before
        void_payment(actor, payment)
        with pytest.raises(errors.PaymentAlreadyVoided):
            match_transaction(actor, row, BankMatchInput(payment_id=payment.public_id))

    def test_another_amount_or_customer_is_refused(self, actor: Actor) -> None:
        customer, other = make_customer(actor), make_customer(actor)
        payment = record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D(99)))
        row = moved(actor, 100)
        with pytest.raises(bank_errors.BankMatchDiffers):
            match_transaction(actor, row, BankMatchInput(payment_id=payment.public_id))
        row = moved(actor, 99)
        wrong = BankMatchInput(payment_id=payment.public_id, customer_id=other.public_id)
        assert invalid_fields(lambda: match_transaction(actor, row, wrong)).keys() == {"paymentId"}

    def test_money_that_went_out_is_a_refund(self, actor: Actor) -> None:
        customer = make_customer(actor)
        payment = record_customer_payment(actor, CustomerPaymentInput(customer_id=customer.public_id, amount=D(80)))
        refund = refund_credit(actor, payment, RefundInput(amount=D(30)))
        row = moved(actor, -30)
        (found,) = suggestions(row)
        assert (found.recorded, found.reasons[0].code) == (refund, "recorded")
        wrong = BankMatchInput(customer_id=customer.public_id, excess="credit")
        assert invalid_fields(lambda: match_transaction(actor, row, wrong)).keys() == {"refundId"}
        with pytest.raises(bank_errors.BankMatchDiffers):
            match_transaction(actor, moved(actor, -31), BankMatchInput(refund_id=refund.public_id))
        match_transaction(actor, row, BankMatchInput(refund_id=refund.public_id))
        with pytest.raises(bank_errors.MatchedInBank):
            void_refund(actor, refund)
        unmatch_transaction(actor, row)
        void_refund(actor, refund)
        with pytest.raises(errors.RefundAlreadyVoided):
            match_transaction(actor, row, BankMatchInput(refund_id=refund.public_id))


class TestIgnoring:
    def test_only_what_waits_is_ignored(self, actor: Actor) -> None:
        invoice, row = make_invoice(actor), moved(actor, 100)
        ignore_transaction(actor, row, reason="Interest")
        with pytest.raises(bank_errors.BankTransactionIgnored):
            match_transaction(actor, row, parts(invoice))
        assert suggestions(again(row)) == []
        unmatch_transaction(actor, row)
        match_transaction(actor, row, parts(invoice))
        with pytest.raises(bank_errors.BankTransactionMatched):
            ignore_transaction(actor, row)


class TestGuards:
    """The database keeps to it even where the services wouldn't."""

    def test_a_transaction_is_matched_once_and_for_its_amount(self, actor: Actor) -> None:
        match_transaction(actor, moved(actor, 100), parts(make_invoice(actor)))
        other = moved(actor, 99)
        with pytest.raises(IntegrityError, match=r"bankmatch_(transaction|payment)_once"):
            copy_row(BankMatch)
        with pytest.raises(IntegrityError, match="of the same amount"):
            copy_row(BankMatch, transaction_id=f"'{other.pk}'")

    def test_a_match_is_only_undone(self, actor: Actor) -> None:
        match_transaction(actor, moved(actor, 100), parts(make_invoice(actor)))
        for statement in ("UPDATE invoicing_bankmatch SET makes_payment = false", "DELETE FROM invoicing_bankmatch"):
            with pytest.raises(IntegrityError, match="only undone once"):
                execute(statement)
