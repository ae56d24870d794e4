"""The life of a sales order over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.tenancy.services import create_api_key
from bigledger_crm.testing.client import Answer, ApiClient
from sales.lifecycle import ORDER

LINE = {"description": "Work", "quantity": 10, "unitPrice": "100.00"}
# The way to each state from a draft.
WAYS = {
    "draft": (),
    "confirmed": ("confirmed",),
    "shipped": ("confirmed", "shipped"),
    "delivered": ("confirmed", "shipped", "delivered"),
    "cancelled": ("cancelled",),
}


def _customer(api: ApiClient, **fields: Any) -> str:
    return str(api.post("/customers", {"name": "Acme", "email": "billing@acme.com", **fields}).data["id"])


def _order(api: ApiClient, customer: str, *, status: str = "draft", **fields: Any) -> dict[str, Any]:
    order: dict[str, Any] = api.post("/sales-orders", {"customerId": customer, "items": [LINE], **fields}).data
    for step in WAYS[status]:
        order = _move(api, order, step).data
    return order


def _move(api: ApiClient, order: dict[str, Any], target: str, **fields: Any) -> Answer:
    return api.patch(f"/sales-orders/{order['id']}/status", {"status": target, **fields})


@pytest.mark.usefixtures("time_in_2024")
def test_created_with_number_and_url(api: ApiClient) -> None:
    made = api.post("/sales-orders", {"customerId": _customer(api), "items": [LINE]})
    assert (made.status, made.data["orderNumber"], made.data["status"]) == (201, "SO-2024-0001", "draft")
    assert (made.data["orderDate"], made.data["priority"]) == ("2024-01-15", "normal")
    assert made.headers["Location"] == f"/api/v1/sales-orders/{made.data['id']}"


def test_dates_stand_in_order(api: ApiClient) -> None:
    later = dict.fromkeys(("requiredDate", "promisedDate", "estimatedDelivery"), "2024-01-14")
    body = {"customerId": _customer(api), "items": [LINE], "orderDate": "2024-01-15", **later}
    assert api.post("/sales-orders", body).field_errors.keys() == later.keys()


@pytest.mark.parametrize("target", ORDER.states)
@pytest.mark.parametrize("status", ORDER.states)
def test_every_move(api: ApiClient, status: str, target: str) -> None:
    order = _order(api, _customer(api), status=status)
    moved = _move(api, order, target, notes="Because")
    if ORDER.allows(status, target):
        assert (moved.status, moved.data["status"]) == (200, target)
        assert moved.data["statusHistory"][-1]["notes"] == "Because"
    else:
        assert (moved.status, moved.error["code"]) == (422, "INVALID_STATUS_TRANSITION")
        assert moved.error["details"] == [{"from": status, "to": target, "allowed": list(ORDER.allowed(status))}]
        assert api.get(f"/sales-orders/{order['id']}").data == order


@pytest.mark.parametrize("status", ["paid", "", None, 1, "Confirmed"])
def test_a_state_that_orders_have_not(api: ApiClient, status: Any) -> None:
    answer = _move(api, _order(api, _customer(api)), status)
    assert (answer.status, answer.error["code"]) == (400, "INVALID_SALES_ORDER_DATA")
    assert list(answer.field_errors) == ["status"]


def test_an_invoiced_order_is_not_cancelled(api: ApiClient) -> None:
    order = _order(api, _customer(api), status="confirmed")
    api.post(f"/sales-orders/{order['id']}/convert-to-invoice")
    answer = _move(api, order, "cancelled")
    assert answer.error["details"] == [{"from": "confirmed", "to": "cancelled", "allowed": ["shipped"]}]


def test_shipping_ships_what_remains(api: ApiClient) -> None:
    shipped = _order(api, _customer(api), status="shipped")
    assert shipped["fulfillment"]["status"] == "shipped"
    assert (shipped["fulfillment"]["shippedQuantity"], shipped["fulfillment"]["remainingQuantity"]) == (10, 0)
    assert shipped["items"][0]["shippedQuantity"] == 10
    delivered = _move(api, shipped, "delivered").data
    assert delivered["fulfillment"]["status"] == "delivered"


def test_a_blocked_customer_buys_nothing(api: ApiClient) -> None:
    customer = _customer(api)
    order = _order(api, customer)
    api.put(f"/customers/{customer}", {"status": "blocked"})
    answer = _move(api, order, "confirmed")
    assert (answer.status, answer.error["code"]) == (422, "CUSTOMER_BLOCKED")
    assert answer.error["details"] == [{"customerId": customer}]


class TestCreditLimit:
    """1,500.00 of credit, and orders of 1,000.00."""

    @pytest.fixture
    def customer(self, api: ApiClient) -> str:
        """With an order of 1,000.00 confirmed."""
        customer = _customer(api, creditLimit="1500.00")
        _order(api, customer, status="confirmed")
        return customer

    def test_refused_above_the_limit(self, api: ApiClient, customer: str) -> None:
        answer = _move(api, _order(api, customer), "confirmed")
        assert (answer.status, answer.error["code"]) == (422, "CREDIT_LIMIT_EXCEEDED")
        assert answer.error["details"] == [
            {
                "customerId": customer,
                "creditLimit": Decimal("1500.00"),
                "openAmount": Decimal("1000.00"),
                "amountOwed": Decimal("0.00"),
                "openOrders": Decimal("1000.00"),
                "orderTotal": Decimal("1000.00"),
                "excess": Decimal("500.00"),
                "currency": "MYR",
            }
        ]
        assert '"creditLimit":1500.00,"openAmount":1000.00' in answer.text

    def test_exactly_the_limit_will_do(self, api: ApiClient, customer: str) -> None:
        order = _order(api, customer, items=[{**LINE, "quantity": 5}])
        assert _move(api, order, "confirmed").status == 200

    def test_an_invoice_counts_once(self, api: ApiClient) -> None:
        customer = _customer(api, creditLimit="2000.00")
        first = _order(api, customer, status="confirmed")
        invoice = api.post(f"/sales-orders/{first['id']}/convert-to-invoice").data
        api.post(f"/invoices/{invoice['id']}/issue")
        assert _move(api, _order(api, customer), "confirmed").status == 200
        assert _move(api, _order(api, customer), "confirmed").status == 422

    def test_a_draft_invoice_is_no_way_around_it(self, api: ApiClient, customer: str) -> None:
        (order,) = api.get("/sales-orders").data
        first = api.post(f"/sales-orders/{order['id']}/convert-to-invoice").data
        assert _move(api, _order(api, customer), "confirmed").error["code"] == "CREDIT_LIMIT_EXCEEDED"
        api.post(f"/invoices/{first['id']}/issue")
        answer = _move(api, _order(api, customer), "confirmed")
        assert answer.error["details"][0]["openAmount"] == Decimal("1000.00")
        api.post(f"/invoices/{first['id']}/cancel")
        answer = _move(api, _order(api, customer), "confirmed")
        assert answer.error["details"][0]["openAmount"] == Decimal("1000.00")

    def test_overridden_by_those_who_may(self, api: ApiClient, company: Company, customer: str) -> None:
        order = _order(api, customer)
        refused = _move(api, order, "confirmed", overrideCreditLimit=True)
        assert (refused.status, refused.error["code"]) == (403, "PERMISSION_DENIED")
        scopes = ["read", "write", OVERRIDE_CREDIT_LIMIT]
        boss = ApiClient(create_api_key([company], name="Boss", scopes=scopes)[1], company.public_id)
        assert _move(boss, order, "confirmed").status == 422
        assert _move(boss, order, "confirmed", overrideCreditLimit=True).data["status"] == "confirmed"

    def test_a_quote_does_not_go_around_it(self, api: ApiClient, company: Company, customer: str) -> None:
        quote = api.post("/quotes", {"customerId": customer, "items": [LINE]}).data
        api.post(f"/quotes/{quote['id']}/accept")
        answer = api.post(f"/quotes/{quote['id']}/convert-to-order")
        assert (answer.status, answer.error["code"]) == (422, "CREDIT_LIMIT_EXCEEDED")
        assert api.get(f"/quotes/{quote['id']}").data["status"] == "accepted"
        assert api.get("/sales-orders").body["pagination"]["total"] == 1

    def test_no_limit_is_none_and_zero_is_nothing(self, api: ApiClient) -> None:
        assert _move(api, _order(api, _customer(api)), "confirmed").status == 200
        assert _move(api, _order(api, _customer(api, creditLimit=0)), "confirmed").status == 422
