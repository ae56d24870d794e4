"""Invoices and the conversion of orders over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine

from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.testing.client import Answer, ApiClient
from invoicing.models import Invoice

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 3, "unitPrice": "33.33", "taxCode": "SST"}


@pytest.fixture
def order(api: ApiClient, customer_id: str) -> dict[str, Any]:
    """A confirmed order of two lines."""
    lines = [LINE, {**LINE, "description": "More work", "quantity": "0.5"}]
    body = {"customerId": customer_id, "items": lines, "shippingCost": "12.00", "reference": "PO-1"}
    made = api.post("/sales-orders", body).data
    data: dict[str, Any] = api.patch(f"/sales-orders/{made['id']}/status", {"status": "confirmed"}).data
    return data


@pytest.fixture
def draft(api: ApiClient, customer_id: str) -> str:
    """The URL of a draft."""
    return f"/invoices/{api.post('/invoices', {'customerId': customer_id, 'items': [LINE]}).data['id']}"


def _convert(api: ApiClient, order: dict[str, Any], *parts: tuple[str, Any], **fields: Any) -> Answer:
    body = {"partialItems": [{"itemId": line, "quantity": quantity} for line, quantity in parts]} if parts else {}
    return api.post(f"/sales-orders/{order['id']}/convert-to-invoice", {**body, **fields})


def test_created_with_number_address_and_due_date(api: ApiClient, customer_id: str) -> None:
    body = {"customerId": customer_id, "items": [LINE]}
    made = api.post("/invoices", body)
    assert (made.status, made.data["invoiceNumber"], made.data["status"]) == (201, "INV-2024-0001", "draft")
    assert made.headers["Location"] == f"/api/v1/invoices/{made.data['id']}"
    assert (made.data["invoiceDate"], made.data["dueDate"]) == ("2024-01-15", "2024-02-14")
    wrong = api.post("/invoices", {**body, "dueDate": "2024-01-14"})
    told = {"field": "dueDate", "message": "Due date cannot be before the invoice date"}
    assert wrong.error["details"] == [told]
    wrong = api.post("/invoices", {**body, "invoiceDate": "2024-01-15", "dueDate": "2024-01-14", "due_date": 1})
    assert wrong.error["details"] == [{"field": "due_date", "message": "Unknown field"}, told]


class TestConversion:
    """An order becomes an invoice, whole or in part."""

    def test_whole(self, api: ApiClient, order: dict[str, Any]) -> None:
        made = _convert(api, order, invoiceDate="2024-01-16", dueDate="2024-02-15")
        assert (made.status, made.data["status"], made.data["total"]) == (201, "draft", order["total"])
        assert made.headers["Location"] == f"/api/v1/invoices/{made.data['id']}"
        assert (made.data["invoiceDate"], made.data["dueDate"]) == ("2024-01-16", "2024-02-15")
        assert (made.data["salesOrderId"], made.data["purchaseOrder"]) == (order["id"], "PO-1")
        assert made.data["reference"] == order["orderNumber"]
        again = _convert(api, order)
        assert (again.status, again.error["code"]) == (422, "ORDER_ALREADY_INVOICED")
        assert again.error["details"] == [{"salesOrderId": order["id"]}]

    def test_without_a_body(self, api: ApiClient, order: dict[str, Any]) -> None:
        made = api.post(f"/sales-orders/{order['id']}/convert-to-invoice")
        assert (made.data["invoiceDate"], made.data["dueDate"]) == ("2024-01-15", "2024-02-14")

    def test_parts_add_up(self, api: ApiClient, order: dict[str, Any]) -> None:
        first, second = (line["id"] for line in order["items"])
        made = [_convert(api, order, (first, 1)), _convert(api, order, (second, "0.25"), (first, "0.5"))]
        made.append(_convert(api, order))
        assert [answer.status for answer in made] == [201, 201, 201]
        for name in ("subtotal", "totalDiscount", "totalTax", "shippingCost", "total"):
            assert sum(answer.data[name] for answer in made) == order[name]
        assert [answer.data["shippingCost"] for answer in made] == [Decimal("12.00"), Decimal("0.00"), Decimal("0.00")]
        lines = api.get(f"/sales-orders/{order['id']}").data["items"]
        assert [line["invoicedQuantity"] for line in lines] == [3, Decimal("0.5")]

    def test_more_than_remains_names_each_line(self, api: ApiClient, order: dict[str, Any]) -> None:
        first, second = (line["id"] for line in order["items"])
        _convert(api, order, (first, 1))
        answer = _convert(api, order, (first, "2.5"), (second, 1))
        assert (answer.status, answer.error["code"]) == (422, "QUANTITY_EXCEEDS_REMAINING")
        assert answer.error["details"] == [
            {"itemId": first, "requested": Decimal("2.5"), "remaining": 2},
            {"itemId": second, "requested": 1, "remaining": Decimal("0.5")},
        ]
        assert len(api.get("/invoices").data) == 1

    def test_every_failing_field_at_once(self, api: ApiClient, order: dict[str, Any]) -> None:
        first = order["items"][0]["id"]
        one = {"itemId": first, "quantity": 1}
        cases: list[tuple[list[Any], set[str]]] = [
            ([{**one, "quantity": 0}, {"quantity": 1}], {"[0].quantity", "[1].itemId"}),
            ([{**one, "quantity": 0}, {**one, "quantity": -1}], {"[0].quantity", "[1].quantity"}),
            ([one, one], {"[1].itemId"}),
            ([{**one, "quantity": "1.1234567"}, 5], {"[0].quantity", "[1]"}),
            ([{"x": 1}], {"[0].itemId", "[0].quantity", "[0].x"}),
            ([{**one, "quantity": None}], {"[0].quantity"}),
            ([], {""}),
        ]
        for parts, fields in cases:
            answer = api.post(f"/sales-orders/{order['id']}/convert-to-invoice", {"partialItems": parts})
            assert (answer.status, answer.error["code"]) == (400, "INVALID_INVOICE_DATA")
            assert answer.field_errors.keys() == {f"partialItems{path}" for path in fields}
        dates = _convert(api, order, invoiceDate="2024-01-16", dueDate="2024-01-15")
        assert list(dates.field_errors) == ["dueDate"]

    def test_a_line_of_another_order_is_unknown(self, api: ApiClient, order: dict[str, Any], customer_id: str) -> None:
        other = api.post("/sales-orders", {"customerId": customer_id, "items": [LINE]}).data["items"][0]["id"]
        for line in (other, ids.encode("soi", ids.new_id()), order["items"][0]["id"].replace("soi", "qi"), "x"):
            answer = _convert(api, order, (line, 1))
            assert (answer.status, answer.error["code"]) == (404, "SALES_ORDER_ITEM_NOT_FOUND")

    @pytest.mark.parametrize("status", ["draft", "cancelled"])
    def test_only_an_agreed_order_is_invoiced(self, api: ApiClient, customer_id: str, status: str) -> None:
        order = api.post("/sales-orders", {"customerId": customer_id, "items": [LINE]}).data
        if status != "draft":
            api.patch(f"/sales-orders/{order['id']}/status", {"status": status})
        answer = _convert(api, order)
        assert (answer.status, answer.error["code"]) == (422, "ORDER_NOT_CONFIRMED")
        assert answer.error["details"] == [{"salesOrderId": order["id"], "status": status}]


class TestIssue:
    """An issued invoice is owed."""

    def test_issue(self, api: ApiClient, draft: str, customer_id: str) -> None:
        issued = api.post(f"{draft}/issue")
        assert (issued.status, issued.data["status"], issued.data["issuedAt"]) == (200, "sent", "2024-01-15T01:00:00Z")
        assert api.get(f"/customers/{customer_id}").data["currentBalance"] == issued.data["total"]
        assert not OutboxEmail.unscoped.exists()

    def test_once(self, api: ApiClient, draft: str, customer_id: str) -> None:
        total = api.post(f"{draft}/issue").data["total"]
        again = api.post(f"{draft}/issue")
        assert (again.status, again.error["code"]) == (422, "INVALID_STATUS_TRANSITION")
        assert again.error["details"] == [{"from": "sent", "to": "sent", "allowed": ["cancelled"]}]
        assert api.get(f"/customers/{customer_id}").data["currentBalance"] == total

    def test_a_cancelled_invoice_is_not_sent(self, api: ApiClient, draft: str) -> None:
        Invoice.unscoped.update(status="cancelled")
        for action in ("issue", "send"):
            answer = api.post(f"{draft}/{action}")
            assert (answer.status, answer.error["code"]) == (422, "INVALID_STATUS_TRANSITION")
        assert api.get(draft).data["amountDue"] == 0

    def test_overdue_the_day_after_it_is_due(self, api: ApiClient, draft: str) -> None:
        api.post(f"{draft}/issue")
        shown = {"2024-02-14": ("sent", 0), "2024-02-15": ("overdue", 1), "2024-03-15": ("overdue", 30)}
        for day, (status, overdue_by) in shown.items():
            with time_machine.travel(f"{day}T23:59:00+08:00", tick=False):
                for row in (api.get(draft).data, api.get("/invoices").data[0]):
                    assert (row["status"], row["overdueBy"], row["paymentStatus"]) == (status, overdue_by, "unpaid")


class TestSend:
    """Sending issues a draft and queues its email."""

    def test_issues_and_emails(self, api: ApiClient, draft: str, customer_id: str) -> None:
        sent = api.post(f"{draft}/send", {"to": ["a@acme.com"], "cc": ["b@acme.com"], "subject": "S", "message": "M"})
        assert (sent.status, sent.data["status"]) == (200, "sent")
        email = OutboxEmail.unscoped.get()
        assert sent.data["delivery"] == {
            "id": email.public_id,
            "status": "queued",
            "to": ["a@acme.com"],
            "cc": ["b@acme.com"],
            "subject": "S",
        }
        assert (email.body, email.stored_document is None) == ("M", False)
        assert api.get(f"/customers/{customer_id}").data["currentBalance"] == sent.data["total"]

    def test_again_emails_only(self, api: ApiClient, draft: str, customer_id: str) -> None:
        total = api.post(f"{draft}/send").data["total"]
        assert api.post(f"{draft}/send").status == 200
        assert OutboxEmail.unscoped.count() == 2
        assert api.get(f"/customers/{customer_id}").data["currentBalance"] == total

    def test_a_bad_email_issues_nothing(self, api: ApiClient, draft: str, customer_id: str) -> None:
        before = api.get(draft).data
        answer = api.post(f"{draft}/send", {"to": ["nobody"], "subject": "a\r\nb", "sendReminders": 1})
        assert (answer.status, answer.error["code"]) == (400, "INVALID_EMAIL_DATA")
        answer = api.post(f"{draft}/send", {"to": ["nobody"], "subject": "a\r\nb"})
        assert answer.field_errors.keys() == {"to[0]", "subject"}
        assert api.get(draft).data == before
        assert api.get(f"/customers/{customer_id}").data["currentBalance"] == 0

    def test_a_customer_without_an_address_needs_a_recipient(self, api: ApiClient) -> None:
        customer = api.post("/customers", {"name": "Acme", "phone": "+60123456789"}).data
        invoice = api.post("/invoices", {"customerId": customer["id"], "items": [LINE]}).data
        answer = api.post(f"/invoices/{invoice['id']}/send")
        assert answer.error["details"] == [
            {"field": "to", "message": "The customer has no email address. Enter at least one recipient."}
        ]
        assert api.get(f"/invoices/{invoice['id']}").data["status"] == "draft"

    def test_reminders(self, api: ApiClient, draft: str) -> None:
        assert api.get(draft).data["sendReminders"] is False
        assert api.post(f"{draft}/send", {"sendReminders": True}).data["sendReminders"] is True
        assert api.post(f"{draft}/send").data["sendReminders"] is True
