"""The pages about webhooks: a secret is shown once, answers are shown, events are sent again."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.services import create_endpoint
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.html import flat

LIST = "/settings/webhooks"
SECRET = re.compile(r"whsec_[\w+/=]+")


@pytest.fixture
def told(actor: Actor) -> WebhookDelivery:
    """An event that was given up after one answer."""
    with company_scope(actor.company):
        create_endpoint(actor, EndpointInput(url="https://hooks.customer.test/in", events=["customer.created"]))
        make_customer(actor)
        WebhookDelivery.objects.update(status="failed", next_attempt_at=None, attempts=1)
        delivery = WebhookDelivery.objects.select_related("endpoint").get()
        WebhookAttempt.objects.create(
            company=actor.company,
            delivery=delivery,
            number=1,
            finished_at=clock.now(),
            duration_ms=1234,
            response_status=500,
            response_body="<b>broken</b>",
        )
        return delivery


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return flat(answer)


def test_a_secret_is_shown_once(client: Client, alice: User) -> None:
    client.force_login(alice)
    form = {"url": "https://hooks.customer.test/in", "events": ["invoice.*", "quote.accepted"]}
    shown = client.post(f"{LIST}/new", form)
    (first,) = SECRET.findall(flat(shown))
    assert shown.headers["Cache-Control"] == "no-store"
    made = f"{LIST}/{WebhookEndpoint.unscoped.get().public_id}"
    assert f'href="{made}"' in flat(shown)
    assert not SECRET.search(page(client, made))
    (second,) = SECRET.findall(flat(client.post(f"{made}/rotate")))
    assert second != first
    assert not SECRET.search(page(client, made))
    assert not SECRET.search(str(client.session.items()) + str(client.cookies))
    stored = WebhookEndpoint.unscoped.get()
    assert (stored.secret, stored.previous_secret, stored.events) == (second, first, ["invoice.*", "quote.accepted"])


def test_what_is_refused_stands_at_its_field(client: Client, alice: User) -> None:
    client.force_login(alice)
    answer = client.post(f"{LIST}/new", {"url": "http://127.0.0.1/", "description": "Kept"})
    text = flat(answer)
    assert answer.status_code == 400
    assert "The URL must begin with https://" in text
    assert "Name at least one event" in text
    assert 'value="Kept"' in text


def test_it_can_be_changed_switched_and_deleted(client: Client, alice: User, told: WebhookDelivery) -> None:
    client.force_login(alice)
    url = f"{LIST}/{told.endpoint.public_id}"
    assert re.search(r'value="customer.created" checked', page(client, f"{url}/edit"))
    client.post(f"{url}/edit", {"url": told.endpoint.url, "events": ["*"], "description": "All"})
    client.post(f"{url}/switch", {"wanted": ""})
    assert "Disabled" in page(client, LIST)
    client.post(f"{url}/switch", {"wanted": "yes"})
    stored = WebhookEndpoint.unscoped.get()
    assert (stored.events, stored.description, stored.disabled_at) == (["*"], "All", None)
    client.post(f"{url}/delete")
    assert not WebhookEndpoint.unscoped.exists()


def test_answers_are_shown_and_events_told_again(client: Client, alice: User, told: WebhookDelivery) -> None:
    client.force_login(alice)
    url = f"{LIST}/{told.endpoint.public_id}"
    assert "Failed" in page(client, f"{url}?show=failed")
    delivery = f"{url}/deliveries/{told.public_id}"
    text = page(client, delivery)
    for shown in ("customer.created", "1,234 ms", "500", "&lt;b&gt;broken", "&quot;companyId&quot;"):
        assert shown in text
    assert client.post(f"{delivery}/replay").headers["Location"] == delivery
    assert WebhookDelivery.unscoped.get().status == "queued"

    WebhookDelivery.unscoped.update(status="failed", next_attempt_at=None)
    today = clock.now().date()
    days = {"first": today - timedelta(days=2), "last": today + timedelta(days=1)}
    client.post(f"{url}/replay", {**days, "status": "delivered"})
    assert WebhookDelivery.unscoped.get().status == "failed"
    client.post(f"{url}/replay", {**days, "status": "failed"})
    assert WebhookDelivery.unscoped.get().status == "queued"
