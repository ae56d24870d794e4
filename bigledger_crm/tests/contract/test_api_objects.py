"""Every object that the API answers with, whole: no field more, no field less, every figure exact."""

import re
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.tests.contract.support.api_objects import (
    CREDIT_NOTE,
    CUSTOMER,
    CUSTOMER_ROW_FIELDS,
    INVOICE,
    ITEM,
    LINE,
    NOW,
    ORDER,
    PAYMENT,
    QUOTE,
    TAX_CODE,
)

pytestmark = pytest.mark.usefixtures("time_in_2024")
_ID = re.compile(r"\b([a-z]+)_[0-9a-hjkmnp-tv-z]{26}\b")
ONLY_WHOLE = ("billingAddress", "shippingAddress", "items", "statusHistory", "attachments", "einvoice", "allocations")


def same(answer: Answer, expected: Any) -> None:
    """The answer's object equals the expected one; ids are numbered by first appearance; decimals are exact."""
    seen: dict[str, str] = {}
    counts: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found.group() not in seen:
            counts[found[1]] = counts.get(found[1], 0) + 1
            seen[found.group()] = f"{found[1]}_{counts[found[1]]}"
        return seen[found.group()]

    def plain(part: Any) -> Any:
        if isinstance(part, dict):
            return {name: plain(value) for name, value in part.items()}
        if isinstance(part, list):
            return [plain(value) for value in part]
        return _ID.sub(number, part) if isinstance(part, str) else str(part) if isinstance(part, Decimal) else part

    assert plain(answer.data) == plain(expected)


@pytest.fixture
def customer(api: ApiClient) -> Answer:
    """The customer of the published examples."""
    taken = {name: value for name, value in CUSTOMER.items() if name not in ("customerNumber", "billingAddress")}
    return api.post("/customers", taken)


@pytest.fixture
def document(api: ApiClient, customer: Answer) -> dict[str, Any]:
    """A document's body: the line of the published examples."""
    item = api.post("/items", ITEM).data
    line = {"itemId": item["id"], "quantity": 100, "discountPercent": 5, "notes": LINE["notes"]}
    return {"customerId": customer.data["id"], "items": [line], "customFields": QUOTE["customFields"]}


@pytest.fixture
def invoice(api: ApiClient, document: dict[str, Any]) -> Answer:
    """An invoice."""
    texts = ("reference", "purchaseOrder", "notes", "terms", "shippingCost")
    return api.post("/invoices", {**document, **{name: INVOICE[name] for name in texts}})


def test_customer(api: ApiClient, customer: Answer) -> None:
    same(customer, CUSTOMER)
    same(api.get(f"/customers/{customer.data['id']}"), CUSTOMER)
    same(api.get("/customers"), [{name: CUSTOMER[name] for name in CUSTOMER_ROW_FIELDS}])


def test_item(api: ApiClient) -> None:
    made = api.post("/items", ITEM)
    same(made, ITEM)
    same(api.get(f"/items/{made.data['id']}"), ITEM)
    same(api.get("/items"), [ITEM])


def test_tax_code(api: ApiClient) -> None:
    made = api.post("/tax-codes", TAX_CODE)
    same(made, TAX_CODE)
    same(api.get(f"/tax-codes/{made.data['id']}"), TAX_CODE)
    assert made.data in api.get("/tax-codes").data


def _row(whole: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in whole.items() if name not in ONLY_WHOLE}


def test_quote(api: ApiClient, document: dict[str, Any]) -> None:
    made = api.post("/quotes", {**document, "reference": "RFQ-2024-001", "title": "Q1 2024 Widget Supply"})
    same(made, QUOTE)
    same(api.get(f"/quotes/{made.data['id']}"), QUOTE)
    same(api.get("/quotes"), [_row(QUOTE)])


def test_order(api: ApiClient, document: dict[str, Any]) -> None:
    texts = ("requiredDate", "promisedDate", "reference", "notes", "shippingCost")
    fulfilment = {"shippingMethod": "standard", "estimatedDelivery": "2024-02-12"}
    made = api.post("/sales-orders", {**document, **{name: ORDER[name] for name in texts}, **fulfilment})
    same(made, ORDER)
    same(api.get(f"/sales-orders/{made.data['id']}"), ORDER)
    same(api.get("/sales-orders"), [_row(ORDER)])


def test_an_order_that_has_moved(api: ApiClient, document: dict[str, Any]) -> None:
    order = api.post("/sales-orders", document).data
    api.patch(f"/sales-orders/{order['id']}/status", {"status": "confirmed", "notes": "Agreed"})
    api.post(
        f"/sales-orders/{order['id']}/convert-to-invoice",
        {"partialItems": [{"itemId": order["items"][0]["id"], "quantity": "0.5"}]},
    )
    with time_machine.travel("2024-01-16T09:00:00+08:00", tick=False):
        moved = api.patch(f"/sales-orders/{order['id']}/status", {"status": "shipped"})
    later = "2024-01-16T01:00:00Z"
    agreed = {"fromStatus": "draft", "toStatus": "confirmed", "notes": "Agreed", "changedAt": NOW}
    shipped = {"fromStatus": "confirmed", "toStatus": "shipped", "notes": None, "changedAt": later}
    history = [{**step, "changedBy": "key_1"} for step in (agreed, shipped)]
    fulfilment = dict.fromkeys(ORDER["fulfillment"], None) | {
        "status": "shipped",
        "shippedQuantity": 100,
        "remainingQuantity": 0,
    }
    plain = dict.fromkeys(("requiredDate", "promisedDate", "reference", "notes"))
    lines = [{**LINE, "id": "soi_1", "shippedQuantity": 100, "invoicedQuantity": Decimal("0.5")}]
    whole = (
        ORDER
        | plain
        | {"status": "shipped", "statusHistory": history, "fulfillment": fulfilment, "items": lines, "updatedAt": later}
    )
    same(moved, whole | {"shippingCost": Decimal("0.00"), "total": Decimal("2517.50")})


def test_invoice(api: ApiClient, invoice: Answer) -> None:
    same(invoice, INVOICE)
    same(api.get(f"/invoices/{invoice.data['id']}"), INVOICE)
    same(api.get("/invoices"), [_row(INVOICE)])


def test_payment_and_what_it_does(api: ApiClient, customer: Answer, invoice: Answer) -> None:
    path = f"/invoices/{invoice.data['id']}"
    api.post(f"{path}/issue")
    given = ("amount", "paymentDate", "paymentMethod", "reference", "notes", "accountId")
    payment = api.post(f"{path}/payments", {name: PAYMENT[name] for name in given})
    same(payment, PAYMENT)
    same(api.get(f"/payments/{payment.data['id']}"), PAYMENT)
    paid = {
        "status": "sent",
        "paymentStatus": "partial",
        "issuedAt": NOW,
        "amountPaid": Decimal("1000.50"),
        "amountDue": Decimal("1567.00"),
        "lastPaymentDate": "2024-01-15",
    }
    same(api.get(path), {**INVOICE, **paid})
    same(
        api.get(f"/customers/{customer.data['id']}"),
        {
            **CUSTOMER,
            "currentBalance": Decimal("1567.00"),
            "totalSales": Decimal("2567.50"),
            "lastSaleDate": "2024-01-15",
        },
    )


def test_credit_note_and_what_it_does(api: ApiClient, customer: Answer, invoice: Answer) -> None:
    path = f"/invoices/{invoice.data['id']}"
    api.post(f"{path}/issue")
    part = {"itemId": invoice.data["items"][0]["id"], "quantity": 40}
    body = {"invoiceId": invoice.data["id"], "items": [part], "shippingCost": 10, "reason": CREDIT_NOTE["reason"]}
    note = api.post("/credit-notes", body)
    same(note, CREDIT_NOTE)
    same(api.get(f"/credit-notes/{note.data['id']}"), CREDIT_NOTE)
    same(api.get("/credit-notes"), [_row(CREDIT_NOTE)])
    credited = {"amountCredited": Decimal("1017.00"), "amountDue": Decimal("1550.50")}
    same(api.get(path), {**INVOICE, "status": "sent", "issuedAt": NOW, **credited})
    left = {"currentBalance": Decimal("1550.50"), "totalSales": Decimal("1550.50"), "lastSaleDate": "2024-01-15"}
    same(api.get(f"/customers/{customer.data['id']}"), {**CUSTOMER, **left})


def test_a_sent_document_carries_its_email(api: ApiClient, invoice: Answer) -> None:
    sent = api.post(f"/invoices/{invoice.data['id']}/send", {"to": ["a@acme.com"], "cc": ["b@acme.com"]})
    delivery = {
        "id": "dlv_1",
        "status": "queued",
        "to": ["a@acme.com"],
        "cc": ["b@acme.com"],
        "subject": "Invoice INV-2024-0001 from Tech Supplies Sdn Bhd",
    }
    same(sent, {**INVOICE, "status": "sent", "issuedAt": NOW, "delivery": delivery})


def test_a_deleted_customer(api: ApiClient, customer: Answer) -> None:
    public_id = customer.data["id"]
    assert api.delete(f"/customers/{public_id}").body == {"success": True, "data": {"id": public_id, "deleted": True}}
    assert api.get(f"/customers/{public_id}").status == 404
    assert api.delete(f"/customers/{public_id}").status == 404
