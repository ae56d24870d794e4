"""Webhooks over the API."""

import json
from typing import Any

import pytest
from django.test import override_settings
from standardwebhooks import Webhook

from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import WebhookDelivery
from bigledger_crm.outbox.webhooks.delivery import deliver
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient
from bigledger_crm.testing.webhook_receiver import receiver

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
    assert list(refused.field_errors) == ["colour", "url", "events"]
    path = f"/webhooks/{_made(api)['id']}/replay"
    for body, fields in (
        ({}, ["createdAfter"]),
        ({"createdAfter": "yesterday", "status": "queued"}, ["createdAfter", "status"]),
        ({"createdAfter": NOW, "createdBefore": "2023-01-01T00:00:00Z"}, ["createdBefore"]),
    ):
        assert list(api.post(path, body).field_errors) == fields


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


URLS = {
    "customer": "/customers/",
    "item": "/items/",
    "tax_code": "/tax-codes/",
    "quote": "/quotes/",
    "sales_order": "/sales-orders/",
    "invoice": "/invoices/",
    "credit_note": "/credit-notes/",
    "payment": "/payments/",
}


def test_a_whole_sale_is_told_by_objects_that_the_api_serves(api: ApiClient, company: Company) -> None:
    _made(api, events=["*"])
    to = {"to": ["somebody@example.com"]}
    tax = api.post("/tax-codes", {"code": "NEW", "rate": 6}).data
    item = api.post("/items", {"itemCode": "A", "name": "A", "unitPrice": "10.00", "taxCode": tax["code"]}).data["id"]
    customer = api.post("/customers", {"name": "Acme", "email": "a@acme.example"}).data["id"]
    contact = api.post(f"/customers/{customer}/contacts", {"name": "Ali"}).data["id"]
    quote = api.post("/quotes", {"customerId": customer, "items": [{"itemId": item, "quantity": 4}]}).data["id"]
    api.patch(f"/quotes/{quote}", {"title": "Fourfold"})
    api.post(f"/quotes/{quote}/send", to)
    quote = api.post(f"/quotes/{quote}/revise").data["id"]
    api.post(f"/quotes/{quote}/accept")
    order = api.post(f"/quotes/{quote}/convert-to-order").data["id"]
    shipment = api.post(f"/sales-orders/{order}/shipments").data["id"]
    invoice = api.post(f"/sales-orders/{order}/convert-to-invoice").data["id"]
    api.post(f"/invoices/{invoice}/send", to)
    payment = api.post(f"/invoices/{invoice}/payments", {"amount": "1.00"}).data["id"]
    api.post(f"/payments/{payment}/void")
    api.post("/credit-notes", {"invoiceId": invoice})
    with company_scope(company):
        told = list(WebhookDelivery.objects.select_related("event").order_by("created_at", "id"))
        bodies = [json.loads(payload(delivery.event, company)) for delivery in told]
    for body in bodies:
        name, public_id = body["data"]["object"], body["data"]["id"]
        if name in URLS:
            assert api.get(URLS[name] + public_id).status == 200, body
    assert {body["data"]["id"] for body in bodies if body["data"]["object"] == "contact"} == {contact}
    assert {body["data"]["id"] for body in bodies if body["data"]["object"] == "shipment"} == {shipment}
    assert {body["type"] for body in bodies} == {
        "invoice.paid",
        "tax_code.created",
        "item.created",
        "customer.created",
        "contact.created",
        "quote.created",
        "quote.updated",
        "quote.sent",
        "quote.revised",
        "quote.cancelled",
        "quote.accepted",
        "quote.converted",
        "sales_order.created",
        "sales_order.confirmed",
        "sales_order.shipped",
        "shipment.created",
        "invoice.created",
        "invoice.issued",
        "invoice.sent",
        "payment.recorded",
        "payment.voided",
        "credit_note.created",
        "email.withdrawn",
    }
