"""Delivering one event: claim it, ask the receiver, note what came of it.

As with emails the number of the attempt is the fence.  A worker that dies in the middle loses its lease, and the event
is told again under the same webhook-id.
"""

import email.utils
import random
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import timing
from bigledger_crm.outbox.database_retries import retry_while_database_restarts
from bigledger_crm.outbox.events import payload
from bigledger_crm.outbox.models import DeliveryStatus, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from bigledger_crm.outbox.models.webhook import PENDING
from bigledger_crm.outbox.webhooks import signing
from bigledger_crm.outbox.webhooks.http import Answer, post
from bigledger_crm.tenancy.scope import company_scope

LEASE = timedelta(seconds=120)
# The pauses before the second to the tenth attempt: three days and a little.
GAPS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MAX_ATTEMPTS = len(GAPS) + 1
JITTER = 0.1
LONGEST_WISH = timedelta(hours=24)
LONGEST_PAUSE = max(LONGEST_WISH, GAPS[-1] * (1 + JITTER))
PATIENCE = timedelta(days=3)
GONE = 410


def deliver(delivery_id: UUID) -> bool:
    """Tries to tell the endpoint if that is due and nobody else is at it; tells whether it tried."""
    delivery = _claim(delivery_id) if settings.OUTGOING else None
    if delivery is None:
        return False
    with company_scope(delivery.company_id):
        endpoint, entry, began = delivery.endpoint, delivery.event, clock.now()
        body = payload(entry, delivery.company)
        headers = signing.headers(entry.public_id, clock.now(), body, keys_of(endpoint))
        try:
            answer = post(endpoint.url, body, headers)
        except SoftTimeLimitExceeded:  # such as a name server that never answers; the worker has seconds left to say so
            answer = Answer(round((clock.now() - began).total_seconds() * 1000), error="The worker ran out of time")
        retry_while_database_restarts(partial(_finish, delivery, answer))
    return True


def keys_of(endpoint: WebhookEndpoint) -> list[str]:
    """The secrets to sign with: two while a rotation lasts."""
    until = endpoint.previous_secret_until
    rotating = bool(endpoint.previous_secret) and until is not None and until > clock.now()
    return [endpoint.secret, endpoint.previous_secret] if rotating else [endpoint.secret]


def is_due(now: datetime) -> Q:
    """Events whose next attempt may be made."""
    return timing.due(now, LONGEST_PAUSE, WebhookAttempt.unscoped.filter(delivery=OuterRef("pk")))


def _claim(delivery_id: UUID) -> WebhookDelivery | None:
    now = clock.now()
    with transaction.atomic():
        delivery = (
            WebhookDelivery.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("company", "endpoint", "event")
            .filter(pk=delivery_id, status__in=PENDING)
            .filter(is_due(now), timing.unclaimed(now, LEASE))
            .first()
        )
        if delivery is None:
            return None
        worn_out = delivery.round_attempts >= MAX_ATTEMPTS  # the last one ended with the death of its worker
        if worn_out or delivery.endpoint.disabled_at is not None:
            delivery.status, delivery.next_attempt_at, delivery.claimed_at = DeliveryStatus.FAILED, None, None
            delivery.save(update_fields=["status", "next_attempt_at", "claimed_at"])
            return None
        delivery.attempts += 1
        delivery.round_attempts += 1
        delivery.claimed_at = now
        delivery.save(update_fields=["attempts", "round_attempts", "claimed_at"])
        with company_scope(delivery.company_id):
            WebhookAttempt.objects.create(
                company_id=delivery.company_id, delivery=delivery, number=delivery.attempts, started_at=now
            )
    return delivery


def _finish(delivery: WebhookDelivery, answer: Answer) -> None:
    """Notes the answer in delivery, attempt and endpoint, unless another worker has overtaken this one."""
    now = clock.now()
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.select_for_update(no_key=True).filter(pk=delivery.endpoint_id).first()
        mine = WebhookDelivery.objects.select_for_update().filter(pk=delivery.pk, attempts=delivery.attempts)
        if endpoint is None or mine.filter(status__in=PENDING).first() is None:
            return  # deleted, or taken over
        WebhookAttempt.objects.filter(delivery=delivery, number=delivery.attempts).update(
            finished_at=now,
            duration_ms=answer.duration_ms,
            response_status=answer.status,
            response_body=answer.body,
            error=answer.error,
        )
        if answer.is_success:
            mine.update(status=DeliveryStatus.DELIVERED, next_attempt_at=None, claimed_at=None, delivered_at=now)
            WebhookEndpoint.objects.filter(pk=endpoint.pk).exclude(failing_since=None).update(failing_since=None)
            return
        again = None if answer.status == GONE else next_try(delivery.round_attempts, answer, now)
        status = DeliveryStatus.RETRYING if again else DeliveryStatus.FAILED
        mine.update(status=status, next_attempt_at=again, claimed_at=None)
        _note_failure(endpoint, answer, now)


def _note_failure(endpoint: WebhookEndpoint, answer: Answer, now: datetime) -> None:
    """Remembers since when the endpoint fails, and switches it off when it is gone or has failed for days."""
    endpoint.failing_since = endpoint.failing_since or now
    if endpoint.disabled_at is None:
        if answer.status == GONE:
            endpoint.disabled_at, endpoint.disabled_reason = now, "The endpoint answered 410 Gone"
        elif now - endpoint.failing_since >= PATIENCE:
            endpoint.disabled_at, endpoint.disabled_reason = now, f"Every delivery has failed for {PATIENCE.days} days"
    endpoint.save(update_fields=["failing_since", "disabled_at", "disabled_reason"])


def next_try(attempts: int, answer: Answer, now: datetime) -> datetime | None:
    """When to try again after so many attempts; None when that was the last.

    A receiver's Retry-After is honoured where it asks for more time, up to a day.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    gap = GAPS[attempts - 1] * (1 + random.uniform(0, JITTER))  # noqa: S311 spreads load, hides nothing
    return now + max(gap, min(_wish(answer.retry_after, now), LONGEST_WISH))


def _wish(retry_after: str, now: datetime) -> timedelta:
    """What a Retry-After header asks for, in seconds or as a date; nothing where it can't be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
