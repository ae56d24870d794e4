"""Cancelling invoices and voiding payments."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order
from customers.models import ReceivableEntry
from customers.queries import customer_by_public_id
from invoicing.errors import InvoiceHasPayments, PaymentAlreadyVoided
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.integrity import check_integrity
from invoicing.models import Invoice, Payment
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_credit_note,
    duplicate_invoice,
    issue_invoice,
    record_payment,
    void_payment,
)
from sales.inputs import QuantityInput
from sales.models import SalesOrderLine
from sales.services import change_order_status

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def test_a_cancelled_draft_leaves_the_books_alone(actor: Actor) -> None:
    invoice = cancel_invoice(actor, make_invoice(actor, draft=True), reason=" Typed  twice ")
    invoice.refresh_from_db()
    assert (invoice.status, invoice.cancel_reason, invoice.issued_at) == ("cancelled", "Typed twice", None)
    assert invoice.cancelled_at == clock.now()
    assert not ReceivableEntry.objects.exists()
    assert [(entry.event, entry.note) for entry in timeline_of(invoice.pk).filter(event="invoice.cancelled")] == [
        ("invoice.cancelled", "Typed twice")
    ]
    assert check_integrity(actor.company) == []


def test_an_issued_one_is_taken_off_balance_and_sales_today(actor: Actor) -> None:
    customer = make_customer(actor)
    make_invoice(actor, customer, invoice_date=date(2023, 11, 2))
    last = make_invoice(actor, customer, [line("2", tax_code="SST")])
    with clock.travelling(datetime(2024, 1, 17, 3, tzinfo=UTC)):
        cancel_invoice(actor, last)
    entry = ReceivableEntry.objects.get(kind="cancellation")
    assert (entry.amount, entry.sales_amount, entry.entry_date) == (D("-212.00"), D("-212.00"), date(2024, 1, 17))
    customer = customer_by_public_id(customer.public_id)
    assert (customer.current_balance, customer.total_sales) == (D("100.00"), D("100.00"))
    assert customer.last_sale_date == date(2023, 11, 2)
    assert check_integrity(actor.company) == []


def test_one_that_is_dated_ahead_is_taken_off_on_its_own_date(actor: Actor) -> None:
    cancel_invoice(actor, make_invoice(actor, invoice_date=date(2024, 2, 20)))
    entries = ReceivableEntry.objects.order_by("pk").values_list("kind", "entry_date")
    assert list(entries) == [("invoice", date(2024, 2, 20)), ("cancellation", date(2024, 2, 20))]


def test_without_another_sale_there_is_no_last_one(actor: Actor) -> None:
    customer = make_customer(actor)
    cancel_invoice(actor, make_invoice(actor, customer))
    assert customer_by_public_id(customer.public_id).last_sale_date is None
    make_invoice(actor, customer, invoice_date=date(2023, 5, 1))
    assert customer_by_public_id(customer.public_id).last_sale_date == date(2023, 5, 1)
    assert check_integrity(actor.company) == []


def test_what_it_billed_can_be_invoiced_again(actor: Actor) -> None:
    order = make_order(actor, None, [line("10", "3.33", tax_code="SST"), line("1")], shipping_cost=D("9.00"))
    widgets = order.lines.all()[0]
    part = QuantityInput(item_id=widgets.public_id, quantity=D(3))
    first = issue_invoice(actor, convert_order_to_invoice(actor, order, partial_items=[part]))
    second = convert_order_to_invoice(actor, order, partial_items=[replace(part, quantity=D(2))])
    cancel_invoice(actor, first)
    assert [row.invoiced_quantity for row in SalesOrderLine.objects.filter(order=order)] == [2, 0]
    rest = convert_order_to_invoice(actor, order)
    assert rest.shipping_cost == D("9.00")
    assert [row.ranges for row in rest.lines.all()] == [[(D(0), D(3)), (D(5), D(10))], [(D(0), D(1))]]
    assert second.total + rest.total == order.total
    assert check_integrity(actor.company) == []
    for invoice in (second, rest):
        cancel_invoice(actor, invoice)
    assert change_order_status(actor, order, "cancelled").status == "cancelled"
    assert check_integrity(actor.company) == []


@pytest.mark.parametrize("credited", [False, True])
def test_not_while_something_is_paid_or_credited(actor: Actor, credited: bool) -> None:
    invoice = make_invoice(actor, None, [line("4", "25.00")])
    if credited:
        part = QuantityInput(item_id=invoice.lines.get().public_id, quantity=D(1))
        create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=[part]))
    else:
        payment = record_payment(actor, invoice, PaymentInput(amount=D("25.00")))
    with pytest.raises(InvoiceHasPayments) as refusal:
        cancel_invoice(actor, invoice)
    paid, taken = ("0.00", "25.00") if credited else ("25.00", "0.00")
    (detail,) = refusal.value.details
    told = (detail["invoiceId"], str(detail["amountPaid"]), str(detail["amountCredited"]))
    assert told == (invoice.public_id, paid, taken)
    if not credited:
        void_payment(actor, payment)
        assert cancel_invoice(actor, invoice).status == "cancelled"
    assert check_integrity(actor.company) == []


@pytest.mark.parametrize("price", ["0", "0.000001"])
def test_not_while_something_is_credited_at_nothing(actor: Actor, price: str) -> None:
    invoice = make_invoice(actor, None, [line("4", price), line()])
    part = QuantityInput(item_id=invoice.lines.order_by("position")[0].public_id, quantity=D(1))
    assert create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id, items=[part])).total == 0
    with pytest.raises(InvoiceHasPayments):
        cancel_invoice(actor, invoice)
    assert check_integrity(actor.company) == []


def test_once_only_and_with_a_short_reason(actor: Actor) -> None:
    invoice = make_invoice(actor)
    assert set(invalid_fields(lambda: cancel_invoice(actor, invoice, reason="x" * 501))) == {"reason"}
    cancel_invoice(actor, invoice, reason="x" * 500)
    with pytest.raises(InvalidStatusTransition):
        cancel_invoice(actor, invoice)


def test_a_voided_payment_is_due_again(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice = make_invoice(actor, customer)
    early, late = (
        record_payment(actor, invoice, PaymentInput(amount=D(amount), payment_date=date(2024, 1, day)))
        for amount, day in (("60.00", 10), ("40.00", 12))
    )
    with clock.travelling(datetime(2024, 1, 17, 3, tzinfo=UTC)):
        voided = void_payment(actor, late, reason="Bounced")
        assert (voided.status, voided.void_reason, voided.voided_at) == ("voided", "Bounced", clock.now())
    invoice.refresh_from_db()
    assert (invoice.amount_paid, invoice.last_payment_date) == (D("60.00"), date(2024, 1, 10))
    entry = ReceivableEntry.objects.get(kind="void")
    assert (entry.amount, entry.sales_amount, entry.document_id) == (D("40.00"), D(0), late.pk)
    assert (entry.entry_date, entry.document_number) == (date(2024, 1, 17), invoice.invoice_number)
    owing = customer_by_public_id(customer.public_id)
    assert (owing.current_balance, owing.total_sales) == (D("40.00"), D("100.00"))
    assert [entry.note for entry in timeline_of(late.pk).filter(event="payment.voided")] == ["MYR 40.00 Bounced"]
    void_payment(actor, early)
    invoice.refresh_from_db()
    assert (invoice.amount_paid, invoice.last_payment_date) == (D(0), None)
    record_payment(actor, invoice, PaymentInput(amount=D("100.00")))
    assert check_integrity(actor.company) == []


def test_a_payment_is_voided_once(actor: Actor) -> None:
    payment = record_payment(actor, make_invoice(actor), PaymentInput(amount=D(1)))
    assert set(invalid_fields(lambda: void_payment(actor, payment, reason="x" * 501))) == {"reason"}
    void_payment(actor, payment)
    with pytest.raises(PaymentAlreadyVoided) as refusal:
        void_payment(actor, payment)
    assert (refusal.value.code, refusal.value.details) == (
        "PAYMENT_ALREADY_VOIDED",
        [{"paymentId": payment.public_id}],
    )
    assert ReceivableEntry.objects.filter(kind="void").count() == 1
    assert Payment.objects.get().void_reason == ""


def test_a_copy_is_a_draft_of_today_that_bills_no_order(actor: Actor) -> None:
    customer = make_customer(actor, payment_terms=14)
    order = make_order(
        actor, customer, [line("3", "33.335", tax_code="SST", discount_amount=D("1.11"))], shipping_cost=D("5.00")
    )
    with clock.travelling(datetime(2023, 5, 1, 3, tzinfo=UTC)):
        source = issue_invoice(actor, convert_order_to_invoice(actor, order))
    Invoice.objects.filter(pk=source.pk).update(tags=["key"], notes="Thanks")
    source.refresh_from_db()
    copy = duplicate_invoice(actor, source)
    copy.refresh_from_db()
    assert (copy.status, copy.invoice_number, copy.order, copy.reference) == ("draft", "INV-2024-0001", None, "")
    assert (copy.invoice_date, copy.due_date) == (date(2024, 1, 15), date(2024, 1, 29))
    same = ("total", "subtotal", "total_discount", "total_tax", "shipping_cost", "notes", "tags", "currency")
    assert [getattr(copy, name) for name in same] == [getattr(source, name) for name in same]
    assert [(row.order_line, row.billed_ranges) for row in copy.lines.all()] == [(None, [])]
    assert SalesOrderLine.objects.get(order=order).invoiced_quantity == 3
    assert check_integrity(actor.company) == []
