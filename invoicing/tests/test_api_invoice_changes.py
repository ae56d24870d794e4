"""Changing invoices over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.testing.client import ApiClient
from invoicing.integrity import check_integrity

pytestmark = pytest.mark.usefixtures("time_in_2024")
WORK = {"description": "Work", "quantity": 4, "unitPrice": "25.00"}
FEE = {"description": "Fee", "quantity": 1, "unitPrice": "9.99", "discountPercent": 10, "taxCode": "SST"}


@pytest.fixture
def draft(api: ApiClient) -> dict[str, Any]:
    """A draft of two lines."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data
    body = {"customerId": customer["id"], "items": [WORK, FEE], "reference": "PO-1", "shippingCost": "5.00"}
    made: dict[str, Any] = api.post("/invoices", body).data
    return made


@pytest.fixture
def of_an_order(api: ApiClient, draft: dict[str, Any]) -> dict[str, Any]:
    """A draft that bills half of an order."""
    order = api.post("/sales-orders", {"customerId": draft["customerId"], "items": [WORK]}).data
    api.patch(f"/sales-orders/{order['id']}/status", {"status": "confirmed"})
    half = {"partialItems": [{"itemId": order["items"][0]["id"], "quantity": 2}]}
    made: dict[str, Any] = api.post(f"/sales-orders/{order['id']}/convert-to-invoice", half).data
    return made


def path(invoice: dict[str, Any]) -> str:
    return f"/invoices/{invoice['id']}"


@pytest.mark.parametrize("issued", [False, True])
def test_what_was_read_can_be_sent_back_with_one_field_changed(
    api: ApiClient, draft: dict[str, Any], issued: bool
) -> None:
    if issued:
        api.post(f"{path(draft)}/issue")
    before = api.get(path(draft)).data
    same = api.put(path(draft), before)
    assert (same.status, same.data) == (200, before)
    changed = api.put(path(draft), {**before, "notes": "Thanks", "tags": ["key"]})
    assert changed.data == {**before, "notes": "Thanks", "tags": ["key"]}
    assert api.get(path(draft)).data == changed.data
    assert api.patch(path(draft), {"reference": "PO-2"}).data["reference"] == "PO-2"
    assert [row["id"] for row in api.get("/invoices?search=po-2").data] == [draft["id"]]
    assert check_integrity() == []


def test_a_draft_changes_in_everything(api: ApiClient, draft: dict[str, Any]) -> None:
    work, fee = draft["items"]
    changes = {
        "invoiceDate": "2024-01-20",
        "dueDate": "2024-03-01",
        "purchaseOrder": "PO-9",
        "terms": "Net",
        "sendReminders": True,
        "shippingCost": 0,
        "billingAddress": {"city": "Ipoh"},
        "items": [{**fee, "quantity": 2}, {"description": "More", "quantity": 1, "unitPrice": 1}],
    }
    changed = api.put(path(draft), changes).data
    assert {**changes, "items": changed["items"]} == {name: changed[name] for name in changes}
    lines = [(line["id"] == fee["id"], line["description"], line["lineTotal"]) for line in changed["items"]]
    assert lines == [(True, "Fee", Decimal("17.98")), (False, "More", Decimal("1.00"))]
    assert work["id"] not in {line["id"] for line in changed["items"]}
    assert (changed["subtotal"], changed["total"]) == (Decimal("18.98"), Decimal("20.06"))
    assert changed["invoiceNumber"] == draft["invoiceNumber"]
    assert check_integrity() == []


def test_what_a_draft_may_not_say(api: ApiClient, draft: dict[str, Any]) -> None:
    bad = {
        "dueDate": "2024-01-14",
        "tags": ["a,b"],
        "items": [{"quantity": 1}],
        "foo": 1,
    }
    answer = api.put(path(draft), bad)
    assert (answer.status, answer.error["code"]) == (400, "INVALID_INVOICE_DATA")
    assert answer.field_errors.keys() >= {"foo", "items[0].description"}
    late = api.put(path(draft), {"dueDate": "2024-01-14", "tags": ["a,b"]})
    assert late.field_errors.keys() == {"dueDate", "tags"}
    assert api.put(path(draft), {"items": []}).status == 400
    assert api.get(path(draft)).data == draft


def test_an_issued_invoice_names_what_cannot_change(api: ApiClient, draft: dict[str, Any]) -> None:
    issued = api.post(f"{path(draft)}/issue").data
    changes = {"dueDate": "2024-03-01", "terms": "x", "items": [WORK], "shippingCost": 1, "notes": "No"}
    answer = api.put(path(draft), {**issued, **changes})
    assert (answer.status, answer.error["code"]) == (422, "INVOICE_NOT_EDITABLE")
    fields = ["dueDate", "items", "shippingCost", "terms"]
    assert answer.error["details"] == [{"invoiceId": draft["id"], "status": "sent", "fields": fields}]
    assert api.get(path(draft)).data == issued


def test_a_cancelled_one_changes_in_nothing(api: ApiClient, draft: dict[str, Any]) -> None:
    cancelled = api.post(f"{path(draft)}/cancel").data
    assert api.put(path(draft), cancelled).data == cancelled
    answer = api.put(path(draft), {"notes": "x"})
    assert (answer.status, answer.error["details"][0]["fields"]) == (422, ["notes"])


def test_a_draft_of_an_order_keeps_what_it_bills(api: ApiClient, of_an_order: dict[str, Any]) -> None:
    (line,) = of_an_order["items"]
    for changes in (
        {"items": [{**line, "quantity": 3}]},
        {"items": [WORK]},
        {"shippingCost": "1.00"},
        {"pricesIncludeTax": True},
    ):
        answer = api.put(path(of_an_order), changes)
        assert (answer.status, answer.error["code"]) == (422, "INVOICE_NOT_EDITABLE")
        assert answer.error["details"][0]["fields"] == list(changes)
        assert "cancel it and convert the order again" in answer.error["message"]
    changed = api.put(path(of_an_order), {**of_an_order, "invoiceDate": "2024-01-20", "notes": "Soon"}).data
    assert changed == {**of_an_order, "invoiceDate": "2024-01-20", "notes": "Soon"}
    assert check_integrity() == []
