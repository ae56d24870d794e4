"""Keeping endpoints, and telling again."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import transaction
from msgspec import UNSET

from bigledger_crm.audit import services as audit
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.changes import apply_changes
from bigledger_crm.kernel.errors import Conflict, FieldError, InvalidData, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.events import subscriptions
from bigledger_crm.outbox.models import DeliveryStatus, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.webhooks import signing
from bigledger_crm.outbox.webhooks.inputs import EndpointInput
from bigledger_crm.outbox.webhooks.url_safety import TargetRefused, read_target
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import lock_company
from bigledger_crm.tenancy.rehearsal import is_rehearsing, note

if TYPE_CHECKING:
    from django.db.models import QuerySet

MAX_ENDPOINTS = 20
MAX_REPLAYS = 1000
ROTATION = timedelta(hours=24)


class WebhookLimitReached(Conflict):
    """The company has as many endpoints as it may have."""

    code = "WEBHOOK_LIMIT_REACHED"


class WebhookDisabled(Conflict):
    """Nothing is told to an endpoint that is switched off."""

    code = "WEBHOOK_DISABLED"


def check_endpoint(inputs: EndpointInput, *, creating: bool) -> list[FieldError]:
    """The errors of the input of an endpoint."""
    errors: list[FieldError] = []
    if creating or inputs.url is not UNSET:
        try:
            read_target(given_or(inputs.url, ""))
        except TargetRefused as error:
            errors += field_error("url", str(error))
    if creating or inputs.events is not UNSET:
        events = given_or(inputs.events, ())
        unknown = [event for event in events if event not in subscriptions()]
        if not events:
            errors += field_error("events", "Name at least one event, or * for all")
        elif unknown:
            message = f"Unknown event '{unknown[0][:60]}'; choose from: {', '.join(subscriptions())}"
            errors += field_error("events", message)
    return errors


@transaction.atomic
def create_endpoint(actor: Actor, inputs: EndpointInput) -> WebhookEndpoint:
    """A new endpoint; its `secret` is shown now and never again.

    Raises InvalidData, or WebhookLimitReached.
    """
    _refuse(check_endpoint(inputs, creating=True))
    lock_company(actor.company)  # two that come at once are counted one after the other
    if WebhookEndpoint.objects.count() >= MAX_ENDPOINTS:
        raise WebhookLimitReached(f"A company can have {MAX_ENDPOINTS} webhooks")
    endpoint = WebhookEndpoint.objects.create(
        company=actor.company,
        url=given_or(inputs.url, ""),
        description=clean_line(given_or(inputs.description, "")),
        events=_each_once(given_or(inputs.events, ())),
        secret=signing.new_secret(),
        disabled_at=None if given_or(inputs.is_active, True) else clock.now(),
        created_by=actor.id,
    )
    audit.record(actor, "webhook.created", endpoint.pk, note=endpoint.url)
    return endpoint


@transaction.atomic
def update_endpoint(actor: Actor, endpoint: WebhookEndpoint, inputs: EndpointInput) -> WebhookEndpoint:
    """Changes what is given; switching it on forgets its failures.  Raises InvalidData."""
    _refuse(check_endpoint(inputs, creating=False))
    stored = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    wanted: dict[str, Any] = {}
    if inputs.url is not UNSET:
        wanted["url"] = inputs.url
    if inputs.description is not UNSET:
        wanted["description"] = clean_line(inputs.description)
    if inputs.events is not UNSET:
        wanted["events"] = _each_once(inputs.events)
    active = given_or(inputs.is_active, stored.disabled_at is None)
    if active and stored.disabled_at is not None:
        wanted |= dict.fromkeys(("disabled_at", "failing_since", "owner_told_at")) | {"disabled_reason": ""}
    elif not active and stored.disabled_at is None:
        wanted["disabled_at"] = clock.now()
    if not apply_changes(stored, wanted):
        return stored
    stored.updated_at = clock.now()
    stored.save()
    audit.record(actor, "webhook.updated", stored.pk, note=stored.url)
    return stored


@transaction.atomic
def delete_endpoint(actor: Actor, endpoint: WebhookEndpoint) -> None:
    """The endpoint goes, with the record of what it was told."""
    audit.record(actor, "webhook.deleted", endpoint.pk, note=endpoint.url)
    endpoint.delete()


@transaction.atomic
def rotate_secret(actor: Actor, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """A new secret; the one before it signs as well for a day, so that the receiver can change over."""
    stored = WebhookEndpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    stored.previous_secret, stored.secret = stored.secret, signing.new_secret()
    stored.previous_secret_until = clock.now() + ROTATION
    stored.updated_at = clock.now()
    stored.save(update_fields=["previous_secret", "secret", "previous_secret_until", "updated_at"])
    audit.record(actor, "webhook.secret_rotated", stored.pk, note=stored.url)
    return stored


@transaction.atomic
def replay(actor: Actor, deliveries: "QuerySet[WebhookDelivery]", endpoint: WebhookEndpoint) -> int:
    """Tells these events again, at most MAX_REPLAYS, oldest first; those that still wait aren't touched.

    Returns how many.  Raises WebhookDisabled for an endpoint that is switched off.
    """
    if endpoint.disabled_at is not None:
        raise WebhookDisabled("Enable the webhook before replaying events")
    finished = deliveries.filter(endpoint=endpoint, status__in=(DeliveryStatus.DELIVERED, DeliveryStatus.FAILED))
    chosen = finished.select_for_update(of=("self",)).order_by("created_at", "id")[:MAX_REPLAYS]
    keys = [delivery.pk for delivery in chosen.only("pk")]
    WebhookDelivery.objects.filter(pk__in=keys).update(
        status=DeliveryStatus.QUEUED, round_attempts=0, next_attempt_at=clock.now(), claimed_at=None, delivered_at=None
    )
    audit.record(actor, "webhook.replayed", endpoint.pk, note=str(len(keys)))
    if is_rehearsing():
        told = WebhookDelivery.objects.filter(pk__in=keys).select_related("event")
        note("webhooks", *told.order_by("created_at", "id"))
    if len(keys) == 1:
        transaction.on_commit(
            partial(worker_notifications.notify_worker, keys[0], worker_notifications.DELIVER_WEBHOOK), robust=True
        )
    return len(keys)


def deliveries_between(first: datetime, last: datetime) -> "QuerySet[WebhookDelivery]":
    """The deliveries that were queued from `first` to `last`."""
    return WebhookDelivery.objects.filter(created_at__range=(first, last))


def _each_once(events: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(events))


def _refuse(errors: Sequence[FieldError]) -> None:
    if errors:
        raise InvalidData("Webhook", errors)
