"""How quotes end without a sale, and what is made of them, over HTTP."""

from typing import Any

import pytest
import time_machine

from bigledger_crm.testing.client import Answer, ApiClient
from invoicing.integrity import check_integrity
from sales.models import Item

pytestmark = pytest.mark.usefixtures("time_in_2024")
NOW = "2024-01-15T01:00:00Z"
LATER, LATER_STAMP = "2024-03-01T09:00:00+08:00", "2024-03-01T01:00:00Z"
LINE = {"description": "Work", "quantity": 3, "unitPrice": "33.335", "discountAmount": "1.11", "notes": "Soon"}
# What differs between a quote and a copy of it.
OWN = "id quoteNumber status quoteDate validUntil createdAt updatedAt version supersedes supersededBy items".split()


@pytest.fixture
def body(api: ApiClient) -> dict[str, Any]:
    """What makes a quote that is valid for 16 days."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    item = api.post("/items", {"itemCode": "WDG", "name": "Widget", "unitPrice": "25.00", "taxCode": "SST"}).data["id"]
    return {
        "customerId": customer,
        "validUntil": "2024-01-31",
        "title": "Widgets",
        "description": "As discussed",
        "reference": "RFQ-1",
        "notes": "Mind the step",
        "terms": "",
        "shippingCost": "9.99",
        "billingAddress": {"city": "Ipoh", "country": "MY"},
        "items": [{"itemId": item, "quantity": 10, "discountPercent": 5}, LINE],
    }


@pytest.fixture
def sent(api: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
    """A sent quote."""
    made = api.post("/quotes", body).data
    api.post(f"/quotes/{made['id']}/send")
    quote: dict[str, Any] = api.get(f"/quotes/{made['id']}").data
    return quote


def _do(api: ApiClient, quote: dict[str, Any], action: str, body: Any = None) -> Answer:
    return api.post(f"/quotes/{quote['id']}/{action}", body)


def _offered(quote: dict[str, Any]) -> dict[str, Any]:
    lines = [{name: value for name, value in line.items() if name != "id"} for line in quote["items"]]
    return {name: value for name, value in quote.items() if name not in OWN} | {"items": lines}


def test_declined_with_its_reason(api: ApiClient, sent: dict[str, Any]) -> None:
    declined = _do(api, sent, "decline", {"reason": "Too dear"})
    expected = {"status": "declined", "declinedAt": NOW, "declineReason": "Too dear"}
    assert (declined.status, declined.data) == (200, sent | expected)
    assert _do(api, sent, "accept").error["code"] == "INVALID_STATUS_TRANSITION"
    assert _do(api, sent, "convert-to-order").error["code"] == "QUOTE_CONVERSION_FAILED"


def test_declined_after_its_last_day(api: ApiClient, sent: dict[str, Any]) -> None:
    with time_machine.travel(LATER, tick=False):
        assert api.get(f"/quotes/{sent['id']}").data["status"] == "expired"
        assert _do(api, sent, "decline").data["status"] == "declined"


@pytest.mark.parametrize("state", ["draft", "sent"])
def test_cancelled_with_its_reason(api: ApiClient, body: dict[str, Any], state: str) -> None:
    quote = api.post("/quotes", body).data
    if state == "sent":
        _do(api, quote, "send")
    cancelled = _do(api, quote, "cancel", {"reason": "Sold out"}).data
    expected = {"status": "cancelled", "cancelledAt": NOW, "cancelReason": "Sold out"}
    assert cancelled == quote | expected


def test_a_reason_is_a_text(api: ApiClient, sent: dict[str, Any]) -> None:
    for wrong in ({"reason": 1}, {"why": "x"}, {"reason": "x" * 501}):
        assert _do(api, sent, "decline", wrong).error["code"] == "INVALID_QUOTE_DATA"
    assert api.get(f"/quotes/{sent['id']}").data == sent


class TestRevising:
    """A sent quote gets a new version."""

    def test_the_new_version_supersedes_the_old(self, api: ApiClient, sent: dict[str, Any]) -> None:
        made = _do(api, sent, "revise")
        assert made.status == 201
        assert made.headers["Location"] == f"/api/v1/quotes/{made.data['id']}"
        assert _offered(made.data) == _offered(sent)
        own = {name: made.data[name] for name in OWN if name not in ("id", "items")}
        assert own == {
            "quoteNumber": "QT-2024-0001-R2",
            "status": "draft",
            "quoteDate": "2024-01-15",
            "validUntil": "2024-01-31",
            "createdAt": NOW,
            "updatedAt": NOW,
            "version": 2,
            "supersedes": sent["id"],
            "supersededBy": None,
        }
        old = {"status": "cancelled", "cancelledAt": NOW, "cancelReason": "Superseded by QT-2024-0001-R2"}
        assert api.get(f"/quotes/{sent['id']}").data == sent | old | {"supersededBy": made.data["id"]}
        rows = {row["quoteNumber"]: row for row in api.get("/quotes").data}
        assert rows["QT-2024-0001"]["supersededBy"] == made.data["id"]
        assert rows["QT-2024-0001-R2"]["supersedes"] == sent["id"]
        assert check_integrity() == []

    def test_versions_go_on_and_the_series_has_no_gap(
        self, api: ApiClient, sent: dict[str, Any], body: dict[str, Any]
    ) -> None:
        for version in (2, 3):
            sent = _do(api, sent, "revise").data
            _do(api, sent, "send")
            assert (sent["quoteNumber"], sent["version"]) == (f"QT-2024-0001-R{version}", version)
        assert api.post("/quotes", body).data["quoteNumber"] == "QT-2024-0002"
        assert _do(api, sent, "accept").data["status"] == "accepted"
        assert _do(api, sent, "convert-to-order").data["quoteId"] == sent["id"]
        assert check_integrity() == []

    def test_an_expired_one_is_valid_as_long_as_it_was(self, api: ApiClient, sent: dict[str, Any]) -> None:
        with time_machine.travel(LATER, tick=False):
            revised = _do(api, sent, "revise").data
        assert (revised["quoteDate"], revised["validUntil"]) == ("2024-03-01", "2024-03-17")
        assert revised["status"] == "draft"

    def test_it_goes_on_with_an_item_that_was_given_up(self, api: ApiClient, sent: dict[str, Any]) -> None:
        Item.unscoped.update(is_active=False)
        assert _do(api, sent, "revise").data["total"] == sent["total"]

    def test_once(self, api: ApiClient, sent: dict[str, Any]) -> None:
        newer = _do(api, sent, "revise").data["id"]
        again = _do(api, sent, "revise")
        assert (again.status, again.error["code"]) == (422, "QUOTE_NOT_REVISABLE")
        assert again.error["details"] == [{"quoteId": sent["id"], "status": "cancelled", "supersededBy": newer}]
        assert len(api.get("/quotes").data) == 2

    def test_a_draft_is_edited_instead(self, api: ApiClient, body: dict[str, Any]) -> None:
        quote = api.post("/quotes", body).data
        answer = _do(api, quote, "revise")
        assert (answer.status, answer.error["code"]) == (422, "QUOTE_NOT_REVISABLE")
        assert answer.error["details"] == [{"quoteId": quote["id"], "status": "draft"}]
        assert api.get(f"/quotes/{quote['id']}").data == quote


class TestDuplicating:
    """Any quote can be made again."""

    def test_a_new_draft_of_today(self, api: ApiClient, sent: dict[str, Any]) -> None:
        _do(api, sent, "decline", {"reason": "No"})
        with time_machine.travel(LATER, tick=False):
            made = _do(api, sent, "duplicate")
        assert made.status == 201
        assert made.headers["Location"] == f"/api/v1/quotes/{made.data['id']}"
        assert _offered(made.data) == _offered(sent)
        own = {name: made.data[name] for name in OWN if name not in ("id", "items")}
        assert own == {
            "quoteNumber": "QT-2024-0002",
            "status": "draft",
            "quoteDate": "2024-03-01",
            "validUntil": "2024-03-17",
            "createdAt": LATER_STAMP,
            "updatedAt": LATER_STAMP,
            "version": 1,
            "supersedes": None,
            "supersededBy": None,
        }
        assert check_integrity() == []

    def test_prices_stay_and_the_item_must_still_be_sold(self, api: ApiClient, sent: dict[str, Any]) -> None:
        Item.unscoped.update(unit_price=99)
        assert _do(api, sent, "duplicate").data["total"] == sent["total"]
        Item.unscoped.update(is_active=False)
        refused = _do(api, sent, "duplicate")
        assert refused.error["details"] == [{"field": "items[0].itemId", "message": "Item is inactive"}]

    def test_an_order(self, api: ApiClient, body: dict[str, Any]) -> None:
        fields = {name: body[name] for name in ("customerId", "items", "reference", "notes", "shippingCost")}
        order = api.post("/sales-orders", {**fields, "priority": "high", "shippingMethod": "air"}).data
        api.post(f"/sales-orders/{order['id']}/cancel")
        with time_machine.travel(LATER, tick=False):
            made = api.post(f"/sales-orders/{order['id']}/duplicate")
        assert (made.status, made.headers["Location"]) == (201, f"/api/v1/sales-orders/{made.data['id']}")
        own = {
            "orderNumber": "SO-2024-0002",
            "orderDate": "2024-03-01",
            "createdAt": LATER_STAMP,
            "updatedAt": LATER_STAMP,
        }
        lines = zip(order["items"], made.data["items"], strict=True)
        same = [{**old, "id": new["id"]} for old, new in lines]
        assert made.data == order | own | {"id": made.data["id"], "items": same}


def test_if_match_holds_for_every_action(api: ApiClient, sent: dict[str, Any]) -> None:
    for action in ("decline", "cancel", "revise", "duplicate"):
        answer = api.post(f"/quotes/{sent['id']}/{action}", None, If_Match='"stale"')
        assert answer.error["code"] == "PRECONDITION_FAILED"
    assert api.get(f"/quotes/{sent['id']}").data == sent


def test_a_revision_is_made_once_for_a_key(api: ApiClient, sent: dict[str, Any]) -> None:
    first = api.post(f"/quotes/{sent['id']}/revise", None, Idempotency_Key="r-1")
    again = api.post(f"/quotes/{sent['id']}/revise", None, Idempotency_Key="r-1")
    assert (again.status, again.body) == (201, first.body)
    assert again.headers["Idempotent-Replayed"] == "true"
