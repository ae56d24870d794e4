"""The Python client verifies webhooks as the specification's own library does, and as the product signs them."""

import datetime as dt
import json

import pytest
from bigledger import SignatureError, SyncBigLedgerClient, verify_webhook
from standardwebhooks import Webhook

from bigledger_crm.testing.product import wait_for
from bigledger_crm.testing.webhook_receiver import receiver
from bigledger_crm.tests.clients.support.credentials import Credentials

SECRET, OTHER = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_" + "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOW = dt.datetime(2024, 1, 15, 1, 0, tzinfo=dt.UTC)
BODY = json.dumps(
    {
        "type": "invoice.sent",
        "timestamp": "2024-01-15T01:00:00.000Z",
        "companyId": "comp_1",
        "data": {"id": "inv_1", "object": "invoice", "actorId": "user_1"},
    }
)


def signed(body: str, secret: str = SECRET, at: dt.datetime = NOW) -> dict[str, str]:
    """The headers of a request."""
    return {
        "Webhook-Id": "evt_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": f"v1a,other {Webhook(secret).sign('evt_1', at, body)}",
    }


def test_a_signed_event() -> None:
    for secrets in (SECRET, [OTHER, SECRET]):
        event = verify_webhook(BODY.encode(), signed(BODY), secrets, now=NOW.timestamp() + 299)
        assert (event.id, event.type, event.timestamp, event.data.id) == ("evt_1", "invoice.sent", NOW, "inv_1")


@pytest.mark.parametrize(
    ("headers", "secrets", "late"),
    [
        (signed(BODY), OTHER, 0),
        (signed(BODY + " "), SECRET, 0),
        (signed(BODY), SECRET, 301),
        (signed(BODY), SECRET, -301),
        ({}, SECRET, 0),
        ({**signed(BODY), "webhook-timestamp": "soon"}, SECRET, 0),
        ({**signed(BODY), "webhook-signature": "v1,AAAA"}, SECRET, 0),
        (signed(BODY), [], 0),
    ],
)
def test_what_is_not_signed(headers: dict[str, str], secrets: str | list[str], late: int) -> None:
    with pytest.raises(SignatureError):
        verify_webhook(BODY, headers, secrets, now=NOW.timestamp() + late)


@pytest.mark.processes
@pytest.mark.timeout(1200)
def test_what_the_product_sends(credentials: Credentials) -> None:
    client = SyncBigLedgerClient(credentials.api_key, credentials.company_id, base_url=credentials.url)
    with receiver() as received, client:
        webhook = client.webhooks.create(url=received.url, events=["customer.created"])
        customer = client.customers.create(name="Acme", email="billing@acme.example")
        wait_for(lambda: received.received, 60)
        headers, body = received.received[0]
        event = verify_webhook(body, headers, webhook.secret)
        assert (event.type, event.data.id, event.company_id) == (
            "customer.created",
            customer.id,
            credentials.company_id,
        )
        client.webhooks.delete(webhook.id)
