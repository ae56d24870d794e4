"""What the API refuses: every failing field at once, by its path, and never a silent guess."""

from datetime import timedelta
from typing import Any

import pytest

from bigledger_crm.kernel import clock, ids
from bigledger_crm.testing.client import ApiClient

LINE = {"description": "Work", "quantity": 1, "unitPrice": "10.00"}


@pytest.fixture
def customer(api: ApiClient) -> dict[str, Any]:
    """A customer to make documents for."""
    data: dict[str, Any] = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data
    return data


def names_of(body: dict[str, Any]) -> set[str]:
    """The names of a body's fields; an address is named by the one part that is wrong about it."""
    return {f"{name}.{next(iter(value))}" if isinstance(value, dict) else name for name, value in body.items()}


BAD_CUSTOMER: dict[str, Any] = {
    "name": "",
    "type": "robot",
    "status": "gone",
    "email": "a@b",
    "phone": "12",
    "website": "ftp://acme.com",
    "taxNumber": "1" * 51,
    "customerNumber": "",
    "address": {"country": "Malaysia"},
    "billingAddress": {"zip": "50000"},
    "shippingAddress": "here",
    "currency": "RM",
    "paymentTerms": 30.5,
    "creditLimit": -1,
    "tags": ["a", 1],
    "customFields": [],
    "colour": "red",
}


def test_every_failing_field_of_a_customer_at_once(api: ApiClient) -> None:
    contacts = [{"name": "Jane", "email": "x", "isPrimary": "yes"}, {"mobile": "1", "fax": "2"}, "Jane"]
    answer = api.post("/customers", {**BAD_CUSTOMER, "contacts": contacts})
    assert answer.error["code"] == "INVALID_CUSTOMER_DATA"
    below = {
        "contacts[0].email": "Email format is invalid",
        "contacts[0].isPrimary": "Must be true or false",
        "contacts[1].fax": "Unknown field",
        "contacts[1].mobile": "Phone number is invalid",
        "contacts[1].name": "Name is required",
        "contacts[2]": "Must be an object",
    }
    found = answer.field_errors
    assert found.keys() == names_of(BAD_CUSTOMER) | below.keys()
    assert {path: found[path] for path in below} == below
    assert found["colour"] == "Unknown field"


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_every_failing_field_of_a_change_at_once(api: ApiClient, customer: dict[str, Any], method: str) -> None:
    answer = api.request(method, f"/customers/{customer['id']}", BAD_CUSTOMER)
    assert answer.field_errors.keys() == names_of(BAD_CUSTOMER)
    assert api.get(f"/customers/{customer['id']}").data == customer


def test_a_customer_needs_a_name_and_a_way_to_reach_it(api: ApiClient) -> None:
    assert api.post("/customers", {}).field_errors == {
        "name": "Name is required",
        "email": "Email or phone is required",
    }


BAD_LINES: list[Any] = [
    {"quantity": 0, "colour": "red"},
    {"quantity": "many", "description": "Work", "unitPrice": -1, "discountPercent": 101},
    {"description": 5, "quantity": "1.1234567", "unitPrice": "1.1234567", "discountAmount": -1},
    {"description": "Work", "unitPrice": 1, "itemId": 7, "taxCode": "X" * 21, "notes": "n" * 2001},
    None,
]
BAD_LINE_FIELDS = {
    "items[0].quantity",
    "items[0].colour",
    "items[0].description",
    "items[0].unitPrice",
    "items[1].quantity",
    "items[1].unitPrice",
    "items[1].discountPercent",
    "items[2].description",
    "items[2].quantity",
    "items[2].unitPrice",
    "items[2].discountAmount",
    "items[3].quantity",
    "items[3].itemId",
    "items[3].taxCode",
    "items[3].notes",
    "items[4]",
}
BAD_DOCUMENT: dict[str, Any] = {
    "customerId": 5,
    "exchangeRate": 0,
    "pricesIncludeTax": "yes",
    "reference": "r" * 101,
    "notes": 1,
    "terms": [],
    "billingAddress": {"country": "XX"},
    "shippingAddress": [],
    "currency": 1,
    "colour": "red",
}
BAD: dict[str, dict[str, Any]] = {
    "/quotes": {"quoteDate": "2024-13-01", "validUntil": "soon", "title": "t" * 201, "description": 1},
    "/sales-orders": {
        "orderDate": "2024-02-30",
        "requiredDate": "20240201",
        "promisedDate": 20240201,
        "estimatedDelivery": "2024-02-01T00:00:00Z",
        "priority": "whenever",
        "shippingMethod": "m" * 101,
        "trackingNumber": "n" * 101,
        "shippingCost": -1,
    },
    "/invoices": {
        "invoiceDate": "2024-1-1",
        "dueDate": "٢٠٢٤-٠١-٠١",
        "purchaseOrder": "p" * 101,
        "shippingCost": "1e2",
        "sendReminders": 1,
    },
}


@pytest.mark.parametrize("path", BAD)
def test_every_failing_field_of_a_document_at_once(api: ApiClient, path: str) -> None:
    body: dict[str, Any] = {**BAD_DOCUMENT, **BAD[path], "items": BAD_LINES}
    found = api.post(path, body).field_errors
    assert found.keys() == names_of(BAD_DOCUMENT) | BAD[path].keys() | BAD_LINE_FIELDS
    assert found["items[0].colour"] == "Unknown field"


@pytest.mark.parametrize("path", BAD)
def test_a_document_needs_a_customer_and_lines(api: ApiClient, path: str) -> None:
    bodies: list[dict[str, Any]] = [{}, {"customerId": None, "items": []}, {"customerId": ""}]
    for body in bodies:
        assert api.post(path, body).field_errors.keys() == {"customerId", "items"}


@pytest.mark.parametrize("path", BAD)
def test_what_needs_a_look_up_comes_at_once_too(api: ApiClient, customer: dict[str, Any], path: str) -> None:
    lines = [
        {**LINE, "taxCode": "NONE"},
        {**LINE, "discountAmount": "0.001"},
        {**LINE, "discountAmount": "10.01"},
        {**LINE, "discountAmount": 5, "discountPercent": 10},
        {**LINE, "quantity": "999999999999", "unitPrice": "999999999999"},
    ]
    body = {"customerId": customer["id"], "currency": "USD", "exchangeRate": 2, "items": lines}
    assert api.post(path, body).field_errors.keys() == {
        "currency",
        "exchangeRate",
        "items[0].taxCode",
        "items[1].discountAmount",
        "items[2].discountAmount",
        "items[3].discountAmount",
        "items[4].quantity",
    }


@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        ("/items", {}, {"itemCode", "name", "unitPrice"}),
        (
            "/items",
            {"itemCode": "c" * 51, "unit": "u" * 21, "unitPrice": "free", "isActive": None, "customFields": 1, "x": 1},
            {"itemCode", "name", "unit", "unitPrice", "isActive", "customFields", "x"},
        ),
        ("/items", {"itemCode": "A", "name": "A", "unitPrice": 1, "taxCode": "NONE"}, {"taxCode"}),
        ("/tax-codes", {}, {"code"}),
        ("/tax-codes", {"code": "A"}, {"rate"}),
        ("/tax-codes", {"name": 1, "rate": 101, "isActive": "no", "x": 1}, {"code", "name", "rate", "isActive", "x"}),
        (
            "/tax-codes",
            {"code": "A", "rates": [{"rate": -1, "validFrom": "now"}, {"x": 1}, 5]},
            {"rates[0].rate", "rates[0].validFrom", "rates[1].rate", "rates[1].validFrom", "rates[1].x", "rates[2]"},
        ),
    ],
)
def test_failing_fields_of_the_catalogue(api: ApiClient, path: str, body: Any, fields: set[str]) -> None:
    assert api.post(path, body).field_errors.keys() == fields


def test_failing_fields_of_a_payment(api: ApiClient, customer: dict[str, Any]) -> None:
    invoice = api.post("/invoices", {"customerId": customer["id"], "items": [LINE]}).data
    path = f"/invoices/{invoice['id']}/payments"
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    body = {
        "amount": "free",
        "paymentDate": tomorrow,
        "paymentMethod": "shells",
        "reference": "r" * 101,
        "accountId": "a" * 101,
        "notes": 1,
        "currency": "MYR",
    }
    assert api.post(path, body).field_errors.keys() == body.keys()
    for amount in (0, -1, "1.001", None):
        assert api.post(path, {"amount": amount, "paymentMethod": "cash"}).field_errors.keys() == {"amount"}
    assert api.post(path, {}).field_errors.keys() == {"amount"}


def _short_ids(public_id: str) -> list[str]:
    good = ids.encode(public_id, ids.new_id())
    return [
        good,
        good.upper(),
        good[:-1],
        good + "0",
        good.replace("_", "-"),
        ids.encode("xx", ids.new_id()),
        "1",
        "%20",
    ]


@pytest.mark.parametrize(
    ("path", "prefix", "code"),
    [
        ("customers", "cust", "CUSTOMER_NOT_FOUND"),
        ("items", "item", "ITEM_NOT_FOUND"),
        ("tax-codes", "tax", "TAX_CODE_NOT_FOUND"),
        ("quotes", "quote", "QUOTE_NOT_FOUND"),
        ("sales-orders", "so", "SALES_ORDER_NOT_FOUND"),
        ("invoices", "inv", "INVOICE_NOT_FOUND"),
        ("payments", "pay", "PAYMENT_NOT_FOUND"),
    ],
)
def test_a_malformed_or_foreign_id_is_a_missing_object(api: ApiClient, path: str, prefix: str, code: str) -> None:
    for public_id in _short_ids(prefix):
        answer = api.get(f"/{path}/{public_id}")
        assert (answer.status, answer.error["code"]) == (404, code)
