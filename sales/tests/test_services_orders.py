"""Making sales orders and their lives, every move of every state."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel.errors import InvalidStatusTransition, PermissionDenied
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Membership
from bigledger_crm.tenancy.permissions import ROLE_PERMISSIONS
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_order
from customers.inputs import CustomerInput
from customers.services import update_customer
from invoicing.inputs import PaymentInput
from invoicing.services import convert_order_to_invoice, issue_invoice, record_payment
from sales.errors import CreditLimitExceeded, CustomerBlocked
from sales.inputs import QuantityInput
from sales.lifecycle import ORDER
from sales.models import SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from sales.services import allowed_transitions, change_order_status

pytestmark = pytest.mark.usefixtures("in_company", "time_in_2024")
D = Decimal


def order_in(actor: Actor, status: str, *, invoiced: bool = False) -> SalesOrder:
    """An order brought to a state by the moves that lead there; partly invoiced where asked for."""
    path = {"draft": [], "cancelled": ["cancelled"]}.get(status, ["confirmed", "shipped", "delivered"])
    order = make_order(actor, None, [line("2"), line("1.5")], draft=True)
    for step in path:
        order = change_order_status(actor, order, step)
        if invoiced and step == "confirmed":
            item = order.lines.all()[0]
            convert_order_to_invoice(actor, order, partial_items=[QuantityInput(item_id=item.public_id, quantity=D(1))])
        if step == status:
            break
    return order


def test_defaults_of_a_draft(actor: Actor) -> None:
    order = make_order(actor, None, [line("2", "10.00", tax_code="SST")], draft=True, shipping_cost=D("5.00"))
    order.refresh_from_db()
    assert (order.order_number, order.status, order.priority) == ("SO-2024-0001", "draft", "normal")
    assert (order.order_date, order.total, order.quote) == (date(2024, 1, 15), D("26.20"), None)
    row = order.lines.get()
    assert row.shipped_quantity == row.invoiced_quantity == D(0)
    assert not order.status_changes.exists()


def test_every_failing_field_is_named(actor: Actor) -> None:
    early = date(2024, 1, 14)
    named = invalid_fields(
        lambda: make_order(
            actor,
            None,
            [line("0")],
            priority="asap",
            required_date=early,
            promised_date=early,
            estimated_delivery=early,
            shipping_method="x" * 101,
            shipping_cost=D(-1),
        )
    )
    fields = "requiredDate promisedDate estimatedDelivery priority shippingMethod shippingCost items[0].quantity"
    assert set(named) == set(fields.split())
    assert named["requiredDate"] == "Required date cannot be before the order date"


@pytest.mark.parametrize(("status", "target"), [*product(ORDER.states, [*ORDER.states, "lost"])])
def test_every_move_is_in_the_table_or_refused(actor: Actor, status: str, target: str) -> None:
    order = order_in(actor, status)
    if target in ORDER.states and ORDER.allows(status, target):
        moved = change_order_status(actor, order, target, note="Because")
        moved.refresh_from_db()
        assert moved.status == target
        change = moved.status_changes.all().order_by("-changed_at", "-id")[0]
        assert {(c.from_status, c.to_status) for c in moved.status_changes.all()} >= {(status, target)}
        assert change.changed_by == actor.id
        assert timeline_of(order.pk).filter(event=f"sales_order.{target}", note="Because").count() == 1
    else:
        with pytest.raises(InvalidStatusTransition) as refusal:
            change_order_status(actor, order, target)
        detail = {"from": status, "to": target, "allowed": list(allowed_transitions(order))}
        assert (refusal.value.code, refusal.value.details) == ("INVALID_STATUS_TRANSITION", [detail])
        order.refresh_from_db()
        assert order.status == status


def test_what_is_invoiced_is_not_cancelled(actor: Actor) -> None:
    order = order_in(actor, "confirmed", invoiced=True)
    assert allowed_transitions(order) == ("shipped",)
    with pytest.raises(InvalidStatusTransition) as refusal:
        change_order_status(actor, order, "cancelled")
    assert refusal.value.details == [{"from": "confirmed", "to": "cancelled", "allowed": ["shipped"]}]


def test_what_is_shipped_in_part_is_not_cancelled(actor: Actor) -> None:
    order = order_in(actor, "confirmed")
    SalesOrderLine.objects.filter(order=order, position=2).update(shipped_quantity=D("0.5"))
    assert "cancelled" not in allowed_transitions(order)
    change_order_status(actor, order, "shipped")
    assert [shipped.quantity for shipped in ShipmentLine.objects.order_by("order_line__position")] == [2, 1]


def test_shipping_ships_all_that_remains(actor: Actor) -> None:
    lines = [line("2"), line("1.5")]
    order = make_order(actor, None, lines, shipping_method="DHL", tracking_number="JD-1")
    change_order_status(actor, order, "shipped")
    shipment = Shipment.objects.get()
    assert (shipment.method, shipment.tracking_number, shipment.shipped_on) == ("DHL", "JD-1", date(2024, 1, 15))
    assert sorted(row.quantity for row in shipment.lines.all()) == [D("1.5"), D(2)]
    assert all(row.shipped_quantity == row.quantity for row in order.lines.all())
    change_order_status(actor, order, "delivered")
    assert Shipment.objects.count() == 1


def test_nothing_is_sold_to_a_blocked_customer(actor: Actor) -> None:
    customer = make_customer(actor)
    order = make_order(actor, customer, draft=True)
    update_customer(actor, customer, CustomerInput(status="blocked"))
    with pytest.raises(CustomerBlocked) as refusal:
        change_order_status(actor, order, "confirmed", override_credit_limit=True)
    assert (refusal.value.status, refusal.value.code) == (422, "CUSTOMER_BLOCKED")
    assert refusal.value.details == [{"customerId": customer.public_id}]
    order.refresh_from_db()
    assert order.status == "draft"
    change_order_status(actor, order, "cancelled")


def test_the_credit_limit_counts_balance_open_orders_and_this_one(actor: Actor) -> None:
    customer = make_customer(actor, credit_limit=D("1000.00"))
    record_payment(actor, make_invoice(actor, customer, [line("4")]), PaymentInput(amount=D("100.00")))  # 300 still due
    half = make_order(actor, customer, [line("4")], shipping_cost=D("10.00"))  # 410, half of its goods billed below
    part = QuantityInput(item_id=half.lines.get().public_id, quantity=D(2))
    issue_invoice(actor, convert_order_to_invoice(actor, half, partial_items=[part]))  # 210 due, 200 open
    make_order(actor, customer, [line("5")], draft=True)  # no draft counts
    too_much = make_order(actor, customer, [line("2.9001")], draft=True)
    with pytest.raises(CreditLimitExceeded) as refusal:
        change_order_status(actor, too_much, "confirmed")
    assert (refusal.value.status, refusal.value.code) == (422, "CREDIT_LIMIT_EXCEEDED")
    assert refusal.value.message == (
        "This order takes Acme Corporation MYR 0.01 over the credit limit of MYR 1,000.00: "
        "MYR 510.00 owed, MYR 200.00 in open orders, MYR 290.01 for this order"
    )
    (detail,) = refusal.value.details
    assert {name: str(value) for name, value in detail.items()} == {
        "customerId": customer.public_id,
        "creditLimit": "1000.00",
        "openAmount": "710.00",
        "amountOwed": "510.00",
        "openOrders": "200.00",
        "orderTotal": "290.01",
        "excess": "0.01",
        "currency": "MYR",
    }
    make_order(actor, customer, [line("2.9")])


def test_a_limit_of_nothing_is_a_limit(actor: Actor) -> None:
    customer = make_customer(actor, credit_limit=D(0))
    with pytest.raises(CreditLimitExceeded) as refusal:
        make_order(actor, customer, [line("1", "0.01")])
    assert str(refusal.value.details[0]["creditLimit"]) == "0.00"
    make_order(actor, customer, [line("1", "0")])
    make_order(actor, make_customer(actor), [line("1000000", "1000.00")])


@pytest.mark.parametrize("role", ROLE_PERMISSIONS)
def test_who_may_override_the_credit_limit(actor: Actor, role: str) -> None:
    order = make_order(actor, make_customer(actor, credit_limit=D(1)), draft=True)
    somebody = Actor(actor.company, "user_x", "X", ROLE_PERMISSIONS[role])
    if role in ("owner", "manager", "finance"):
        assert change_order_status(somebody, order, "confirmed", override_credit_limit=True).status == "confirmed"
    else:
        with pytest.raises(PermissionDenied, match="credit-limit:override"):
            change_order_status(somebody, order, "confirmed", override_credit_limit=True)
    assert role in {value for value, _ in Membership._meta.get_field("role").choices or ()}


def test_saying_override_under_the_limit_needs_no_permission(actor: Actor) -> None:
    order = make_order(actor, draft=True)
    somebody = Actor(actor.company, "user_x", "X", ROLE_PERMISSIONS["sales"])
    assert change_order_status(somebody, order, "confirmed", override_credit_limit=True).status == "confirmed"
