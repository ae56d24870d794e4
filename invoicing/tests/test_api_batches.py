"""Batches by API."""

from typing import Any
from unittest.mock import patch

import pytest

from bigledger_crm.kernel import ids
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.factories import make_customer, make_invoice
from invoicing.models import Batch, Invoice
from invoicing.services.batch_work import work_on_batch

pytestmark = pytest.mark.usefixtures("in_company", "no_broker")


@pytest.fixture
def invoices(actor: Actor) -> list[Invoice]:
    """Two drafts, and an invoice that is issued."""
    customer = make_customer(actor)
    return [make_invoice(actor, customer, draft=draft) for draft in (True, True, False)]


def test_by_the_filters_of_the_list(api: ApiClient, invoices: list[Invoice]) -> None:
    answer = api.post("/batches", {"action": "send_invoices", "filters": {"status": "draft"}})
    batch = Batch.objects.get()
    assert (answer.status, answer.headers["Location"]) == (201, f"/api/v1/batches/{batch.public_id}")
    counts = {"total": 2, "waiting": 2, "succeeded": 0, "failed": 0}
    assert counts.items() <= answer.data.items()
    assert answer.data["status"] == "running"
    assert answer.data["emails"] == {"waiting": 0, "sent": 0, "failed": 0}
    work_on_batch(batch.pk, 0)
    read = api.get(f"/batches/{batch.public_id}").data
    assert (read["status"], read["succeeded"], read["waiting"]) == ("completed", 2, 0)
    assert read["emails"] == {"waiting": 2, "sent": 0, "failed": 0}
    results = api.get(f"/batches/{batch.public_id}/results?status=done").data
    assert [row["invoiceId"] for row in results] == [invoice.public_id for invoice in invoices[:2]]
    emails = [api.get(f"/emails/{row['emailId']}").data["status"] for row in results]
    assert emails == ["queued"] * 2
    assert [row["id"] for row in api.get("/batches?status=completed").data] == [batch.public_id]
    assert api.get("/batches?status=running").data == []


def test_by_ids_and_what_fails(api: ApiClient, invoices: list[Invoice]) -> None:
    """The error is that of the request for the invoice alone."""
    named = [invoices[2].public_id, invoices[0].public_id]
    made = api.post("/batches", {"action": "issue_invoices", "invoiceIds": named}).data
    work_on_batch(Batch.objects.get().pk, 0)
    first, second = api.get(f"/batches/{made['id']}/results").data
    alone = api.post(f"/invoices/{invoices[2].public_id}/issue").error
    assert (first["status"], first["error"], first["emailId"]) == ("done", None, None)
    assert (second["status"], second["error"]) == ("failed", {"code": alone["code"], "message": alone["message"]})
    read = api.get(f"/batches/{made['id']}").data
    assert (read["succeeded"], read["failed"]) == (1, 1)


def test_cancel(api: ApiClient, invoices: list[Invoice]) -> None:
    made = api.post("/batches", {"action": "send_invoices", "filters": {}}).data
    cancelled = api.post(f"/batches/{made['id']}/cancel").data
    assert (cancelled["status"], cancelled["waiting"], cancelled["finishedAt"] is None) == ("cancelled", 3, False)
    again = api.post(f"/batches/{made['id']}/cancel")
    assert (again.status, again.error["code"]) == (422, "INVALID_STATUS_TRANSITION")


def test_while_no_email_is_left_in_the_hour(api: ApiClient, invoices: list[Invoice]) -> None:
    made = api.post("/batches", {"action": "send_invoices", "filters": {}}).data
    with patch("bigledger_crm.outbox.services.settings.BIGLEDGER_MAILS_PER_HOUR", 1):
        work_on_batch(Batch.objects.get().pk, 0)
    read = api.get(f"/batches/{made['id']}").data
    assert (read["status"], read["succeeded"], read["pausedBy"]) == ("running", 1, "MAIL_LIMIT_REACHED")
    assert read["pausedUntil"] > read["createdAt"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"action": "send_invoices"}, {"filters"}),
        ({"action": "send_invoices", "filters": {}, "invoiceIds": []}, {"filters"}),
        ({"action": "send_invoices", "invoiceIds": []}, {"invoiceIds"}),
        ({"filters": {}}, {"action"}),
        ({"action": "pay_invoices", "filters": {}}, {"action"}),
        (
            {"action": "send_invoices", "filters": {"state": "draft", "status": "lost"}},
            {"filters.state", "filters.status"},
        ),
        ({"action": "send_invoices", "filters": {"status": 1}}, {"filters.status"}),
        ({"action": "send_invoices", "filters": {"status": "paid"}}, {"filters"}),
        ({"action": "send_invoices", "invoiceIds": ["x"] * 1001}, {"invoiceIds"}),
    ],
)
def test_what_is_rejected(api: ApiClient, invoices: list[Invoice], body: object, fields: set[str]) -> None:
    answer = api.post("/batches", body)
    assert (answer.status, answer.error["code"]) == (400, "INVALID_BATCH_DATA")
    assert set(answer.field_errors) == fields
    assert not Batch.objects.exists()


def test_invoices_that_are_not_there(api: ApiClient, invoices: list[Invoice]) -> None:
    for unknown in ("nonsense", ids.encode("inv", ids.new_id())):
        answer = api.post("/batches", {"action": "send_invoices", "invoiceIds": [invoices[0].public_id, unknown]})
        assert (answer.status, answer.error["code"]) == (404, "INVOICE_NOT_FOUND")
    answer = api.post(
        "/batches", {"action": "send_invoices", "filters": {"customerId": ids.encode("cust", ids.new_id())}}
    )
    assert (answer.status, answer.error["code"]) == (404, "CUSTOMER_NOT_FOUND")


def test_keys_need_the_scope_of_invoices(company: Company, invoices: list[Invoice]) -> None:
    body = {"action": "send_invoices", "filters": {}}
    assert api_client(company, scopes=["invoices:read"]).post("/batches", body).status == 403
    assert api_client(company, scopes=["invoices:read"]).get("/batches").status == 200
    assert api_client(company, scopes=["quotes:write"]).get("/batches").status == 403
    assert api_client(company, scopes=["invoices:write"]).post("/batches", body).status == 201


def test_the_worker_is_asked_after_the_commit(
    api: ApiClient, invoices: list[Invoice], django_capture_on_commit_callbacks: Any
) -> None:
    with (
        patch.object(worker_notifications, "notify_worker") as notify,
        django_capture_on_commit_callbacks(execute=True),
    ):
        api.post("/batches", {"action": "send_invoices", "filters": {}})
        notify.assert_not_called()
    assert notify.call_args.args == (Batch.objects.get().pk, "invoicing.tasks.work_on_batch")
