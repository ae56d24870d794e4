"""Events are told once the change is committed, signed, again and again until the receiver has them."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.test import override_settings
from standardwebhooks import Webhook, WebhookVerificationError

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.clock import travelling
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.outbox import sweeper
from bigledger_crm.outbox.events import events, record
from bigledger_crm.outbox.models import OutboxEmail, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks import services
from bigledger_crm.outbox.webhooks.delivery import GAPS, LEASE, MAX_ATTEMPTS, deliver, next_try
from bigledger_crm.outbox.webhooks.failure_emails import tell_owners
from bigledger_crm.outbox.webhooks.http import Answer
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.testing.webhook_receiver import Receiver, receiver

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture
def there() -> Iterator[Receiver]:
    """A receiver that webhooks may go to."""
    with receiver() as state, override_settings(WEBHOOK_ALLOW_PRIVATE=True):
        yield state


def endpoint(actor: Actor, there: Receiver, *events: str) -> WebhookEndpoint:
    return services.create_endpoint(actor, EndpointInput(url=there.url, events=list(events or ("*",))))


def only() -> WebhookDelivery:
    return WebhookDelivery.objects.select_related("endpoint", "event").get()


def tell(delivery: WebhookDelivery) -> WebhookDelivery:
    """One try, as soon as it is due."""
    wait = (delivery.next_attempt_at or clock.now()) - clock.now()
    with travelling(clock.now() + max(wait, timedelta())):
        assert deliver(delivery.pk)
    return only()


def test_an_event_is_told_signed_and_noted(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there, "customer.created")
    customer = make_customer(actor)
    delivery = tell(only())
    ((headers, body),) = there.received
    assert json.loads(body) == {
        "type": "customer.created",
        "timestamp": delivery.event.occurred_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "companyId": actor.company.public_id,
        "data": {"id": customer.public_id, "object": "customer", "actorId": actor.id},
    }
    assert Webhook(hook.secret).verify(body, headers) == json.loads(body)
    assert headers["webhook-id"] == delivery.event.public_id
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(hook.secret).verify(body + b" ", headers)
    attempt = delivery.tries.get()
    assert (delivery.status, delivery.attempts, attempt.response_status, attempt.response_body) == (
        "delivered",
        1,
        200,
        "thanks",
    )
    assert not deliver(delivery.pk)


def test_nothing_is_told_while_nothing_may_leave(actor: Actor, there: Receiver) -> None:
    endpoint(actor, there, "customer.created")
    make_customer(actor)
    with override_settings(OUTGOING=False):
        assert not deliver(only().pk)
    assert (only().status, only().attempts, there.received) == ("queued", 0, [])
    assert tell(only()).status == "delivered"


def test_only_who_asked_is_told(actor: Actor, there: Receiver) -> None:
    for wanted in (("customer.*",), ("quote.*", "item.created"), ("customer.deleted", "*"), ("customer.updated",)):
        endpoint(actor, there, *wanted)
    switched_off = endpoint(actor, there)
    services.update_endpoint(actor, switched_off, EndpointInput(is_active=False))
    make_customer(actor)
    told = WebhookDelivery.objects.values_list("endpoint__events", flat=True)
    assert sorted(told) == [["customer.*"], ["customer.deleted", "*"]]


def test_a_change_that_is_rolled_back_tells_nobody(actor: Actor, there: Receiver) -> None:
    endpoint(actor, there)
    with transaction.atomic():
        make_customer(actor)
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_what_is_not_2xx_is_tried_again(actor: Actor, there: Receiver, status: int) -> None:
    endpoint(actor, there)
    make_customer(actor)
    there.status, there.headers = status, {"Location": there.url}
    delivery = tell(only())
    assert (delivery.status, len(there.received)) == ("retrying", 1)
    there.status = 204
    assert tell(delivery).status == "delivered"
    first, second = (headers["webhook-id"] for headers, _ in there.received)
    assert first == second


def test_nobody_answers(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    WebhookEndpoint.objects.filter(pk=hook.pk).update(url="http://127.0.0.1:9/")
    make_customer(actor)
    delivery = tell(only())
    assert (delivery.status, delivery.tries.get().response_status) == ("retrying", None)
    assert "NewConnectionError" in delivery.tries.get().error


def test_ten_attempts_over_three_days_then_it_is_switched_off_and_the_owner_told(
    actor: Actor, alice: User, there: Receiver
) -> None:
    hook = endpoint(actor, there)
    make_customer(actor)
    there.status = 500
    began = clock.now()
    delivery = only()
    for _ in range(MAX_ATTEMPTS):
        with travelling(max(clock.now(), delivery.next_attempt_at or clock.now())):
            deliver(delivery.pk)
            ended = clock.now()
        delivery = only()
    assert (delivery.status, delivery.attempts, delivery.next_attempt_at) == ("failed", 10, None)
    assert timedelta(days=3) < ended - began < timedelta(days=4)
    hook.refresh_from_db()
    assert hook.disabled_at is not None
    assert timedelta() <= ended - hook.disabled_at < timedelta(minutes=1)
    assert hook.disabled_reason == "Every delivery has failed for 3 days"
    assert tell_owners() == 1
    assert tell_owners() == 0
    email = OutboxEmail.objects.get()
    assert (email.kind, email.to) == ("webhook.disabled", [alice.email])
    assert hook.url in email.body
    assert services.update_endpoint(actor, hook, EndpointInput(is_active=True)).disabled_reason == ""


def test_gone_switches_it_off_at_once(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    make_customer(actor)
    there.status = 410
    assert tell(only()).status == "failed"
    hook.refresh_from_db()
    assert hook.disabled_reason == "The endpoint answered 410 Gone"
    make_customer(actor)
    assert WebhookDelivery.objects.count() == 1


def test_a_success_ends_the_count_of_days(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    make_customer(actor)
    there.status = 500
    delivery = tell(only())
    hook.refresh_from_db()
    assert hook.failing_since is not None
    there.status = 200
    tell(delivery)
    hook.refresh_from_db()
    assert hook.failing_since is None


def test_retry_after_is_honoured_within_reason() -> None:
    now = clock.now()

    def pause(wish: str, attempts: int = 1) -> timedelta:
        moment = next_try(attempts, Answer(1, 503, retry_after=wish), now)
        assert moment is not None
        return moment - now

    assert pause("120") == timedelta(seconds=120)
    assert pause("999999999") == timedelta(days=1)
    assert pause((now + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")) > timedelta(minutes=59)
    endless = f"Mon, 01 Jan 2024 00:00:00 -{'9' * 18}"
    for nonsense in ("", "soon", "-5", "1e9", "٣", endless):
        assert GAPS[0] <= pause(nonsense) <= GAPS[0] * 1.1
    assert GAPS[5] <= pause("1", attempts=6) <= GAPS[5] * 1.1
    assert next_try(MAX_ATTEMPTS, Answer(1, 500), now) is None


def test_two_secrets_sign_while_a_rotation_lasts(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    old = hook.secret
    new = services.rotate_secret(actor, hook).secret
    make_customer(actor)
    with travelling(clock.now()):
        deliver(only().pk)
    ((headers, body),) = there.received
    for secret in (old, new):
        Webhook(secret).verify(body, headers)
    with travelling(clock.now() + timedelta(hours=25)):
        make_customer(actor)
        deliver(WebhookDelivery.objects.latest("created_at").pk)
    headers, body = there.received[1]
    assert len(headers["webhook-signature"].split()) == 1


def test_a_worker_that_died_loses_its_lease(actor: Actor, there: Receiver) -> None:
    endpoint(actor, there)
    make_customer(actor)
    now = clock.now()
    WebhookDelivery.objects.update(claimed_at=now, attempts=1, round_attempts=1)
    assert not deliver(only().pk)
    assert sweeper.due_webhooks() == []
    with travelling(now + LEASE):
        assert sweeper.due_webhooks() == [only().pk]
        assert deliver(only().pk)
    assert only().status == "delivered"


def test_a_delivery_that_kills_its_workers_is_given_up(actor: Actor, there: Receiver) -> None:
    endpoint(actor, there)
    make_customer(actor)
    WebhookDelivery.objects.update(attempts=MAX_ATTEMPTS, round_attempts=MAX_ATTEMPTS)
    assert not deliver(only().pk)
    assert (only().status, there.received) == ("failed", [])


def test_a_worker_that_runs_out_of_time_says_so(actor: Actor, there: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> Answer:
        raise SoftTimeLimitExceeded

    endpoint(actor, there)
    make_customer(actor)
    monkeypatch.setattr("bigledger_crm.outbox.webhooks.delivery.post", interrupted)
    delivery = tell(only())
    attempt = delivery.tries.get()
    assert (delivery.status, delivery.claimed_at, attempt.error) == ("retrying", None, "The worker ran out of time")
    assert attempt.finished_at is not None


def test_replay(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    make_customer(actor)
    tell(only())
    everything = WebhookDelivery.objects.all()
    assert services.replay(actor, everything, hook) == 1
    assert services.replay(actor, everything, hook) == 0
    assert tell(only()).attempts == 2
    first, second = there.received
    assert (first[1], first[0]["webhook-id"]) == (second[1], second[0]["webhook-id"])
    services.update_endpoint(actor, hook, EndpointInput(is_active=False))
    hook.refresh_from_db()
    with pytest.raises(services.WebhookDisabled):
        services.replay(actor, everything, hook)


def test_what_an_endpoint_may_not_be(actor: Actor) -> None:
    for bad in (
        EndpointInput(url="http://127.0.0.1/", events=["nothing.happened"]),
        EndpointInput(url="", events=[]),
    ):
        with pytest.raises(InvalidData) as refusal:
            services.create_endpoint(actor, bad)
        assert [error.path for error in refusal.value.errors] == [("url",), ("events",)]


def test_a_long_or_broken_answer_is_cut(actor: Actor, there: Receiver) -> None:
    endpoint(actor, there)
    make_customer(actor)
    there.body = b"\0\xff" + b"x" * 1_000_000
    delivery = tell(only())
    assert delivery.status == "delivered"
    assert delivery.tries.get().response_body == "\ufffd\ufffd" + "x" * 4094


def test_deleting_takes_the_record_with_it(actor: Actor, there: Receiver) -> None:
    hook = endpoint(actor, there)
    make_customer(actor)
    tell(only())
    services.delete_endpoint(actor, hook)
    assert not WebhookDelivery.unscoped.exists()


def test_every_event_names_an_object_of_the_api(actor: Actor) -> None:
    assert len(set(events())) == len(events())
    assert record(actor, "webhook.tested", actor.company.pk).event == "webhook.tested"
