"""Shipping orders over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.testing.client import Answer, ApiClient
from invoicing.integrity import check_integrity

pytestmark = pytest.mark.usefixtures("time_in_2024")
NOW = "2024-01-15T01:00:00Z"


def _line(quantity: str) -> dict[str, Any]:
    return {"description": "Widget", "quantity": quantity, "unitPrice": 1}


@pytest.fixture
def order(api: ApiClient) -> dict[str, Any]:
    """A confirmed order of 10 and 2.5."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    body = {"customerId": customer, "orderDate": "2024-01-05", "items": [_line("10"), _line("2.5")]}
    made = api.post("/sales-orders", body).data
    confirmed: dict[str, Any] = api.patch(f"/sales-orders/{made['id']}/status", {"status": "confirmed"}).data
    return confirmed


def _ship(api: ApiClient, order: dict[str, Any], *quantities: Any, **fields: Any) -> Answer:
    parts = [
        {"itemId": line["id"], "quantity": quantity}
        for line, quantity in zip(order["items"], quantities, strict=False)
        if quantity
    ]
    return api.post(f"/sales-orders/{order['id']}/shipments", {**({"items": parts} if parts else {}), **fields} or None)


def _state(api: ApiClient, order: dict[str, Any]) -> tuple[str, str, Any, Any]:
    now = api.get(f"/sales-orders/{order['id']}").data
    fulfillment = now["fulfillment"]
    return now["status"], fulfillment["status"], fulfillment["shippedQuantity"], fulfillment["remainingQuantity"]


def test_in_parts(api: ApiClient, order: dict[str, Any]) -> None:
    made = _ship(api, order, 4, shippedOn="2024-01-10", method="Courier", trackingNumber="T-1")
    url = f"/sales-orders/{order['id']}/shipments/{made.data['id']}"
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1{url}")
    assert made.data == {
        "id": made.data["id"],
        "salesOrderId": order["id"],
        "shippedOn": "2024-01-10",
        "method": "Courier",
        "trackingNumber": "T-1",
        "items": [{"itemId": order["items"][0]["id"], "quantity": 4}],
        "createdBy": order["createdBy"],
        "createdAt": NOW,
    }
    assert api.get(url).data == made.data
    assert _state(api, order) == ("confirmed", "partial", 4, Decimal("8.5"))
    second = _ship(api, order, "5.5", "0.5", trackingNumber="T-2").data
    assert (second["shippedOn"], second["method"], second["trackingNumber"]) == ("2024-01-15", "Courier", "T-2")
    assert [part["quantity"] for part in second["items"]] == [Decimal("5.5"), Decimal("0.5")]
    assert _state(api, order) == ("confirmed", "partial", 10, Decimal("2.5"))
    with time_machine.travel("2024-01-16T09:00:00+08:00", tick=False):
        rest = _ship(api, order).data
    assert [part["quantity"] for part in rest["items"]] == [Decimal("0.5"), 2]
    assert _state(api, order) == ("shipped", "shipped", Decimal("12.5"), 0)
    shown = api.get(f"/sales-orders/{order['id']}").data
    assert (shown["fulfillment"]["shippingMethod"], shown["fulfillment"]["trackingNumber"]) == ("Courier", "T-2")
    assert [step["toStatus"] for step in shown["statusHistory"]] == ["confirmed", "shipped"]
    assert api.patch(f"/sales-orders/{order['id']}/status", {"status": "delivered"}).status == 200
    assert _state(api, order)[:2] == ("delivered", "delivered")
    listed = api.get(f"/sales-orders/{order['id']}/shipments?sort=createdAt&order=asc")
    assert {row["id"] for row in listed.data} == {made.data["id"], second["id"], rest["id"]}
    assert listed.body["pagination"] == {"hasMore": False, "nextCursor": None, "limit": 50, "total": 3}
    assert check_integrity() == []


def test_shipped_ships_what_remains(api: ApiClient, order: dict[str, Any]) -> None:
    _ship(api, order, 4)
    api.patch(f"/sales-orders/{order['id']}/status", {"status": "shipped"})
    assert _state(api, order) == ("shipped", "shipped", Decimal("12.5"), 0)
    shipments = api.get(f"/sales-orders/{order['id']}/shipments").data
    assert sorted(sum(part["quantity"] for part in row["items"]) for row in shipments) == [4, Decimal("8.5")]


def test_more_than_remains_names_each_line(api: ApiClient, order: dict[str, Any]) -> None:
    _ship(api, order, 4)
    answer = _ship(api, order, 7, "2.6")
    assert (answer.status, answer.error["code"]) == (422, "QUANTITY_EXCEEDS_REMAINING")
    first, second = (line["id"] for line in order["items"])
    assert answer.error["details"] == [
        {"itemId": first, "requested": 7, "remaining": 6},
        {"itemId": second, "requested": Decimal("2.6"), "remaining": Decimal("2.5")},
    ]
    assert _state(api, order) == ("confirmed", "partial", 4, Decimal("8.5"))


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_only_a_confirmed_order_ships(api: ApiClient, order: dict[str, Any], status: str) -> None:
    other = api.post(f"/sales-orders/{order['id']}/duplicate").data
    if status == "cancelled":
        api.post(f"/sales-orders/{other['id']}/cancel", {"reason": "Mistake"})
    answer = _ship(api, other, 1)
    assert (answer.status, answer.error["code"]) == (422, "ORDER_NOT_CONFIRMED")
    assert answer.error["details"] == [{"salesOrderId": other["id"], "status": status}]
    assert api.get(f"/sales-orders/{other['id']}/shipments").data == []


def test_nothing_is_left_to_ship(api: ApiClient, order: dict[str, Any]) -> None:
    _ship(api, order)
    answer = _ship(api, order)
    assert (answer.status, answer.error["code"]) == (422, "ORDER_ALREADY_SHIPPED")
    assert len(api.get(f"/sales-orders/{order['id']}/shipments").data) == 1


def test_what_is_wrong_with_a_shipment(api: ApiClient, order: dict[str, Any]) -> None:
    line = order["items"][0]["id"]
    url = f"/sales-orders/{order['id']}/shipments"
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({"items": []}, {"items"}),
        ({"items": [{"quantity": 1}, {"itemId": line, "quantity": 0}]}, {"items[0].itemId", "items[1].quantity"}),
        ({"items": [{"itemId": line, "quantity": 1}] * 2}, {"items[1].itemId"}),
        ({"shippedOn": "2024-01-16"}, {"shippedOn"}),
        ({"shippedOn": "24-01-16", "method": "x" * 101, "carrier": "x"}, {"shippedOn", "method", "carrier"}),
    ]
    for body, fields in cases:
        answer = api.post(url, body)
        assert (answer.status, answer.error["code"]) == (400, "INVALID_SHIPMENT_DATA")
        assert answer.field_errors.keys() == fields
    unknown = api.post(url, {"items": [{"itemId": "soi_x", "quantity": 1}]})
    assert (unknown.status, unknown.error["code"]) == (404, "SALES_ORDER_ITEM_NOT_FOUND")
    assert api.get(f"{url}/ship_x").error["code"] == "SHIPMENT_NOT_FOUND"
    assert _state(api, order) == ("confirmed", "pending", 0, Decimal("12.5"))


def test_a_shipped_order_is_not_cancelled(api: ApiClient, order: dict[str, Any]) -> None:
    _ship(api, order, 1)
    answer = api.post(f"/sales-orders/{order['id']}/cancel")
    assert answer.error["details"] == [{"from": "confirmed", "to": "cancelled", "allowed": ["shipped"]}]


def test_cancelling_keeps_the_reason(api: ApiClient, order: dict[str, Any]) -> None:
    with time_machine.travel("2024-01-16T09:00:00+08:00", tick=False):
        cancelled = api.post(f"/sales-orders/{order['id']}/cancel", {"reason": "Sold out"}).data
    step = {
        "fromStatus": "confirmed",
        "toStatus": "cancelled",
        "notes": "Sold out",
        "changedBy": order["createdBy"],
        "changedAt": "2024-01-16T01:00:00Z",
    }
    history = [*order["statusHistory"], step]
    assert cancelled == order | {"status": "cancelled", "statusHistory": history, "updatedAt": "2024-01-16T01:00:00Z"}


def test_the_page_costs_the_same_for_one_and_for_many(api: ApiClient, order: dict[str, Any]) -> None:
    url = f"/sales-orders/{order['id']}/shipments"
    counts = []
    for _ in range(2):
        _ship(api, order, 1, "0.1")
        with CaptureQueriesContext(connection) as queries:
            assert api.get(url).status == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
