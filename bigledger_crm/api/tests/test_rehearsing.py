"""`Rehearse: true`: everything as it would be, and nothing of it stays."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection

from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.tenancy.rehearsal import is_rehearsing, note, rehearsing
from bigledger_crm.testing.client import ApiClient
from customers.models import Customer

ACME = {"name": "Acme", "email": "billing@acme.com"}


def _draft(api: ApiClient, customer_id: str, **more: Any) -> Any:
    line = {"description": "Work", "quantity": 1, "unitPrice": "100.00"}
    return api.post("/invoices", {"customerId": customer_id, "items": [line], **more}).data


def test_a_number_is_foretold_and_stays_free(api: ApiClient) -> None:
    rehearsed = api.post("/customers", ACME, Rehearse="true")
    assert (rehearsed.status, rehearsed.data["customerNumber"]) == (201, "CUST-0001")
    assert rehearsed.body["rehearsal"]["numbers"] == [{"kind": "customer", "number": "CUST-0001"}]
    assert not Customer.unscoped.exists()
    assert not DocumentSequence.unscoped.exists()
    assert api.get(f"/customers/{rehearsed.data['id']}").status == 404
    assert api.post("/customers", ACME).data["customerNumber"] == "CUST-0001"


def test_what_would_be_posted_sent_and_told(api: ApiClient, customer_id: str) -> None:
    hook = api.post("/webhooks", {"url": "https://example.com/", "events": ["invoice.*"]}).data
    invoice = _draft(api, customer_id)
    path = f"/invoices/{invoice['id']}/send"
    said = api.post(path, {"to": ["Anna@acme.com"], "subject": "Now"}, Rehearse="true").body
    assert said["data"]["status"] == "sent"
    told = said["rehearsal"]
    (entry,) = told["ledger"]
    assert (entry["kind"], entry["customerId"], entry["amount"]) == ("invoice", customer_id, Decimal("100.00"))
    assert entry["documentNumber"] == invoice["invoiceNumber"]
    (mail,) = told["mails"]
    assert (mail["kind"], mail["to"], mail["subject"]) == ("invoice.sent", ["Anna@acme.com"], "Now")
    assert {one["webhookId"] for one in told["webhooks"]} == {hook["id"]}
    assert {one["objectId"] for one in told["webhooks"]} == {invoice["id"]}
    assert api.get(f"/invoices/{invoice['id']}").data == invoice


def test_an_idempotency_key_is_not_used_up(api: ApiClient) -> None:
    api.post("/customers", ACME, Rehearse="true", Idempotency_Key="k-1")
    assert not IdempotencyRecord.unscoped.exists()
    made = api.post("/customers", {**ACME, "name": "Other"}, Idempotency_Key="k-1")
    assert (made.status, made.data["name"]) == (201, "Other")
    again = api.post("/customers", {**ACME, "name": "Other"}, Idempotency_Key="k-1", Rehearse="true")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.body.pop("rehearsal") == {"ledger": [], "mails": [], "webhooks": [], "numbers": []}
    assert again.body == made.body
    assert api.post("/customers", ACME, Idempotency_Key="k-1", Rehearse="true").status == 422


def test_errors_are_the_same(api: ApiClient, customer_id: str) -> None:
    for method, path, body, headers in (
        ("POST", "/customers", {"name": ""}, {}),
        ("POST", "/customers", "{", {}),
        ("DELETE", "/customers/cust_1", None, {}),
        ("PUT", f"/customers/{customer_id}", {"paymentTerms": 7}, {"If-Match": '"old"'}),
    ):
        real = api.request(method, path, body, **headers)
        rehearsed = api.request(method, path, body, **headers, Rehearse="true")
        assert (rehearsed.status, rehearsed.body) == (real.status, real.body)
        assert real.status >= 400


@pytest.mark.parametrize("value", ["", "yes", "1", "?1", "true, true", "truе"])
def test_a_mistyped_header_changes_nothing(api: ApiClient, value: str) -> None:
    refused = api.post("/customers", ACME, Rehearse=value)
    assert (refused.status, refused.error["code"]) == (400, "REHEARSE_INVALID")
    assert "Rehearse" in refused.error["message"]
    assert not Customer.unscoped.exists()


@pytest.mark.parametrize(("value", "count"), [("false", 1), ("TRUE", 0)])
def test_the_value_is_true_or_false(api: ApiClient, value: str, count: int) -> None:
    assert api.post("/customers", ACME, Rehearse=value).status == 201
    assert Customer.unscoped.count() == count
    assert api.get("/customers", Rehearse="anything").status == 200


def test_a_rejected_row_takes_its_notes_along(api: ApiClient, customer_id: str) -> None:
    line = {"description": "Work", "quantity": 1, "unitPrice": "1.00"}
    rows = [{"customerId": customer_id, "items": [line]}, {"customerId": customer_id, "items": []}]
    rehearsed = api.post("/quotes/bulk", {"rows": rows}, Rehearse="true")
    assert [row["status"] for row in rehearsed.data["results"]] == [201, 400]
    assert len(rehearsed.body["rehearsal"]["numbers"]) == 1


@pytest.mark.usefixtures("db")
def test_notes_live_as_long_as_their_savepoint() -> None:
    note("numbers", "outside")
    with rehearsing() as rehearsal:
        assert is_rehearsing()
        note("numbers", "kept")
        with rehearsing():
            note("numbers", "undone")
        assert is_rehearsing()
        assert rehearsal.noted("numbers") == ["kept"]
    assert not is_rehearsing()


@pytest.mark.usefixtures("in_company")
def test_what_a_commit_would_refuse_a_rehearsal_refuses(customer_id: str) -> None:
    with pytest.raises(IntegrityError), rehearsing(), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET owner_id = gen_random_uuid()")
