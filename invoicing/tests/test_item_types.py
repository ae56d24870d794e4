"""Goods are shipped, services are not: from the item to the credit note, by services, API and pages."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_item, make_order
from bigledger_crm.testing.html import flat
from invoicing.inputs import CreditNoteInput
from invoicing.integrity import find_discrepancies
from invoicing.models import CreditNoteLine, InvoiceLine
from invoicing.services import convert_order_to_invoice, create_credit_note, issue_invoice
from sales.errors import OrderAlreadyShipped
from sales.inputs import LineInput, QuantityInput
from sales.models import Item, SalesOrder, SalesOrderLine, Shipment
from sales.services import change_order_status, ship_order

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal


def _service(actor: Actor) -> LineInput:
    item = make_item(actor, item_code="SRV-INS", name="Installation", type="service", unit="hour")
    return LineInput(item_id=item.public_id, quantity=D(3))


@pytest.mark.usefixtures("in_company")
def test_an_order_is_shipped_when_its_goods_are(actor: Actor) -> None:
    order = make_order(actor, lines=[line("4"), _service(actor)])
    goods, service = (row.public_id for row in order.lines.all())
    both = [QuantityInput(item_id=key, quantity=D(1)) for key in (goods, service)]
    refused = {"items[1].itemId": "Services cannot be shipped"}
    assert invalid_fields(lambda: ship_order(actor, order, items=both)) == refused
    ship_order(actor, order, items=[QuantityInput(item_id=goods, quantity=D(1))])
    order.refresh_from_db()
    assert order.status == "confirmed"
    rest = ship_order(actor, order)
    order.refresh_from_db()
    assert order.status == "shipped"
    assert [part.quantity for part in rest.lines.all()] == [3]
    assert list(order.lines.values_list("shipped_quantity", flat=True)) == [4, 0]
    assert list(find_discrepancies(actor.company)) == []


@pytest.mark.usefixtures("in_company")
def test_services_alone_are_delivered_without_a_shipment(actor: Actor) -> None:
    order = make_order(actor, lines=[_service(actor)])
    with pytest.raises(OrderAlreadyShipped, match="only services"):
        ship_order(actor, order)
    assert change_order_status(actor, order, "delivered").status == "delivered"
    assert not Shipment.objects.exists()
    with pytest.raises(InvalidStatusTransition):
        change_order_status(actor, make_order(actor, order.customer), "delivered")
    published = make_order(actor, order.customer, [LineInput(item_id=Item.objects.get().public_id, quantity=D(1))])
    assert change_order_status(actor, published, "shipped").status == "shipped"
    assert list(find_discrepancies(actor.company)) == []


@pytest.mark.usefixtures("in_company")
def test_the_database_ships_no_service_and_the_books_compare_types(actor: Actor) -> None:
    order = make_order(actor, lines=[line(), _service(actor)])
    with pytest.raises(IntegrityError, match="no_service_is_shipped"), transaction.atomic():
        SalesOrderLine.objects.filter(order=order, type="service").update(shipped_quantity=1)
    invoice = issue_invoice(actor, convert_order_to_invoice(actor, order))
    create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))
    for model in (InvoiceLine, CreditNoteLine):
        assert list(model.objects.order_by("position").values_list("type", flat=True)) == ["goods", "service"]


def test_items_and_lines_say_what_they_are(api: ApiClient, actor: Actor) -> None:
    item = {"itemCode": "SRV-1", "name": "Training", "unitPrice": 95}
    made = api.post("/items", item).data
    assert made["type"] == "goods"
    for wrong in ("goodies", "", None):
        assert api.patch(f"/items/{made['id']}", {"type": wrong}).status == 400
    assert api.put(f"/items/{made['id']}", {"type": "service"}).data["type"] == "service"
    assert api.put(f"/items/{made['id']}", {"name": "Course"}).data["type"] == "service"
    assert [row["name"] for row in api.get("/items?type=service").data] == ["Course"]
    with company_scope(actor.company):
        customer = make_customer(actor).public_id
    lines = [
        {"itemId": made["id"], "quantity": 2},
        {"itemId": made["id"], "quantity": 2, "type": "goods"},
        {"description": "Travel", "quantity": 1, "unitPrice": 5, "type": "service"},
        {"description": "Books", "quantity": 6, "unitPrice": 5},
    ]
    assert api.post("/quotes", {"customerId": customer, "items": [lines[0] | {"type": "gift"}]}).status == 400
    quote = api.post("/quotes", {"customerId": customer, "items": lines}).data
    types = ["service", "goods", "service", "goods"]
    assert [row["type"] for row in quote["items"]] == types
    api.put(f"/items/{made['id']}", {"type": "goods"})
    kept = [{name: row[name] for name in ("id", "itemId", "description", "unitPrice")} for row in quote["items"]]
    changed = api.patch(f"/quotes/{quote['id']}", {"items": [row | {"quantity": 3} for row in kept]}).data
    assert [row["type"] for row in changed["items"]] == types
    assert [row["type"] for row in api.post(f"/quotes/{quote['id']}/duplicate").data["items"]] == types
    api.post(f"/quotes/{quote['id']}/accept")
    order = api.post(f"/quotes/{quote['id']}/convert-to-order").data
    assert [row["type"] for row in order["items"]] == types
    shown = api.get(f"/sales-orders/{order['id']}").data["fulfillment"]
    assert (shown["status"], shown["shippedQuantity"], shown["remainingQuantity"]) == ("pending", 0, 6)
    assert api.get("/sales-orders").data[0]["fulfillment"] == shown


def test_of_services_alone_nothing_remains(api: ApiClient, actor: Actor) -> None:
    with company_scope(actor.company):
        order = make_order(actor, lines=[_service(actor)])
    shown = api.get(f"/sales-orders/{order.public_id}").data["fulfillment"]
    assert (shown["status"], shown["remainingQuantity"]) == ("shipped", 0)
    refused = api.post(f"/sales-orders/{order.public_id}/shipments")
    assert (refused.status, refused.error["code"]) == (422, "ORDER_ALREADY_SHIPPED")
    assert api.patch(f"/sales-orders/{order.public_id}/status", {"status": "delivered"}).status == 200


def test_pages_offer_goods_to_ship_and_ask_for_the_type(client: Client, alice: User, actor: Actor) -> None:
    client.force_login(alice)
    with company_scope(actor.company):
        order = make_order(actor, lines=[line("4"), _service(actor)])
    form = flat(client.get(f"/sales-orders/{order.public_id}/shipments"))
    assert "Widget" in form
    assert "Installation" not in form
    fields = {"item_code": "BOX", "name": "Box", "type": "service", "unit_price": "1", "is_active": "on"}
    assert client.post("/items/new", fields).status_code == 302
    with company_scope(actor.company):
        assert Item.objects.get(item_code="BOX").type == "service"
        assert SalesOrder.objects.count() == 1
    page = flat(client.get("/items?type=service&columns=type"))
    assert "BOX" in page
