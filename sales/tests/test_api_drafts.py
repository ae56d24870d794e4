"""Changing quotes and orders over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.testing.client import Answer, ApiClient
from invoicing.integrity import check_integrity
from sales.models import Item

pytestmark = pytest.mark.usefixtures("time_in_2024")
D = Decimal
KINDS = ("quotes", "sales-orders")
OWN_DATE = {"quotes": "quoteDate", "sales-orders": "orderDate"}


@pytest.fixture
def body(api: ApiClient) -> dict[str, Any]:
    """A line of an item less 5 %, and one by hand less 10.00; SST is 8 % from March on."""
    api.post("/tax-codes", {"code": "SVC", "rates": [_rate(6, "2018-09-01"), _rate(8, "2024-03-01")]})
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    item = api.post("/items", {"itemCode": "WDG", "name": "Widget", "unitPrice": "25.00", "taxCode": "SVC"}).data["id"]
    lines = [
        {"itemId": item, "quantity": 100, "discountPercent": 5},
        {"description": "Fee", "quantity": 1, "unitPrice": "50.00", "discountAmount": "10.00"},
    ]
    return {"customerId": customer, "items": lines, "reference": "RFQ-1", "shippingCost": "50.00"}


def _rate(rate: int, day: str) -> dict[str, Any]:
    return {"rate": rate, "validFrom": day}


def _address(kind: str, made: Answer) -> str:
    return f"/{kind}/{made.data['id']}"


@pytest.mark.parametrize("kind", KINDS)
class TestDrafts:
    """What holds for both."""

    def test_what_was_read_can_be_sent_back(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        same = api.put(_address(kind, made), made.data)
        assert same.data == made.data
        assert same.headers["ETag"] == api.get(_address(kind, made)).headers["ETag"]

    def test_get_change_one_field_put(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        whole = api.post(f"/{kind}", body).data
        whole["items"][0]["quantity"] = 10
        changed = api.put(f"/{kind}/{whole['id']}", whole).data
        line = {"quantity": 10, "discountAmount": D("12.50"), "lineTotal": D("237.50"), "taxAmount": D("14.25")}
        money = {"subtotal": D("277.50"), "totalDiscount": D("22.50"), "totalTax": D("14.25"), "total": D("341.75")}
        if kind == "sales-orders":
            whole["fulfillment"]["remainingQuantity"] = 11
        assert changed == {**whole, **money, "items": [{**whole["items"][0], **line}, whole["items"][1]]}
        assert check_integrity() == []

    def test_only_what_is_sent_changes(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        whole = api.post(f"/{kind}", body).data
        for change in ({"reference": "RFQ-2"}, {"notes": "New"}, {"terms": "New"}, {"reference": None}):
            whole |= change
            assert api.patch(f"/{kind}/{whole['id']}", change).data == whole

    def test_shipping_and_inclusive_prices(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        url = _address(kind, api.post(f"/{kind}", body))
        assert api.patch(url, {"shippingCost": 0}).data["total"] == D("2557.50")
        assert api.patch(url, {"pricesIncludeTax": True}).data["total"] == D("2415.00")
        assert check_integrity() == []

    def test_the_date_picks_the_tax_rate_and_keeps_the_number(
        self, api: ApiClient, body: dict[str, Any], kind: str
    ) -> None:
        made = api.post(f"/{kind}", body)
        dates = {OWN_DATE[kind]: "2024-12-01"} | ({"validUntil": "2025-01-01"} if kind == "quotes" else {})
        moved = api.put(_address(kind, made), dates).data
        assert (moved["items"][0]["taxRate"], moved["totalTax"]) == (D("8.0"), D("190.00"))
        number = "quoteNumber" if kind == "quotes" else "orderNumber"
        assert moved[number] == made.data[number]
        assert [line["id"] for line in moved["items"]] == [line["id"] for line in made.data["items"]]
        assert check_integrity() == []

    def test_lines_are_replaced_and_keep_their_ids(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        first, second = made.data["items"]
        new = {"description": "New", "quantity": 1, "unitPrice": 1}
        lines = api.put(_address(kind, made), {"items": [new, second, first]}).data["items"]
        assert lines[1:] == [second, first]
        assert lines[0]["id"] not in (first["id"], second["id"])
        fewer = api.put(_address(kind, made), {"items": [first]}).data
        assert fewer["items"] == [first]
        assert fewer["total"] == D("2567.50")
        whole_line = {"id": first["id"], "description": "Other", "quantity": 2, "unitPrice": 3}
        (line,) = api.put(_address(kind, made), {"items": [whole_line]}).data["items"]
        assert (line["id"], line["itemId"], line["discountPercent"]) == (first["id"], None, D("0.0"))
        assert check_integrity() == []

    def test_an_item_that_was_given_up_stays_on_its_line(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        Item.unscoped.update(is_active=False)
        line = {**made.data["items"][0], "quantity": 1}
        assert api.put(_address(kind, made), {"items": [line]}).data["items"][0]["itemCode"] == "WDG"
        del line["id"], line["discountAmount"]
        assert api.put(_address(kind, made), {"items": [line]}).field_errors == {"items[0].itemId": "Item is inactive"}

    @pytest.mark.parametrize(
        ("discount", "percent", "amount"),
        [
            ({"discountPercent": 10}, "10.0", "250.00"),  # the old amount came along
            ({"discountPercent": 0}, "0.0", "0.00"),
            ({"discountPercent": 0, "discountAmount": "7.00"}, "0.0", "7.00"),
        ],
    )
    def test_a_new_discount(
        self, api: ApiClient, body: dict[str, Any], kind: str, discount: dict[str, Any], percent: str, amount: str
    ) -> None:
        made = api.post(f"/{kind}", body)
        line = {**made.data["items"][0], **discount}
        (changed,) = api.put(_address(kind, made), {"items": [line]}).data["items"]
        assert (changed["discountPercent"], changed["discountAmount"]) == (D(percent), D(amount))

    def test_a_fixed_discount_stays(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        line = {**made.data["items"][1], "quantity": 2}
        (changed,) = api.put(_address(kind, made), {"items": [line]}).data["items"]
        assert (changed["discountAmount"], changed["lineTotal"]) == (D("10.00"), D("90.00"))

    def test_two_discounts_are_refused(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        line = {**made.data["items"][0], "discountAmount": "7.00"}
        assert api.put(_address(kind, made), {"items": [line]}).field_errors.keys() == {"items[0].discountAmount"}

    def test_every_failing_field_at_once(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        other = api.post("/customers", {"name": "Other", "email": "o@acme.com"}).data["id"]
        line = {"description": "A", "quantity": 1, "unitPrice": 1}
        wrong = {
            "customerId": other,
            "currency": "USD",
            "exchangeRate": 2,
            "shippingCost": "1.001",
            "items": [
                {**line, "id": "qi_x"},
                {**line, "taxCode": "NONE"},
                made.data["items"][0],
                made.data["items"][0],
            ],
        }
        found = api.put(_address(kind, made), wrong).field_errors
        paths = {"items[0].id", "items[1].taxCode", "items[3].id"}
        assert found.keys() == {"customerId", "currency", "exchangeRate", "shippingCost"} | paths
        assert api.get(_address(kind, made)).data == made.data

    def test_what_is_no_value(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        url = _address(kind, api.post(f"/{kind}", body))
        nothing = dict.fromkeys((OWN_DATE[kind], "exchangeRate", "shippingCost", "customerId"))
        found = api.put(url, {**nothing, "items": [], "colour": "red", "billingAddress": {"zip": "1"}}).field_errors
        assert found.keys() == {*nothing, "items", "colour", "billingAddress.zip"}

    def test_a_line_of_another_document_is_unknown(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        one, other = api.post(f"/{kind}", body), api.post(f"/{kind}", body)
        answer = api.put(_address(kind, one), {"items": other.data["items"]})
        assert answer.field_errors == {f"items[{place}].id": "The document has no such line" for place in (0, 1)}

    def test_dates_stay_in_order(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        later = "validUntil" if kind == "quotes" else "requiredDate"
        made = api.post(f"/{kind}", {**body, later: "2024-02-14"})
        assert api.put(_address(kind, made), {OWN_DATE[kind]: "2024-02-15"}).field_errors.keys() == {later}

    def test_the_search_finds_what_it_says_now(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        made = api.post(f"/{kind}", body)
        api.put(_address(kind, made), {"reference": "Überraschung"})
        assert len(api.get(f"/{kind}?search=uberrasch").data) == 1
        assert api.get(f"/{kind}?search=RFQ-1").data == []

    def test_if_match(self, api: ApiClient, body: dict[str, Any], kind: str) -> None:
        url = _address(kind, api.post(f"/{kind}", body))
        tag = api.get(url).headers["ETag"]
        assert api.put(url, {"notes": "1"}, If_Match=tag).status == 200
        assert api.put(url, {"notes": "2"}, If_Match=tag).error["code"] == "PRECONDITION_FAILED"


def test_a_foreign_currency_keeps_its_rate(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.com", "currency": "USD"}).data["id"]
    line = {"description": "Work", "quantity": 1, "unitPrice": 10}
    made = api.post("/quotes", {"customerId": customer, "items": [line], "exchangeRate": "4.7"}).data
    changed = api.put(f"/quotes/{made['id']}", {"items": [{**line, "quantity": 2}]}).data
    assert (changed["exchangeRate"], changed["total"]) == (D("4.7"), D("20.00"))
    assert api.put(f"/quotes/{made['id']}", {"exchangeRate": "4.8"}).data["exchangeRate"] == D("4.8")


def test_only_drafts_of_quotes_change(api: ApiClient, body: dict[str, Any]) -> None:
    quote = api.post("/quotes", body).data
    api.post(f"/quotes/{quote['id']}/send")
    sent = api.get(f"/quotes/{quote['id']}").data
    answer = api.put(f"/quotes/{quote['id']}", {"notes": "New"})
    assert (answer.status, answer.error["code"]) == (422, "QUOTE_NOT_EDITABLE")
    assert "Revise" in answer.error["message"]
    assert answer.error["details"] == [{"quoteId": quote["id"], "status": "sent"}]
    assert api.get(f"/quotes/{quote['id']}").data == sent


def test_an_expired_draft_can_be_made_valid_again(api: ApiClient, body: dict[str, Any]) -> None:
    made = api.post("/quotes", {**body, "quoteDate": "2024-01-01", "validUntil": "2024-01-02"}).data
    assert made["status"] == "expired"
    assert api.put(f"/quotes/{made['id']}", {"validUntil": "2024-02-02"}).data["status"] == "draft"


class TestAgreedOrders:
    """What is agreed stays; how it is carried out may change."""

    CARRIED_OUT = {
        "reference": "PO-2",
        "notes": "Ring twice",
        "priority": "urgent",
        "requiredDate": "2024-03-01",
        "promisedDate": "2024-03-02",
    }
    FULFILMENT = {"shippingMethod": "air", "trackingNumber": "T-1", "estimatedDelivery": "2024-03-03"}

    @pytest.fixture
    def order(self, api: ApiClient, body: dict[str, Any]) -> dict[str, Any]:
        """A confirmed order."""
        made = api.post("/sales-orders", body).data
        moved: dict[str, Any] = api.patch(f"/sales-orders/{made['id']}/status", {"status": "confirmed"}).data
        return moved

    def test_how_it_is_carried_out(self, api: ApiClient, order: dict[str, Any]) -> None:
        url = f"/sales-orders/{order['id']}"
        expected = order | self.CARRIED_OUT | {"fulfillment": order["fulfillment"] | self.FULFILMENT}
        assert api.patch(url, {**self.CARRIED_OUT, **self.FULFILMENT}).data == expected
        assert api.put(url, order).data == order  # the whole object as it was
        assert api.put(url, expected).data == expected

    def test_what_was_agreed_is_refused_and_named(self, api: ApiClient, order: dict[str, Any]) -> None:
        changed = {
            "notes": "New",
            "terms": "New",
            "shippingCost": 1,
            "items": order["items"][:1],
            "orderDate": "2024-01-02",
        }
        answer = api.put(f"/sales-orders/{order['id']}", order | changed)
        assert (answer.status, answer.error["code"]) == (422, "ORDER_NOT_EDITABLE")
        fixed = ["items", "orderDate", "shippingCost", "terms"]
        assert answer.error["details"] == [{"salesOrderId": order["id"], "status": "confirmed", "fields": fixed}]
        assert api.get(f"/sales-orders/{order['id']}").data == order

    @pytest.mark.parametrize(
        "change", [{"quantity": 99}, {"unitPrice": 24}, {"discountPercent": 4}, {"taxCode": "SST"}, {"notes": "x"}]
    )
    def test_any_change_of_a_line(self, api: ApiClient, order: dict[str, Any], change: dict[str, Any]) -> None:
        lines = [{**order["items"][0], **change}, order["items"][1]]
        answer = api.put(f"/sales-orders/{order['id']}", {"items": lines})
        assert answer.error["details"][0]["fields"] == ["items"]

    def test_nothing_of_a_cancelled_order(self, api: ApiClient, order: dict[str, Any]) -> None:
        api.post(f"/sales-orders/{order['id']}/cancel")
        answer = api.patch(f"/sales-orders/{order['id']}", {"notes": "New"})
        assert answer.error["details"][0]["fields"] == ["notes"]


def test_the_fields_of_fulfillment_are_taken_where_they_are_shown(api: ApiClient, body: dict[str, Any]) -> None:
    shown = {"status": "shipped", "shippedQuantity": 5, "remainingQuantity": 1, **TestAgreedOrders.FULFILMENT}
    made = api.post("/sales-orders", {**body, "fulfillment": shown, "trackingNumber": "T-2"}).data
    derived = {"status": "pending", "shippedQuantity": 0, "remainingQuantity": 101}
    assert made["fulfillment"] == {**TestAgreedOrders.FULFILMENT, **derived, "trackingNumber": "T-2"}
    answer = api.post("/sales-orders", {**body, "fulfillment": {"carrier": "air"}})
    assert answer.field_errors == {"fulfillment.carrier": "Unknown field"}
