"""The complete sale of the published page's JavaScript example, over HTTP, from an empty company to a paid invoice."""

import contextlib
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bigledger_crm.testing.client import ApiClient
from invoicing.integrity import check_integrity

LINE = {
    "description": "Enterprise Software License",
    "quantity": 10,
    "unitPrice": Decimal("1000.00"),
    "discountPercent": Decimal("15.0"),
    "taxCode": "SST",
}


@pytest.mark.parametrize("day", ["2024-01-15T09:00:00+08:00", "", "2031-06-30T23:59:00+08:00"])
def test_a_sale_from_customer_to_paid_invoice(api: ApiClient, day: str) -> None:
    """The program as it is printed, in the days that it speaks of, today and years later."""
    with time_machine.travel(day, tick=False) if day else contextlib.nullcontext():
        _sale(api, in_time=day.startswith("2024"))


def _sale(api: ApiClient, *, in_time: bool) -> None:
    customer = _customer(api)
    quote = _quote(api, customer, in_time=in_time)
    order = _order(api, customer, quote, in_time=in_time)
    invoice = _invoice(api, customer, order, in_time=in_time)
    _pay(api, invoice, in_time=in_time)
    settled = api.get(f"/customers/{customer['id']}").data
    assert (settled["currentBalance"], settled["totalSales"]) == (Decimal("0.00"), Decimal("9010.00"))
    assert settled["lastSaleDate"] == "2024-01-15"
    assert api.get(f"/quotes/{quote['id']}").data["salesOrderId"] == order["id"]
    for path in ("/customers", "/quotes", "/sales-orders", "/invoices"):
        page = api.get(path).body
        assert (len(page["data"]), page["pagination"]["total"]) == (1, 1)
    assert check_integrity() == []


def _customer(api: ApiClient) -> dict[str, Any]:
    customer: dict[str, Any] = api.post(
        "/customers",
        {
            "name": "Tech Solutions Ltd",
            "email": "billing@techsolutions.com",
            "phone": "+60123456789",
            "paymentTerms": 30,
            "creditLimit": Decimal("50000.00"),
        },
    ).data
    assert customer["customerNumber"] == "CUST-0001"
    return customer


def _quote(api: ApiClient, customer: dict[str, Any], *, in_time: bool) -> dict[str, Any]:
    quote: dict[str, Any] = api.post(
        "/quotes",
        {
            "customerId": customer["id"],
            "quoteDate": "2024-01-10",
            "validUntil": "2024-02-10",
            "title": "Q1 Software Licenses",
            "items": [LINE],
        },
    ).data
    money = {name: quote[name] for name in ("subtotal", "totalDiscount", "totalTax", "total")}
    assert money == {
        "subtotal": Decimal("8500.00"),
        "totalDiscount": Decimal("1500.00"),
        "totalTax": Decimal("510.00"),
        "total": Decimal("9010.00"),
    }
    assert (quote["quoteNumber"], quote["status"]) == ("QT-2024-0001", "draft" if in_time else "expired")
    return quote


def _order(api: ApiClient, customer: dict[str, Any], quote: dict[str, Any], *, in_time: bool) -> dict[str, Any]:
    """The order of the quote, sent and accepted."""
    email = {
        "to": [customer["email"]],
        "subject": f"Quote {quote['quoteNumber']} - Q1 Software Licenses",
        "message": "Please review the attached quote for your software requirements.",
    }
    sent = api.post(f"/quotes/{quote['id']}/send", email).data
    assert (sent["status"], sent["delivery"]["status"]) == ("sent" if in_time else "expired", "queued")
    assert api.post(f"/quotes/{quote['id']}/convert-to-order").error["code"] == "QUOTE_CONVERSION_FAILED"
    accepted = api.post(f"/quotes/{quote['id']}/accept").data
    assert accepted["status"] == "accepted"
    order: dict[str, Any] = api.post(f"/quotes/{quote['id']}/convert-to-order").data
    assert order["orderNumber"] == f"SO-{order['orderDate'][:4]}-0001"
    assert (order["status"], order["total"]) == ("confirmed", Decimal("9010.00"))
    return order


def _invoice(api: ApiClient, customer: dict[str, Any], order: dict[str, Any], *, in_time: bool) -> dict[str, Any]:
    """The invoice of the order, sent."""
    draft = api.post(
        f"/sales-orders/{order['id']}/convert-to-invoice", {"invoiceDate": "2024-01-15", "dueDate": "2024-02-14"}
    ).data
    assert (draft["invoiceNumber"], draft["status"]) == ("INV-2024-0001", "draft")
    email = {
        "to": [customer["email"]],
        "subject": f"Invoice {draft['invoiceNumber']}",
        "message": "Thank you for your order. Please find your invoice attached.",
    }
    invoice: dict[str, Any] = api.post(f"/invoices/{draft['id']}/send", email).data
    assert invoice["delivery"]["subject"] == "Invoice INV-2024-0001"
    assert (invoice["status"], invoice["amountDue"]) == ("sent" if in_time else "overdue", Decimal("9010.00"))
    owing = api.get(f"/customers/{customer['id']}").data
    assert (owing["currentBalance"], owing["totalSales"]) == (Decimal("9010.00"), Decimal("9010.00"))
    return invoice


def _pay(api: ApiClient, invoice: dict[str, Any], *, in_time: bool) -> None:
    with time_machine.travel("2024-01-20T09:00:00+08:00", tick=False) if in_time else contextlib.nullcontext():
        payment = api.post(
            f"/invoices/{invoice['id']}/payments",
            {
                "amount": invoice["total"],
                "paymentDate": "2024-01-20",
                "paymentMethod": "bank_transfer",
                "reference": "TXN-20240120-001",
            },
        ).data
    assert payment["invoice"]["status"] == "paid"
    paid = api.get(f"/invoices/{invoice['id']}").data
    assert (paid["status"], paid["amountPaid"], paid["amountDue"]) == ("paid", Decimal("9010.00"), Decimal("0.00"))
