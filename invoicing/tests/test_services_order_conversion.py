"""Turning orders into invoices: whole, in parts, and never more than was ordered."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bigledger_crm.kernel.errors import InvalidData, NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_order
from invoicing.errors import OrderAlreadyInvoiced, OrderNotInvoiceable
from invoicing.integrity import check_integrity
from invoicing.models import Invoice
from invoicing.services import convert_order_to_invoice
from sales.catalogue_inputs import TaxCodeInput
from sales.errors import QuantityExceedsRemaining
from sales.inputs import LineInput, QuantityInput
from sales.models import SalesOrder
from sales.services import change_order_status, create_tax_code

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal
AMOUNTS = ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
LINE_AMOUNTS = ("quantity", "discount_amount", "line_total", "tax_amount")


def parts(order: SalesOrder, *quantities: str | Decimal | None) -> list[QuantityInput]:
    """What callers write to bill these quantities of the order's lines; None leaves a line out."""
    lines = order.lines.all()
    return [
        QuantityInput(item_id=row.public_id, quantity=D(quantity))
        for row, quantity in zip(lines, quantities, strict=True)
        if quantity is not None
    ]


def assert_invoices_make_up(order: SalesOrder) -> None:
    """The invoices of an order that is billed in full add up to it, line by line and in its totals."""
    invoices = Invoice.objects.filter(order=order).exclude(status="cancelled")
    for name in AMOUNTS:
        assert sum(getattr(invoice, name) for invoice in invoices) == getattr(order, name), name
    sums: dict[tuple[object, str], Decimal] = defaultdict(Decimal)
    for invoice in invoices:
        for row in invoice.lines.all():
            for name in LINE_AMOUNTS:
                sums[row.order_line_id, name] += getattr(row, name)
    for ordered in order.lines.all():
        assert ordered.invoiced_quantity == ordered.quantity
        for name in LINE_AMOUNTS:
            assert sums[ordered.pk, name] == getattr(ordered, name), name


def test_a_whole_order_becomes_one_invoice(actor: Actor) -> None:
    customer = make_customer(actor, payment_terms=14)
    lines = [line("100", "25.00", discount_percent=D(5), tax_code="SST"), line("1", "0.10", discount_amount=D("0.03"))]
    order = make_order(actor, customer, lines, shipping_cost=D("50.00"), reference="PO-9", notes="N", terms="T")
    invoice = convert_order_to_invoice(actor, order)
    invoice.refresh_from_db()
    assert (invoice.invoice_number, invoice.status, invoice.order) == ("INV-2024-0001", "draft", order)
    assert (invoice.invoice_date, invoice.due_date) == (date(2024, 1, 15), date(2024, 1, 29))
    assert (invoice.reference, invoice.purchase_order) == ("SO-2024-0001", "PO-9")
    assert (invoice.notes, invoice.terms) == ("N", "T")
    assert (invoice.total, invoice.amount_paid) == (D("2567.57"), D(0))
    assert_invoices_make_up(order)
    assert check_integrity(actor.company) == []


def test_dates_may_be_given(actor: Actor) -> None:
    order = make_order(actor)
    february, january = date(2024, 2, 1), date(2024, 1, 31)
    named = invalid_fields(lambda: convert_order_to_invoice(actor, order, invoice_date=february, due_date=january))
    assert set(named) == {"dueDate"}
    invoice = convert_order_to_invoice(actor, order, invoice_date=date(2023, 12, 31), due_date=date(2024, 6, 1))
    assert (invoice.invoice_number, invoice.due_date) == ("INV-2023-0001", date(2024, 6, 1))


def test_parts_bill_the_shipping_once(actor: Actor) -> None:
    order = make_order(actor, None, [line("3", "33.335"), line("1")], shipping_cost=D("50.00"))
    first = convert_order_to_invoice(actor, order, partial_items=parts(order, "1", None))
    second = convert_order_to_invoice(actor, order, partial_items=parts(order, "0.5", "1"))
    third = convert_order_to_invoice(actor, order)
    assert [invoice.shipping_cost for invoice in (first, second, third)] == [50, 0, 0]
    assert [invoice.lines.count() for invoice in (first, second, third)] == [1, 2, 1]
    assert_invoices_make_up(order)


def test_more_than_remains_names_every_line_and_bills_nothing(actor: Actor) -> None:
    order = make_order(actor, None, [line("100"), line("2.5"), line("1")])
    convert_order_to_invoice(actor, order, partial_items=parts(order, "60", None, None))
    wanted = parts(order, "40.000001", "3", "1")
    with pytest.raises(QuantityExceedsRemaining) as refusal:
        convert_order_to_invoice(actor, order, partial_items=wanted)
    assert (refusal.value.status, refusal.value.code) == (422, "QUANTITY_EXCEEDS_REMAINING")
    told = [{name: str(value) for name, value in detail.items()} for detail in refusal.value.details]
    assert told == [
        {"itemId": wanted[0].item_id, "requested": "40.000001", "remaining": "40"},
        {"itemId": wanted[1].item_id, "requested": "3", "remaining": "2.5"},
    ]
    with pytest.raises(QuantityExceedsRemaining) as refusal:
        convert_order_to_invoice(actor, order, partial_items=parts(order, D("1" + "0" * 35), None, None))
    assert str(refusal.value.details[0]["requested"]) == "1" + "0" * 35
    assert Invoice.objects.count() == 1
    assert convert_order_to_invoice(actor, order).invoice_number == "INV-2024-0002"


def test_nothing_remains(actor: Actor) -> None:
    order = make_order(actor)
    convert_order_to_invoice(actor, order)
    for again in (None, parts(order, "1")):
        with pytest.raises(OrderAlreadyInvoiced) as refusal:
            convert_order_to_invoice(actor, order, partial_items=again)
        assert refusal.value.code == "ORDER_ALREADY_INVOICED"
        assert refusal.value.details == [{"salesOrderId": order.public_id}]


@pytest.mark.parametrize("moves", [["confirmed"], ["confirmed", "shipped"], ["confirmed", "shipped", "delivered"]])
def test_an_agreed_order_is_invoiced(actor: Actor, moves: list[str]) -> None:
    order = make_order(actor, draft=True)
    for move in moves:
        change_order_status(actor, order, move)
    assert convert_order_to_invoice(actor, order).total == 100


@pytest.mark.parametrize("moves", [[], ["cancelled"], ["confirmed", "cancelled"]])
def test_no_other_order_is(actor: Actor, moves: list[str]) -> None:
    order = make_order(actor, draft=True)
    for move in moves:
        order = change_order_status(actor, order, move)
    with pytest.raises(OrderNotInvoiceable) as refusal:
        convert_order_to_invoice(actor, order)
    assert refusal.value.details == [{"salesOrderId": order.public_id, "status": order.status}]
    assert not Invoice.objects.exists()


def test_every_failing_part_is_named(actor: Actor) -> None:
    order = make_order(actor, None, [line("5"), line("5")])
    first, second = (row.public_id for row in order.lines.all())
    bad = [
        QuantityInput(item_id=first, quantity=D(1)),
        QuantityInput(item_id=first, quantity=D(1)),
        QuantityInput(item_id=second, quantity=D(0)),
        QuantityInput(quantity=D(1)),
        QuantityInput(item_id=second, quantity=D("0.0000001")),
    ]
    named = invalid_fields(lambda: convert_order_to_invoice(actor, order, partial_items=bad))
    paths = "partialItems[1].itemId partialItems[2].quantity partialItems[3].itemId partialItems[4].quantity"
    assert set(named) == set(paths.split())
    with pytest.raises(InvalidData):
        convert_order_to_invoice(actor, order, partial_items=[])


def test_a_line_of_another_order_is_not_found(actor: Actor) -> None:
    order, other = make_order(actor), make_order(actor)
    with pytest.raises(NotFound, match="Sales order item with ID"):
        convert_order_to_invoice(actor, order, partial_items=parts(other, "1"))


def test_a_cancelled_invoice_gives_its_part_back(actor: Actor) -> None:
    """What was billed in the middle of a line is billed again, and still all adds up."""
    order = make_order(actor, None, [line("7", "33.333333", discount_percent=D("3.3"), tax_code="SST")])
    invoices = [convert_order_to_invoice(actor, order, partial_items=parts(order, "2")) for _ in range(3)]
    Invoice.objects.filter(pk=invoices[1].pk).update(status="cancelled")
    order.lines.update(invoiced_quantity=D(4))
    again = convert_order_to_invoice(actor, order).lines.get()
    assert again.ranges == [(D(2), D(4)), (D(6), D(7))]
    assert_invoices_make_up(order)


QUANTITIES = st.one_of(st.integers(1, 50).map(D), st.decimals(min_value=D("0.000002"), max_value=50, places=6))
LINES = st.builds(
    LineInput,
    description=st.just("Thing"),
    quantity=QUANTITIES,
    unit_price=st.decimals(0, 5000, places=4),
    discount_percent=st.none() | st.decimals(0, 100, places=2),
    tax_code=st.none() | st.sampled_from(["SST", "ODD"]),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), lines=st.lists(LINES, min_size=1, max_size=3), inclusive=st.booleans())
def test_invoices_of_any_split_make_up_the_order(
    actor: Actor, data: st.DataObject, lines: list[LineInput], inclusive: bool
) -> None:
    with transaction.atomic():
        create_tax_code(actor, TaxCodeInput(code="ODD", rate=D("9.975")))
        order = make_order(actor, None, lines, prices_include_tax=inclusive, shipping_cost=D("9.99"))
        for _ in range(data.draw(st.integers(0, 4), label="invoices before the last")):
            wanted = []
            for row in order.lines.all():
                left = int((row.quantity - row.invoiced_quantity) * 10**6)
                millionths = data.draw(st.integers(0, left))
                if millionths:
                    wanted.append(QuantityInput(item_id=row.public_id, quantity=D(millionths).scaleb(-6)))
            if wanted:
                convert_order_to_invoice(actor, order, partial_items=wanted)
        if any(row.invoiced_quantity < row.quantity for row in order.lines.all()):
            convert_order_to_invoice(actor, order)
        assert_invoices_make_up(order)
        assert check_integrity(actor.company) == []
        transaction.set_rollback(True)
