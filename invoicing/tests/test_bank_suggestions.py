"""What a bank transaction may be, with reasons, and what is matched by itself."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_bank_statement, make_customer, make_invoice
from invoicing.inputs import (
    AllocationInput,
    BankAccountInput,
    BankMatchInput,
    PaymentInput,
)
from invoicing.integrity import check_integrity
from invoicing.models import BankAccount, BankTransaction, Invoice
from invoicing.queries.bank import live_match
from invoicing.queries.bank_suggestions import MOST, Suggestion, suggestions
from invoicing.services import (
    cancel_invoice,
    match_transaction,
    record_payment,
    unmatch_transaction,
    update_bank_account,
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


class TestByItself:
    def account(self, actor: Actor, *, auto_match: bool = True) -> None:
        make_bank_statement(actor, 1)
        update_bank_account(actor, BankAccount.objects.get(), BankAccountInput(auto_match=auto_match))

    def test_reference_and_exact_amount_match(self, actor: Actor) -> None:
        self.account(actor)
        invoice = make_invoice(actor)
        row = moved(actor, 100, reference=invoice.payment_reference.lower())
        assert (again(row).status, again(invoice).stage) == ("matched", "paid")
        match = live_match(row)
        assert (match.is_automatic, match.makes_payment) == (True, True)
        unmatch_transaction(actor, row)
        assert again(invoice).stage == "open"

    @pytest.mark.parametrize("amount", ["99.99", "100.01", "-100"])
    def test_another_amount_waits(self, actor: Actor, amount: str) -> None:
        self.account(actor)
        row = moved(actor, amount, reference=make_invoice(actor).payment_reference)
        assert again(row).status == "unmatched"

    def test_nothing_is_matched_unless_the_company_wants_it(self, actor: Actor) -> None:
        self.account(actor, auto_match=False)
        row = moved(actor, 100, reference=make_invoice(actor).payment_reference)
        assert again(row).status == "unmatched"

    def test_who_pays_twice_is_matched_once(self, actor: Actor) -> None:
        self.account(actor)
        invoice = make_invoice(actor)
        statement = make_bank_statement(actor, 100, 100, reference=invoice.payment_reference)
        statuses = statement.transactions.values_list("status", flat=True)
        assert sorted(statuses) == ["matched", "unmatched"]

    def test_two_references_and_drafts_wait(self, actor: Actor) -> None:
        self.account(actor)
        both = f"{make_invoice(actor).payment_reference} {make_invoice(actor).payment_reference}"
        draft = make_invoice(actor, draft=True).payment_reference
        assert again(moved(actor, 100, reference=both)).status == "unmatched"
        assert again(moved(actor, 100, reference=draft)).status == "unmatched"


class TestSuggestions:
    def codes(self, found: list[Suggestion]) -> list[list[str]]:
        return [[reason.code for reason in one.reasons] for one in found]

    def test_text_and_amount(self, actor: Actor) -> None:
        named, equal = make_invoice(actor), make_invoice(actor)
        row = moved(actor, 100, description=f"Payment {named.invoice_number}, thanks")
        found = suggestions(row)
        assert self.codes(found) == [["invoice_number", "amount_equal"], ["amount_equal"]]
        assert [one.parts for one in found] == [((named, D(100)),), ((equal, D(100)),)]
        assert found[0].left == 0

    def test_a_reference_with_another_amount(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        (found,) = suggestions(moved(actor, 130, description=invoice.payment_reference))
        assert ([reason.code for reason in found.reasons], found.left) == (["reference"], D(30))

    def test_two_invoices_add_up(self, actor: Actor) -> None:
        customer = make_customer(actor)
        first, second = (make_invoice(actor, customer, [line(unit_price=price)]) for price in ("100", "55"))
        make_invoice(actor, make_customer(actor), [line(unit_price="55")])
        (found,) = suggestions(moved(actor, 155))
        assert self.codes([found]) == [["adds_up"]]
        assert {one for one, _part in found.parts} == {first, second}

    def test_who_paid_before_is_known(self, actor: Actor) -> None:
        customer = make_customer(actor, name="Acme")
        payer = {"counterparty_name": "ACME HOLDING", "counterparty_account": "77"}
        match_transaction(actor, moved(actor, 100, **payer), parts(make_invoice(actor, customer)))
        first, second = make_invoice(actor, customer), make_invoice(actor, customer)
        (found,) = suggestions(moved(actor, 120, **payer))
        assert found.reasons[0].message == "ACME HOLDING has paid for Acme before."
        assert found.parts == ((first, D(100)), (second, D(20)))
        (by_name,) = suggestions(moved(actor, 120, counterparty_name="ACME HOLDING", description="z"))
        assert by_name.parts == found.parts

    def test_a_payment_recorded_by_hand_is_offered_until_it_is_matched(self, actor: Actor) -> None:
        invoice = make_invoice(actor)
        payment = record_payment(actor, invoice, PaymentInput(amount=D(100)))
        row = moved(actor, 100)
        (found,) = suggestions(row)
        assert (found.recorded, found.parts) == (payment, ())
        match_transaction(actor, row, BankMatchInput(payment_id=payment.public_id))
        assert suggestions(again(row)) == suggestions(moved(actor, 100, description="y")) == []

    def test_never_what_is_draft_cancelled_paid_or_in_another_currency(self, actor: Actor) -> None:
        draft, paid = make_invoice(actor, draft=True), make_invoice(actor)
        cancelled = cancel_invoice(actor, make_invoice(actor))
        record_payment(actor, paid, PaymentInput(amount=D(100)))
        euros = make_invoice(actor, make_customer(actor, currency="EUR"), exchange_rate=D(5))
        text = " ".join(one.payment_reference for one in (draft, paid, cancelled, euros))
        found = suggestions(moved(actor, 100, description=text))
        assert self.codes(found) == [["recorded"]]

    def test_only_so_much_is_looked_at(self, actor: Actor, django_assert_max_num_queries: Any) -> None:
        customer = make_customer(actor)
        for _ in range(MOST + 4):
            make_invoice(actor, customer)
        row = moved(actor, 300, description="Rent")
        with django_assert_max_num_queries(9):
            assert len(suggestions(row)) <= MOST
