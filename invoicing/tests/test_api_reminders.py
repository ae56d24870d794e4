"""Reminders over the API: the schedule, what is upcoming, and one invoice's switch."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from invoicing.services import send_due_reminders

pytestmark = pytest.mark.usefixtures("time_in_2024")
LINE = {"description": "Work", "quantity": 1, "unitPrice": 100}
NEW = {"document": "invoice", "days": 1, "subject": "{number} was due", "message": "Dear {customer}"}


def owed(api: ApiClient, **fields: Any) -> dict[str, Any]:
    """An issued invoice of 15 January that is due on the 20th."""
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).data["id"]
    body = {"customerId": customer, "items": [LINE], "dueDate": "2024-01-20", "sendReminders": True, **fields}
    made: dict[str, Any] = api.post("/invoices", body).data
    assert api.post(f"/invoices/{made['id']}/issue").status == 200
    return made


def test_a_company_begins_with_the_usual_steps(api: ApiClient) -> None:
    steps = api.get("/reminders/steps").data["steps"]
    assert [(step["document"], step["days"]) for step in steps] == [
        ("invoice", -3),
        ("invoice", 0),
        ("invoice", 7),
        ("invoice", 14),
        ("quote", -3),
    ]
    assert api.get(f"/reminders/steps/{steps[0]['id']}").data == steps[0]


def test_steps_are_made_changed_and_removed(api: ApiClient) -> None:
    made = api.post("/reminders/steps", NEW)
    assert made.status == 201
    step = made.data
    assert made.headers["Location"] == f"/api/v1/reminders/steps/{step['id']}"
    assert step == {
        **NEW,
        "translations": {},
        "id": step["id"],
        "since": "2024-01-15",
        "createdAt": "2024-01-15T01:00:00Z",
        "updatedAt": "2024-01-15T01:00:00Z",
    }
    path = f"/reminders/steps/{step['id']}"
    assert api.put(path, {**step, "message": "{amount_due}"}).data == {**step, "message": "{amount_due}"}
    malay = {"ms": {"subject": "Invois {number}", "message": "Sila bayar."}}
    assert api.patch(path, {"translations": malay}).data["translations"] == malay
    wrong = api.patch(path, {"translations": {"ms": {"subject": "{x}", "message": "y"}}})
    assert list(wrong.field_errors) == ["translations.ms.subject"]
    assert api.patch(path, {"days": 2}).data["days"] == 2
    assert api.delete(path).data == {"id": step["id"], "deleted": True}
    assert [api.get(path).status, api.put(path, {"days": 3}).status, api.delete(path).status] == [404, 404, 404]
    assert len(api.get("/reminders/steps").data["steps"]) == 5


def test_what_is_refused_of_a_step(api: ApiClient) -> None:
    def refused(body: dict[str, Any]) -> dict[str, str]:
        answer = api.post("/reminders/steps", body)
        assert (answer.status, answer.error["code"]) == (400, "INVALID_STEP_DATA")
        return answer.field_errors

    assert refused({}).keys() == {"document", "days", "subject", "message"}
    assert refused({**NEW, "subject": "{customer.__class__}"}) == {
        "subject": "Unknown placeholder {customer.__class__}; choose from: {number}, {customer}, {company}, "
        "{amount_due}, {total}, {due_date}, {days_overdue}, {days_left}, {payment_reference}"
    }
    assert refused({**NEW, "document": "quote"}) == {"days": "Must be from -365 to 0"}
    assert refused({**NEW, "document": "receipt"}) == {"document": "Must be one of: invoice, quote"}
    assert refused({**NEW, "days": 1.5, "extra": 1}).keys() == {"days", "extra"}
    assert api.post("/reminders/steps", {**NEW, "days": 7}).error["code"] == "REMINDER_STEP_TAKEN"
    quote = api.get("/reminders/steps").data["steps"][-1]
    answer = api.patch(f"/reminders/steps/{quote['id']}", {"subject": "{due_date}", "days": 1})
    assert answer.field_errors.keys() == {"subject", "days"}


def test_what_is_upcoming(api: ApiClient) -> None:
    steps = api.get("/reminders/steps").data["steps"]
    invoice = owed(api)
    answer = api.get("/reminders/upcoming").data
    first = {
        "day": "2024-01-17",
        "document": "invoice",
        "documentId": invoice["id"],
        "documentNumber": "INV-2024-0001",
        "customerId": invoice["customerId"],
        "customerName": "Acme",
        "to": "billing@acme.com",
        "amount": Decimal("100.00"),
        "currency": "MYR",
        "stepId": steps[0]["id"],
        "days": -3,
    }
    others = [("2024-01-20", 1), ("2024-01-27", 2)]
    rest = [{**first, "day": day, "stepId": steps[n]["id"], "days": steps[n]["days"]} for day, n in others]
    assert answer == {"until": "2024-01-29", "total": 3, "reminders": [first, *rest]}
    assert api.get("/reminders/upcoming?days=1").data == {"until": "2024-01-16", "total": 0, "reminders": []}
    for days in ("0", "91", "x", "1.5", "", "-1", "٣"):
        refused = api.get(f"/reminders/upcoming?days={days}")
        assert (refused.status, refused.error["details"][0]["field"]) == (400, "days"), days


def test_an_issued_invoice_is_switched(api: ApiClient, company: Company) -> None:
    invoice = owed(api)
    path = f"/invoices/{invoice['id']}"
    assert api.put(f"{path}/reminders", {"sendReminders": False}).data["sendReminders"] is False
    assert api.get("/reminders/upcoming").data["total"] == 0
    assert send_due_reminders() == 0
    assert api.put(f"{path}/reminders", {"sendReminders": True}).data == api.get(path).data
    assert api.get("/reminders/upcoming").data["total"] == 3
    assert api.put(f"{path}/reminders", {}).status == 400
    api.post(f"{path}/cancel")
    assert api.put(f"{path}/reminders", {"sendReminders": False}).error["code"] == "INVOICE_NOT_EDITABLE"
    with company_scope(company):
        assert not OutboxEmail.objects.exists()


def test_upcoming_asks_as_often_for_thirty_as_for_one(api: ApiClient) -> None:
    owed(api)
    api.get("/reminders/upcoming")
    counts = []
    for more in (0, 29):
        for _ in range(more):
            owed(api)
        with CaptureQueriesContext(connection) as queries:
            assert api.get("/reminders/upcoming").data["total"] == 3 * (more + 1)
        counts.append(len(queries))
    assert counts[0] == counts[1]
