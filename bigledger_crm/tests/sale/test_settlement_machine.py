"""Money as a state machine: payments, credit, refunds, write-offs and voids in two currencies, in any order.

After every step the books prove themselves, on every day.  Moves are legal or not; what is refused changes nothing.
"""

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import line, make_customer, make_invoice
from bigledger_crm.tests.sale.support.owed import owed_on
from customers.models import Customer, ReceivableEntry
from invoicing import errors
from invoicing.inputs import (
    AllocationInput,
    CreditNoteInput,
    CustomerPaymentInput,
    GoodwillInput,
    PaymentInput,
    RefundInput,
    WriteOffInput,
)
from invoicing.integrity import check_integrity
from invoicing.models import Allocation, CreditNote, Invoice, Payment, Refund, WriteOff
from invoicing.queries.settlement import Source, due_of, live_allocations, unapplied_of
from invoicing.services import (
    allocate_credit,
    create_credit_note,
    create_goodwill_note,
    record_customer_payment,
    record_payment,
    refund_credit,
    reverse_write_off,
    unallocate_credit,
    void_payment,
    void_refund,
    write_off_invoice,
)

D = Decimal
LIVES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
STEPS = 25
PLACES = st.integers(0, 99)
SHARES = st.sampled_from([D("0.1"), D("0.3333"), D(1), D(1), D("1.2")])
RATES = st.sampled_from([D("4.6543"), D("4.7"), D("0.333333")])
DAYS = st.integers(0, 5)
MODELS = (Invoice, Payment, CreditNote, Allocation, Refund, WriteOff, Customer, ReceivableEntry, AuditEntry)
Row = TypeVar("Row")


class Money(RuleBasedStateMachine):
    """One customer is billed in the company's currency, the other in US dollars."""

    actor: Actor

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(company_scope(self.actor.company))
        self.stack.enter_context(transaction.atomic())
        self.now = datetime(2024, 1, 15, 2, tzinfo=UTC)
        self.stack.enter_context(clock.travelling(self.now))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.stack.close()

    @initialize()
    def customers_come(self) -> None:
        self.customers = [make_customer(self.actor), make_customer(self.actor, currency="USD")]
        for customer in self.customers:
            self.bill(customer, D("100.00"), D("4.7"), 5)
            self.bill(customer, D("33.33"), D("4.6543"), 0)
            self.receive(customer, D("60.00"), D("4.7"))

    def bill(self, customer: Customer, price: Decimal, rate: Decimal, days: int) -> Invoice:
        lines = [line("3", f"{price / 3:.6f}"), line("1", "0.01")]
        day = self.actor.today() - timedelta(days)
        return make_invoice(self.actor, customer, lines, exchange_rate=self.rate(customer, rate), invoice_date=day)

    def receive(self, customer: Customer, amount: Decimal, rate: Decimal, **more: Any) -> Payment:
        given: dict[str, Any] = {
            "customer_id": customer.public_id,
            "amount": amount,
            "exchange_rate": self.rate(customer, rate),
        }
        return record_customer_payment(self.actor, CustomerPaymentInput(**given, **more))

    def rate(self, customer: Customer, rate: Decimal) -> Decimal:
        return rate if customer.currency == "USD" else D(1)

    def one(self, rows: "list[Row]", place: int) -> Row:
        return rows[place % len(rows)]

    def customer(self, place: int) -> Customer:
        return self.customers[place % 2]

    def source(self, place: int) -> Source:
        found: list[Source] = [*Payment.objects.order_by("created_at", "pk")]
        found += CreditNote.objects.order_by("created_at", "pk")
        spare = [source for source in found if unapplied_of(source)]
        return self.one(spare if spare and place % 4 else found, place)

    def invoice(self, customer: Customer, place: int) -> Invoice:
        found = list(Invoice.objects.filter(customer=customer).order_by("invoice_number"))
        due = [invoice for invoice in found if invoice.stage == "open"]
        return self.one(due if due and place % 4 else found, place)

    def attempt(self, act: Callable[[], object], *refusals: type[Exception]) -> bool:
        """Does something, which may be refused in these ways and then changes nothing; whether it was done."""
        before = fingerprint()
        try:
            with transaction.atomic():
                act()
        except refusals:
            assert fingerprint() == before
            return False
        return True

    @rule(days=DAYS)
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days)
        self.stack.enter_context(clock.travelling(self.now))

    @rule(place=PLACES, share=SHARES, rate=RATES, days=DAYS)
    def an_invoice_is_issued(self, place: int, share: Decimal, rate: Decimal, days: int) -> None:
        self.bill(self.customer(place), max(D("0.03"), 150 * share), rate, days)

    @rule(place=PLACES, share=SHARES, days=DAYS, excess=st.sampled_from(["refuse", "credit"]))
    def an_invoice_is_paid(self, place: int, share: Decimal, days: int, excess: str) -> None:
        invoice = self.invoice(self.customer(place), place // 2)
        due = due_of(invoice)
        amount = max(D("0.01"), (invoice.total * share).quantize(D("0.01")))
        day = self.actor.today() - timedelta(days)
        inputs = PaymentInput(amount=amount, payment_date=day, excess=excess)
        done = self.attempt(lambda: record_payment(self.actor, invoice, inputs), errors.PaymentExceedsAmountDue)
        assert done is (amount <= due or excess == "credit")

    @rule(place=PLACES, share=SHARES, rate=RATES, days=DAYS, auto=st.sampled_from(["none", "oldest"]))
    def a_transfer_comes(self, place: int, share: Decimal, rate: Decimal, days: int, auto: str) -> None:
        customer = self.customer(place)
        invoices = {self.invoice(customer, place // 2).pk: self.invoice(customer, place // 2)}
        invoices |= {(other := self.invoice(customer, place // 3)).pk: other}
        parts = [
            AllocationInput(invoice_id=invoice.public_id, amount=max(D("0.01"), round(due_of(invoice) * share, 2)))
            for invoice in invoices.values()
        ]
        day = self.actor.today() - timedelta(days)
        self.attempt(
            lambda: self.receive(customer, D("120.00"), rate, allocations=parts, auto_allocate=auto, payment_date=day),
            errors.AllocationExceedsAmountDue,
            errors.AllocationExceedsCredit,
        )

    @rule(place=PLACES, share=SHARES)
    def credit_is_applied(self, place: int, share: Decimal) -> None:
        source = self.source(place)
        invoice = self.invoice(source.customer, place // 2)
        amount = max(D("0.01"), round(min(due_of(invoice), unapplied_of(source)) * share, 2))
        part = AllocationInput(invoice_id=invoice.public_id, amount=amount)
        done = self.attempt(
            lambda: allocate_credit(self.actor, source, [part]),
            errors.AllocationExceedsAmountDue,
            errors.AllocationExceedsCredit,
            errors.PaymentAlreadyVoided,
        )
        assert done is (amount <= due_of(invoice) and amount <= unapplied_of(source))

    @rule(place=PLACES, everything=st.booleans())
    def credit_is_taken_back(self, place: int, everything: bool) -> None:
        source = self.source(place)
        live = list(live_allocations(source))
        wanted = None if everything or not live else [self.one(live, place // 2).public_id]
        done = self.attempt(
            lambda: unallocate_credit(self.actor, source, wanted), errors.NothingAllocated, errors.PaymentAlreadyVoided
        )
        assert done is bool(live)

    @rule(place=PLACES, share=SHARES, days=DAYS)
    def credit_is_refunded(self, place: int, share: Decimal, days: int) -> None:
        source = self.source(place)
        amount = max(D("0.01"), round(unapplied_of(source) * share, 2))
        since = source.payment_date if isinstance(source, Payment) else source.credit_note_date
        day = max(self.actor.today() - timedelta(days), since)
        inputs = RefundInput(amount=amount, refund_date=day)
        refused = (errors.RefundExceedsCredit, errors.PaymentAlreadyVoided)
        done = self.attempt(lambda: refund_credit(self.actor, source, inputs), *refused)
        assert not done or amount <= unapplied_of(source)

    @rule(place=PLACES)
    def a_refund_comes_back(self, place: int) -> None:
        if refunds := list(Refund.objects.order_by("created_at", "pk")):
            refund = self.one(refunds, place)
            done = self.attempt(lambda: void_refund(self.actor, refund), errors.RefundAlreadyVoided)
            assert done is (refund.voided_at is None)

    @rule(place=PLACES)
    def a_payment_is_voided(self, place: int) -> None:
        payment = self.one(list(Payment.objects.order_by("created_at", "pk")), place)
        spent = payment.amount_refunded or live_allocations(payment).filter(is_initial=False).exists()
        refused = (errors.PaymentAlreadyVoided, errors.PaymentCreditSpent)
        done = self.attempt(lambda: void_payment(self.actor, payment), *refused)
        assert done is (payment.voided_at is None and not spent)

    @rule(place=PLACES, excess=st.sampled_from(["refuse", "credit"]))
    def an_invoice_is_credited(self, place: int, excess: str) -> None:
        invoice = self.invoice(self.customer(place), place // 2)
        inputs = CreditNoteInput(invoice_id=invoice.public_id, excess=excess)
        refused = (errors.InvoiceAlreadyCredited, errors.CreditExceedsAmountDue)
        self.attempt(lambda: create_credit_note(self.actor, inputs), *refused)

    @rule(place=PLACES, rate=RATES)
    def goodwill_is_shown(self, place: int, rate: Decimal) -> None:
        customer = self.customer(place)
        inputs = GoodwillInput(
            customer_id=customer.public_id,
            reason="Late",
            items=[line(unit_price="7.77")],
            exchange_rate=self.rate(customer, rate),
        )
        create_goodwill_note(self.actor, inputs)

    @rule(place=PLACES, share=SHARES)
    def something_is_written_off(self, place: int, share: Decimal) -> None:
        invoice = self.invoice(self.customer(place), place // 2)
        amount = max(D("0.01"), round(due_of(invoice) * share, 2))
        inputs = WriteOffInput(amount=amount, kind="bank_charge")
        done = self.attempt(lambda: write_off_invoice(self.actor, invoice, inputs), errors.WriteOffExceedsAmountDue)
        assert done is (amount <= due_of(invoice))

    @rule(place=PLACES)
    def a_write_off_is_reversed(self, place: int) -> None:
        if write_offs := list(WriteOff.objects.order_by("created_at", "pk")):
            write_off = self.one(write_offs, place)
            done = self.attempt(lambda: reverse_write_off(self.actor, write_off), errors.WriteOffAlreadyReversed)
            assert done is (write_off.reversed_at is None)

    @invariant()
    def the_books_prove_themselves(self) -> None:
        assert [str(difference) for difference in check_integrity(self.actor.company)] == []

    @invariant()
    def a_balance_is_what_is_due_less_credit_on_every_day(self) -> None:
        for customer in Customer.objects.all():
            entries = list(ReceivableEntry.objects.filter(customer=customer))
            for day in {entry.entry_date for entry in entries}:
                posted = sum((entry.amount for entry in entries if entry.entry_date <= day), ZERO)
                assert posted == owed_on(customer, day)


def fingerprint() -> list[tuple[Any, ...]]:
    """What a refusal must leave as it was."""
    tables = [model._meta.db_table for model in MODELS]
    sums = [f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return list(cursor.fetchall())


@pytest.mark.timeout(1200)  # Hypothesis takes up to five minutes to make a failure small
def test_the_life_of_money(actor: Actor) -> None:
    machine = type("MoneyOfAlice", (Money,), {"actor": actor})
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=LIVES, stateful_step_count=STEPS, suppress_health_check=checks)
    )
