"""Credit notes, voids, cancellations and copies over HTTP."""

from decimal import Decimal
from typing import Any

import pytest
from pytest_django import Settings

from bigledger_crm.testing.client import Answer, ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 4, "unitPrice": "25.00"}


@pytest.fixture
def invoice(api: ApiClient, customer_id: str) -> dict[str, Any]:
    """An issued invoice of 100.00 and 9.00 shipping."""
    body = {"customerId": customer_id, "items": [LINE], "shippingCost": "9.00", "reference": "PO-1"}
    made = api.post("/invoices", body).data
    issued: dict[str, Any] = api.post(f"/invoices/{made['id']}/issue").data
    return issued


def credit(api: ApiClient, invoice: dict[str, Any], quantity: Any = None, **fields: Any) -> Answer:
    """Credits some of the line, or all that is left."""
    part = [{"itemId": invoice["items"][0]["id"], "quantity": quantity}]
    return api.post("/credit-notes", {"invoiceId": invoice["id"], **({"items": part} if quantity else {}), **fields})


def test_a_credit_note_has_a_url_a_pdf_and_an_effect(
    api: ApiClient, invoice: dict[str, Any], customer_id: str, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    made = credit(api, invoice, 1, reason="Damaged")
    path = f"/credit-notes/{made.data['id']}"
    assert (made.status, made.headers["Location"]) == (201, f"/api/v1{path}")
    assert api.get(path).data == made.data
    pdf = api.get(f"{path}/pdf")
    assert (pdf.headers["Content-Type"], pdf.content[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.headers["Content-Disposition"] == 'attachment; filename="CN-2024-0001.pdf"'
    now = api.get(f"/invoices/{invoice['id']}").data
    assert (now["amountCredited"], now["amountDue"], now["status"]) == (Decimal("25.00"), Decimal("84.00"), "sent")
    owing = api.get(f"/customers/{customer_id}").data
    assert (owing["currentBalance"], owing["totalSales"]) == (Decimal("84.00"), Decimal("84.00"))
    assert api.request("PUT", path, {}).status == api.request("DELETE", path).status == 405


def test_lists_with_filters_sorts_and_lines(api: ApiClient, invoice: dict[str, Any], customer_id: str) -> None:
    first = credit(api, invoice, 1).data
    rest = credit(api, invoice, creditNoteDate="2024-01-15").data

    def found(query: str) -> list[str]:
        return [row["creditNoteNumber"] for row in api.get(f"/credit-notes?{query}").data]

    both = [first["creditNoteNumber"], rest["creditNoteNumber"]]
    for sort in ("creditNoteNumber", "total"):
        assert found(f"sort={sort}") == both
    assert sorted(found("sort=createdAt")) == sorted(found("sort=creditNoteDate")) == both
    for query in (
        f"customerId={customer_id}",
        f"invoiceId={invoice['id']}",
        "creditNoteDateFrom=2024-01-15",
        "search=po-1",
    ):
        assert sorted(found(query)) == both
    assert found("totalMin=26") == both[1:]
    assert found("totalMax=26") == both[:1]
    assert found("creditNoteDateTo=2024-01-14") == []
    (row,) = api.get("/credit-notes?totalMax=26&expand=items").data
    assert row["items"] == first["items"]
    assert api.get("/credit-notes?customer=x").status == 400


def test_refusals_of_credit(api: ApiClient, invoice: dict[str, Any]) -> None:
    line = invoice["items"][0]["id"]
    over = credit(api, invoice, "4.5")
    assert (over.status, over.error["code"]) == (422, "CREDIT_EXCEEDS_REMAINING")
    assert over.error["details"] == [{"itemId": line, "requested": Decimal("4.5"), "remaining": 4}]
    api.post(f"/invoices/{invoice['id']}/payments", {"amount": 100, "paymentMethod": "cash"})
    paid = credit(api, invoice, 1)
    assert (paid.status, paid.error["code"]) == (422, "CREDIT_EXCEEDS_AMOUNT_DUE")
    assert paid.error["details"] == [{"amount": Decimal("25.00"), "amountDue": Decimal("9.00"), "currency": "MYR"}]
    bad = credit(api, invoice, -1, creditNoteDate="2024-01-16", foo=1)
    assert bad.field_errors.keys() == {"foo", "items[0].quantity"}
    assert credit(api, {**invoice, "id": "inv_x"}).error["code"] == "INVOICE_NOT_FOUND"
    unknown = api.post("/credit-notes", {"invoiceId": invoice["id"], "items": [{"itemId": "invli_x", "quantity": 1}]})
    assert (unknown.status, unknown.error["code"]) == (404, "INVOICE_ITEM_NOT_FOUND")
    assert api.post("/credit-notes", {}).error["details"] == [{"field": "invoiceId", "message": "Invoice is required"}]


@pytest.mark.parametrize("nested", [False, True])
def test_voiding_at_either_url(api: ApiClient, invoice: dict[str, Any], nested: bool) -> None:
    path = f"/invoices/{invoice['id']}"
    paid = api.post(f"{path}/payments", {"amount": 109, "paymentMethod": "cash"}).data
    url = f"{path}/payments/{paid['id']}/void" if nested else f"/payments/{paid['id']}/void"
    voided = api.post(url, {"reason": "Bounced"})
    assert voided.status == 200
    assert voided.data == {
        **paid,
        "status": "voided",
        "voidedAt": paid["createdAt"],
        "voidReason": "Bounced",
        "invoice": {
            **paid["invoice"],
            "status": "sent",
            "paymentStatus": "unpaid",
            "amountPaid": Decimal("0.00"),
            "amountDue": Decimal("109.00"),
        },
    }
    again = api.post(url)
    assert (again.status, again.error["code"]) == (422, "PAYMENT_ALREADY_VOIDED")
    assert api.get(path).data["lastPaymentDate"] is None
    assert api.get("/payments").data == api.get(f"{path}/payments").data == [voided.data]
    assert api.get("/payments?status=recorded").data == []


def test_a_payment_of_another_invoice_is_not_below_this_one(
    api: ApiClient, invoice: dict[str, Any], customer_id: str
) -> None:
    other = api.post("/invoices", {"customerId": customer_id, "items": [LINE]}).data
    paid = api.post(f"/invoices/{invoice['id']}/payments", {"amount": 1, "paymentMethod": "cash"}).data
    answer = api.post(f"/invoices/{other['id']}/payments/{paid['id']}/void")
    assert (answer.status, answer.error["code"]) == (404, "PAYMENT_NOT_FOUND")


def test_cancelling_keeps_the_reason_and_is_refused_once_paid(api: ApiClient, invoice: dict[str, Any]) -> None:
    path = f"/invoices/{invoice['id']}"
    paid = api.post(f"{path}/payments", {"amount": 1, "paymentMethod": "cash"}).data
    refused = api.post(f"{path}/cancel", {"reason": "Mistaken"})
    assert (refused.status, refused.error["code"]) == (422, "INVOICE_HAS_PAYMENTS")
    assert refused.error["details"] == [
        {"invoiceId": invoice["id"], "amountPaid": Decimal("1.00"), "amountCredited": Decimal("0.00")}
    ]
    api.post(f"/payments/{paid['id']}/void")
    cancelled = api.post(f"{path}/cancel", {"reason": "Mistaken"})
    assert cancelled.data == {
        **invoice,
        "status": "cancelled",
        "amountDue": Decimal("0.00"),
        "cancelledAt": "2024-01-15T01:00:00Z",
        "cancelReason": "Mistaken",
    }
    again = api.post(f"{path}/cancel")
    assert (again.status, again.error["code"]) == (422, "INVALID_STATUS_TRANSITION")


def test_a_copy_is_a_new_draft(api: ApiClient, invoice: dict[str, Any]) -> None:
    copy = api.post(f"/invoices/{invoice['id']}/duplicate")
    assert (copy.status, copy.headers["Location"]) == (201, f"/api/v1/invoices/{copy.data['id']}")
    own = {name: copy.data[name] for name in ("id", "invoiceNumber", "paymentReference", "items")}
    assert copy.data == {**invoice, **own, "status": "draft", "issuedAt": None}
    assert (own["invoiceNumber"], own["items"][0]["id"] != invoice["items"][0]["id"]) == ("INV-2024-0002", True)


def test_the_pdf_of_a_draft_and_of_an_issued_invoice(
    api: ApiClient, customer_id: str, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    draft = api.post("/invoices", {"customerId": customer_id, "items": [LINE]}).data
    names = []
    for _ in range(2):
        pdf = api.get(f"/invoices/{draft['id']}/pdf")
        assert pdf.content[:5] == b"%PDF-"
        names.append(pdf.headers["Content-Disposition"])
        api.post(f"/invoices/{draft['id']}/issue")
    assert names == ['attachment; filename="INV-2024-0001-draft.pdf"', 'attachment; filename="INV-2024-0001.pdf"']


def test_tags_of_an_invoice(api: ApiClient, customer_id: str) -> None:
    body = {"customerId": customer_id, "items": [LINE], "sendReminders": True}
    made = api.post("/invoices", {**body, "tags": ["key", "north", "key"]}).data
    assert (made["tags"], made["sendReminders"]) == (["key", "north"], True)
    refused = api.post("/invoices", {**body, "tags": ["a,b"]})
    message = "A tag has 1 to 50 characters and no comma"
    assert refused.error["details"] == [{"field": "tags", "message": message}]
