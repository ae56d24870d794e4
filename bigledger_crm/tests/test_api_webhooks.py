"""Webhooks over the API."""

from typing import Any

import pytest
from django.test import override_settings
from standardwebhooks import Webhook

from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.tests.receivers import receiver
from bigledger_crm.outbox.webhooks.delivery import deliver
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.usefixtures("time_in_2024")
NOW = "2024-01-15T01:00:00Z"


def _made(api: ApiClient, **changes: Any) -> dict[str, Any]:
    answer = api.post("/webhooks", {"url": "https://hooks.example.com/crm", "events": ["customer.*"], **changes})
    assert answer.status == 201
    return dict(answer.data)


def test_a_webhook_from_its_making_to_its_end(api: ApiClient) -> None:
    made = _made(api, description="The warehouse")
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert made == {
        "id": made["id"],
        "url": "https://hooks.example.com/crm",
        "description": "The warehouse",
        "events": ["customer.*"],
        "isActive": True,
        "failingSince": None,
        "disabledAt": None,
        "disabledReason": None,
        "createdBy": made["createdBy"],
        "createdAt": NOW,
        "updatedAt": NOW,
    }
    path = f"/webhooks/{made['id']}"
    assert api.get(path).data == made
    assert api.get("/webhooks?isActive=true").data == [made]
    changed = api.put(path, {**made, "isActive": False, "events": ["*"]}).data
    assert changed == {**made, "isActive": False, "events": ["*"], "disabledAt": NOW}
    assert api.get("/webhooks?isActive=true").data == []
    rotated = api.post(f"{path}/rotate-secret").data
    assert rotated.pop("secret") != secret
    assert rotated == changed
    assert api.delete(path).data == {"id": made["id"], "deleted": True}
    assert api.get(path).error["code"] == "WEBHOOK_NOT_FOUND"


def test_what_was_told_and_telling_it_again(api: ApiClient, company: Company) -> None:
    with receiver() as there, override_settings(WEBHOOK_ALLOW_PRIVATE=True):
        made = _made(api, url=there.url)
        customer = api.post("/customers", {"name": "Acme", "email": "a@acme.example"}).data
        there.status = 503
        assert deliver(WebhookDelivery.unscoped.get().pk)
        path = f"/webhooks/{made['id']}/deliveries"
        (row,) = api.get(path).data
        assert row == {
            "id": row["id"],
            "eventId": row["eventId"],
            "event": "customer.created",
            "status": "retrying",
            "attempts": 1,
            "nextAttemptAt": row["nextAttemptAt"],
            "deliveredAt": None,
            "createdAt": NOW,
        }
        whole = api.get(f"{path}/{row['id']}").data
        (attempt,) = whole.pop("tries")
        assert whole == {
            **row,
            "request": {
                "type": "customer.created",
                "timestamp": whole["request"]["timestamp"],
                "companyId": company.public_id,
                "data": {"id": customer["id"], "object": "customer", "actorId": made["createdBy"]},
            },
        }
        assert (attempt["responseStatus"], attempt["responseBody"], attempt["error"]) == (503, "thanks", None)
        assert api.post(f"{path}/{row['id']}/replay").data["status"] == "retrying"
        assert api.post(f"/webhooks/{made['id']}/replay", {"createdAfter": NOW}).data == {"replayed": 0}
        WebhookDelivery.unscoped.update(status="failed", next_attempt_at=None)
        assert api.get(f"{path}?status=failed&event=customer.created").data[0]["id"] == row["id"]
        replay = {"createdAfter": NOW, "createdBefore": "2024-01-16T00:00:00+08:00", "status": "failed"}
        assert api.post(f"/webhooks/{made['id']}/replay", replay).data == {"replayed": 1}
        there.status = 200
        assert deliver(WebhookDelivery.unscoped.get().pk)
        headers, body = there.received[-1]
        Webhook(made["secret"]).verify(body, headers)
        assert api.get(f"{path}/{row['id']}").data["status"] == "delivered"


def test_bad_input_is_named(api: ApiClient) -> None:
    refused = api.post("/webhooks", {"url": "https://10.0.0.1/", "events": ["quote.eaten"], "colour": "red"})
    assert (refused.status, refused.error["code"]) == (400, "INVALID_WEBHOOK_DATA")
    assert [detail["field"] for detail in refused.error["details"]] == ["colour", "url", "events"]
    path = f"/webhooks/{_made(api)['id']}/replay"
    for body, fields in (
        ({}, ["createdAfter"]),
        ({"createdAfter": "yesterday", "status": "queued"}, ["createdAfter", "status"]),
        ({"createdAfter": NOW, "createdBefore": "2023-01-01T00:00:00Z"}, ["createdBefore"]),
    ):
        assert [detail["field"] for detail in api.post(path, body).error["details"]] == fields


def test_a_webhook_that_is_off_replays_nothing(api: ApiClient) -> None:
    made = _made(api, isActive=False)
    refused = api.post(f"/webhooks/{made['id']}/replay", {"createdAfter": NOW})
    assert (refused.status, refused.error["code"]) == (409, "WEBHOOK_DISABLED")


def test_a_company_hears_of_itself_only(api: ApiClient, stranger_api: ApiClient) -> None:
    theirs = _made(stranger_api)
    api.post("/customers", {"name": "Acme", "email": "a@acme.example"})
    assert stranger_api.get(f"/webhooks/{theirs['id']}/deliveries").data == []
    assert api.get(f"/webhooks/{theirs['id']}").status == 404


def test_twenty_are_enough(api: ApiClient) -> None:
    for _ in range(20):
        _made(api)
    refused = api.post("/webhooks", {"url": "https://hooks.example.com/", "events": ["*"]})
    assert (refused.status, refused.error["code"]) == (409, "WEBHOOK_LIMIT_REACHED")
