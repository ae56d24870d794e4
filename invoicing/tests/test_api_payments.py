"""Payments over HTTP."""

from decimal import Decimal
from typing import Any

import pytest

from bigledger_crm.testing.client import Answer, ApiClient
from invoicing.rules import PAYMENT_METHODS

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 1, "unitPrice": "100.00"}


@pytest.fixture
def invoice(api: ApiClient, customer_id: str) -> str:
    """The URL of an issued invoice of 100.00."""
    path = f"/invoices/{api.post('/invoices', {'customerId': customer_id, 'items': [LINE]}).data['id']}"
    api.post(f"{path}/issue")
    return path


def _pay(api: ApiClient, invoice: str, amount: Any, **fields: Any) -> Answer:
    return api.post(f"{invoice}/payments", {"amount": amount, "paymentMethod": "cash", **fields})


def test_created_with_a_url_of_its_own(api: ApiClient, invoice: str) -> None:
    paid = _pay(api, invoice, 40)
    assert (paid.status, paid.data["status"]) == (201, "recorded")
    assert paid.headers["Location"] == f"/api/v1/payments/{paid.data['id']}"
    assert api.get(paid.headers["Location"]).data == paid.data


def test_in_parts_until_nothing_is_due(api: ApiClient, invoice: str, customer_id: str) -> None:
    standings = []
    for amount in ("40.00", "0.01", "59.99"):
        shown = _pay(api, invoice, amount).data["invoice"]
        standings.append(tuple(str(shown[name]) for name in ("status", "paymentStatus", "amountPaid", "amountDue")))
    assert standings == [
        ("sent", "partial", "40.00", "60.00"),
        ("sent", "partial", "40.01", "59.99"),
        ("paid", "paid", "100.00", "0.00"),
    ]
    assert api.get(invoice).data["status"] == "paid"
    owing = api.get(f"/customers/{customer_id}").data
    assert (owing["currentBalance"], owing["totalSales"]) == (Decimal("0.00"), Decimal("100.00"))


def test_more_than_is_due(api: ApiClient, invoice: str) -> None:
    _pay(api, invoice, 40)
    for amount in ("60.01", "100", "99999999999999999999"):
        answer = _pay(api, invoice, amount)
        assert (answer.status, answer.error["code"]) == (422, "PAYMENT_EXCEEDS_AMOUNT_DUE")
        (detail,) = answer.error["details"]
        assert (detail["amount"], str(detail["amountDue"]), detail["currency"]) == (Decimal(amount), "60.00", "MYR")
    assert api.get(invoice).data["amountPaid"] == Decimal("40.00")


def test_a_paid_invoice_takes_no_more(api: ApiClient, invoice: str) -> None:
    _pay(api, invoice, 100)
    assert _pay(api, invoice, "0.01").error["code"] == "PAYMENT_EXCEEDS_AMOUNT_DUE"


def test_a_draft_takes_none(api: ApiClient, customer_id: str) -> None:
    draft = api.post("/invoices", {"customerId": customer_id, "items": [LINE]}).data
    answer = _pay(api, f"/invoices/{draft['id']}", 100)
    assert (answer.status, answer.error["code"]) == (422, "INVOICE_NOT_ISSUED")
    assert answer.error["details"] == [{"invoiceId": draft["id"], "status": "draft"}]


def test_the_date_is_today_unless_given_and_never_later(api: ApiClient, invoice: str) -> None:
    assert _pay(api, invoice, 1).data["paymentDate"] == "2024-01-15"
    assert _pay(api, invoice, 1, paymentDate=None).data["paymentDate"] == "2024-01-15"
    assert _pay(api, invoice, 1, paymentDate="2023-12-31").data["paymentDate"] == "2023-12-31"
    late = _pay(api, invoice, 1, paymentDate="2024-01-16")
    message = "Payment date cannot be in the future"
    assert late.error["details"] == [{"field": "paymentDate", "message": message}]
    assert api.get(invoice).data["lastPaymentDate"] == "2024-01-15"


@pytest.mark.parametrize("method", PAYMENT_METHODS)
def test_every_method(api: ApiClient, invoice: str, method: str) -> None:
    assert _pay(api, invoice, 1, paymentMethod=method).data["paymentMethod"] == method


def test_a_currency_s_own_decimals(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.com", "currency": "JPY"}).data
    body = {"customerId": customer["id"], "exchangeRate": "0.03", "items": [{**LINE, "unitPrice": "99.5"}]}
    invoice = f"/invoices/{api.post('/invoices', body).data['id']}"
    api.post(f"{invoice}/issue")
    refused = _pay(api, invoice, "0.5")
    assert refused.error["details"] == [{"field": "amount", "message": "Amount can have at most 0 decimals in JPY"}]
    assert '"amount":100,"currency":"JPY"' in _pay(api, invoice, "100.00").text
