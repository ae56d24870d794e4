"""The life of sales as a state machine: any order of legal and illegal moves keeps the books right."""

import os
from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.tests.sale.support.machine_base import MachineBase
from bigledger_crm.tests.sale.support.sale_machine import LINES, PLACES, SHARES, SHIPPING, Refusal, fingerprint
from customers.models import Customer, ReceivableEntry
from customers.queries import statement_of
from invoicing.errors import (
    CreditExceedsAmountDue,
    CreditExceedsRemaining,
    InvoiceAlreadyCredited,
    InvoiceHasPayments,
    InvoiceNotIssued,
    OrderAlreadyInvoiced,
    OrderNotInvoiceable,
    PaymentAlreadyVoided,
    PaymentExceedsAmountDue,
)
from invoicing.inputs import CreditNoteInput, InvoiceInput, PaymentInput
from invoicing.lifecycle import INVOICE
from invoicing.models import CreditNote, Invoice, Payment
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    create_invoice,
    issue_invoice,
    record_payment,
    send_invoice,
    void_payment,
)
from sales.errors import QuantityExceedsRemaining, QuoteConversionFailed, QuoteExpired
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.lifecycle import ORDER, ORDER_OPEN_STATES, QUOTE
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.services import (
    EmailOptions,
    accept_quote,
    allowed_transitions,
    change_order_status,
    convert_quote_to_order,
    create_order,
    create_quote,
    send_quote,
)

D = Decimal
LIVES = int(os.environ.get("FUZZ_EXAMPLES", "10"))


class Sale(MachineBase):
    """From an offer to its payment."""

    @initialize(lines=LINES)
    def customer_comes(self, lines: list[LineInput]) -> None:
        self.customer = make_customer(self.actor)
        self.make_quote("old", self.fields(lines))
        self.make_quote("late", self.fields(lines))
        accept_quote(self.actor, create_quote(self.actor, QuoteInput(**self.fields(lines))))
        order = create_order(self.actor, OrderInput(**self.fields(lines, shipping_cost=D("9.99"))))
        change_order_status(self.actor, order, "confirmed")
        create_invoice(self.actor, InvoiceInput(**self.fields(lines)))

    @rule(lines=LINES, shipping=SHIPPING, inclusive=st.booleans(), age=st.sampled_from(["new", "new", "old", "late"]))
    def quote(self, lines: list[LineInput], shipping: Decimal, inclusive: bool, age: str) -> None:
        self.make_quote(age, self.fields(lines, shipping_cost=shipping, prices_include_tax=inclusive))

    def make_quote(self, age: str, fields: dict[str, Any]) -> None:
        """One of today, one that ran out since it was made, or one that is entered when it is out of date."""
        yesterday = self.actor.today() - timedelta(days=1)
        if age != "new":
            fields |= {"quote_date": yesterday, "valid_until": yesterday}
        with clock.travelling(clock.now() - timedelta(days=1)) if age == "old" else nullcontext():
            create_quote(self.actor, QuoteInput(**fields))

    def expired(self, quote: Quote) -> bool:
        entered = quote.created_at.astimezone(ZoneInfo(self.actor.company.time_zone)).date()
        return quote.status in ("draft", "sent") and entered <= quote.valid_until < self.actor.today()

    @rule(place=PLACES)
    def send_quote(self, place: int) -> None:
        quote = self.pick(Quote.objects.order_by("quote_number"), lambda row: row.status == "draft", place)
        known = quote.status == "sent" or QUOTE.allows(quote.status, "sent")
        refusal: Refusal = InvalidStatusTransition if not known else QuoteExpired if self.expired(quote) else None
        self.attempt(lambda: send_quote(self.actor, quote, EmailOptions()), refusal)

    @rule(place=PLACES)
    def accept_quote(self, place: int) -> None:
        rows = Quote.objects.order_by("quote_number")
        quote = self.pick(rows, lambda row: QUOTE.allows(row.status, "accepted"), place)
        known = QUOTE.allows(quote.status, "accepted")
        refusal: Refusal = QuoteExpired if self.expired(quote) else None if known else InvalidStatusTransition
        self.attempt(lambda: accept_quote(self.actor, quote), refusal)

    @rule(place=PLACES)
    def convert_quote(self, place: int) -> None:
        quote = self.pick(Quote.objects.order_by("quote_number"), lambda row: row.status == "accepted", place)
        refusal = None if quote.status == "accepted" else QuoteConversionFailed
        self.attempt(lambda: convert_quote_to_order(self.actor, quote), refusal)
        if refusal is None:
            order = SalesOrder.objects.get(quote=quote)
            assert (order.status, order.total) == ("confirmed", quote.total)

    @rule(lines=LINES, shipping=SHIPPING)
    def order(self, lines: list[LineInput], shipping: Decimal) -> None:
        create_order(self.actor, OrderInput(**self.fields(lines, shipping_cost=shipping)))

    @rule(place=PLACES, state=st.sampled_from(ORDER.states))
    def move_order(self, place: int, state: str) -> None:
        rows = SalesOrder.objects.order_by("order_number")
        order = self.pick(rows, lambda row: state in allowed_transitions(row), place)
        refusal = None if state in allowed_transitions(order) else InvalidStatusTransition
        self.attempt(lambda: change_order_status(self.actor, order, state), refusal)

    @rule(place=PLACES)
    def invoice_the_rest(self, place: int) -> None:
        order = self.pick(
            SalesOrder.objects.prefetch_related("lines").order_by("order_number"), self.can_be_invoiced, place
        )
        self.attempt(lambda: convert_order_to_invoice(self.actor, order), self.refusal_of_invoice(order))

    @rule(place=PLACES, share=SHARES)
    def invoice_a_part(self, place: int, share: Decimal) -> None:
        order = self.pick(
            SalesOrder.objects.prefetch_related("lines").order_by("order_number"), self.can_be_invoiced, place
        )
        refusal = self.refusal_of_invoice(order)
        parts = []
        for row in order.lines.all():
            quantity = (row.quantity * share).quantize(D("0.000001"))
            parts.append(QuantityInput(item_id=row.public_id, quantity=quantity))
            if refusal is None and quantity > row.quantity - row.invoiced_quantity:
                refusal = QuantityExceedsRemaining
        self.attempt(lambda: convert_order_to_invoice(self.actor, order, partial_items=parts), refusal)

    def can_be_invoiced(self, order: SalesOrder) -> bool:
        return self.refusal_of_invoice(order) is None

    def refusal_of_invoice(self, order: SalesOrder) -> Refusal:
        if order.status not in ORDER_OPEN_STATES:
            return OrderNotInvoiceable
        return OrderAlreadyInvoiced if is_billed_in_full(order) else None

    @rule(lines=LINES)
    def direct_invoice(self, lines: list[LineInput]) -> None:
        create_invoice(self.actor, InvoiceInput(**self.fields(lines)))

    @rule(place=PLACES, by_email=st.booleans())
    def issue(self, place: int, by_email: bool) -> None:
        invoice = self.pick(Invoice.objects.order_by("invoice_number"), lambda row: row.status == "draft", place)
        if by_email:
            refusal: Refusal = InvalidStatusTransition if invoice.status == "cancelled" else None
            self.attempt(lambda: send_invoice(self.actor, invoice, EmailOptions()), refusal)
        else:
            refusal = None if INVOICE.allows(invoice.status, "sent") else InvalidStatusTransition
            self.attempt(lambda: issue_invoice(self.actor, invoice), refusal)

    @rule(place=PLACES, share=SHARES)
    def pay(self, place: int, share: Decimal) -> None:
        invoice = self.pick(Invoice.objects.order_by("invoice_number"), lambda row: row.status == "sent", place)
        amount = max(D("0.01"), (invoice.total * share).quantize(D("0.01")))
        exceeds = amount > invoice.total - invoice.amount_paid - invoice.amount_credited
        refusal: Refusal = PaymentExceedsAmountDue if exceeds else None
        refusal = refusal if invoice.status == "sent" else InvoiceNotIssued
        self.attempt(lambda: record_payment(self.actor, invoice, PaymentInput(amount=amount)), refusal)

    @rule(place=PLACES)
    def void(self, place: int) -> None:
        payments = Payment.objects.order_by("created_at", "pk")
        if payments:
            payment = self.pick(payments, lambda row: row.voided_at is None, place)
            refusal = PaymentAlreadyVoided if payment.voided_at else None
            self.attempt(lambda: void_payment(self.actor, payment), refusal)

    @rule(place=PLACES)
    def cancel_invoice(self, place: int) -> None:
        invoice = self.pick(Invoice.objects.order_by("invoice_number"), lambda row: not row.amount_paid, place)
        # A cent's tenth is credited at 0, and is credited all the same.
        taken = invoice.amount_paid or CreditNote.objects.filter(invoice=invoice).exists()
        refusal: Refusal = InvoiceHasPayments if taken else None
        refusal = refusal if INVOICE.allows(invoice.status, "cancelled") else InvalidStatusTransition
        self.attempt(lambda: cancel_invoice(self.actor, invoice), refusal)

    @rule(place=PLACES)
    def credit_the_rest(self, place: int) -> None:
        invoice = self.pick(Invoice.objects.order_by("invoice_number"), lambda row: row.status == "sent", place)
        refusal: Refusal = CreditExceedsAmountDue if invoice.amount_paid else None
        refusal = refusal if left_to_credit(invoice) else InvoiceAlreadyCredited
        refusal = refusal if invoice.status == "sent" else InvoiceNotIssued
        self.attempt(lambda: create_credit_note(self.actor, CreditNoteInput(invoice_id=invoice.public_id)), refusal)

    @rule(place=PLACES, share=SHARES)
    def credit_a_part(self, place: int, share: Decimal) -> None:
        invoice = self.pick(Invoice.objects.order_by("invoice_number"), lambda row: row.status == "sent", place)
        left, parts = left_to_credit(invoice), []
        refusal: Refusal = None if left else InvoiceAlreadyCredited
        for row in invoice.lines.all():
            quantity = max(D("0.000001"), (row.quantity * share).quantize(D("0.000001")))
            parts.append(QuantityInput(item_id=row.public_id, quantity=quantity))
            if refusal is None and quantity > left.get(row.public_id, 0):
                refusal = CreditExceedsRemaining
        refusal = refusal if invoice.status == "sent" else InvoiceNotIssued
        before = fingerprint()
        try:
            self.attempt(
                lambda: create_credit_note(self.actor, CreditNoteInput(invoice_id=invoice.public_id, items=parts)),
                refusal,
            )
        except CreditExceedsAmountDue as error:  # what the parts come to is the calculator's to say
            refused = error.details[0]
        else:
            return
        assert refused["amount"] > refused["amountDue"] == invoice.amount_due
        assert fingerprint() == before

    @invariant()
    def nothing_is_billed_or_paid_twice(self) -> None:
        assert all(0 <= row.invoiced_quantity <= row.quantity for row in SalesOrderLine.objects.all())
        for invoice in Invoice.objects.prefetch_related("payments", "credit_notes"):
            assert 0 <= invoice.amount_paid <= invoice.total - invoice.amount_credited
            live = [payment.amount for payment in invoice.payments.all() if payment.voided_at is None]
            assert invoice.amount_paid == sum(live)
            assert invoice.amount_credited == sum(note.total for note in invoice.credit_notes.all())

    @invariant()
    def parts_make_up_their_order(self) -> None:
        for order in SalesOrder.objects.prefetch_related("lines", "invoices"):
            billed = sum(invoice.total for invoice in order.invoices.all() if invoice.status != "cancelled")
            assert billed == order.total if is_billed_in_full(order) else billed <= order.total

    @invariant()
    def the_customer_owes_what_is_issued_and_not_paid(self) -> None:
        issued = list(Invoice.objects.filter(status="sent"))
        entries = list(ReceivableEntry.objects.all())
        for customer in Customer.objects.all():
            assert customer.current_balance == sum(entry.amount for entry in entries)
            assert customer.current_balance == sum(invoice.amount_due for invoice in issued)
            assert customer.total_sales == sum(invoice.total - invoice.amount_credited for invoice in issued)

    @invariant()
    def every_statement_ends_with_what_is_owed(self) -> None:
        today = self.actor.today()
        for customer in Customer.objects.all():
            for first in (None, today):
                owed, entries = statement_of(customer, first, None)
                for entry in entries:
                    owed += entry.amount
                    assert entry.balance == owed
                assert owed == customer.current_balance


def left_to_credit(invoice: Invoice) -> dict[str, Decimal]:
    """What is not credited of lines and shipping, where something is."""
    left = {
        row.public_id: row.quantity - sum(credited.quantity for credited in row.credit_lines.all())
        for row in invoice.lines.prefetch_related("credit_lines")
    }
    left["shipping"] = invoice.shipping_cost - sum(note.shipping_cost for note in invoice.credit_notes.all())
    return {name: rest for name, rest in left.items() if rest}


def is_billed_in_full(order: SalesOrder) -> bool:
    return all(row.invoiced_quantity == row.quantity for row in order.lines.all())


@pytest.mark.timeout(1200)  # Hypothesis takes up to five minutes to make a failure small
def test_the_life_of_sales(actor: Actor) -> None:
    machine = type("SaleOfAlice", (Sale,), {"actor": actor})
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    run_state_machine_as_test(
        machine, settings=settings(max_examples=LIVES, stateful_step_count=30, suppress_health_check=checks)
    )
