"""Finding rows that no worker was notified of.  Any number of sweepers may run: claiming decides who delivers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, delivery_results, mail_server, timing, worker_notifications
from bigledger_crm.outbox.models import WAITING, EmailStatus, OutboxEmail, WebhookDelivery
from bigledger_crm.outbox.models.webhook import PENDING
from bigledger_crm.outbox.outage_emails import given_up_text
from bigledger_crm.outbox.webhooks import delivery as webhook_delivery
from bigledger_crm.outbox.webhooks import failure_emails

BATCH = 50


def sweep() -> int:
    """Frees emails whose worker died in the middle, notifies workers of what is due, and returns of how many rows.

    It stops when the broker doesn't listen: the next sweep goes on.
    """
    for email_id in _broken_off():
        delivery.recover(email_id)
    _give_up()
    failure_emails.tell_owners()
    rung = 0
    waiting = [(email_id, worker_notifications.DELIVER_EMAIL) for email_id in due_now()] + [
        (key, worker_notifications.DELIVER_WEBHOOK) for key in due_webhooks()
    ]
    for row_id, task in waiting if settings.OUTGOING else ():
        if not worker_notifications.notify_worker(row_id, task):
            break
        rung += 1
    return rung


def due_now() -> list[UUID]:
    """The emails to notify of: while the mail server is away one of them tries it, every few minutes."""
    if mail_server.state() is None:
        return due()
    return due()[:1] if mail_server.is_to_be_tried() else []


def due() -> list[UUID]:
    """The emails to deliver now, the companies taking turns, each company's longest waiting first."""
    emails = OutboxEmail.unscoped.filter(status__in=WAITING)
    return _in_turns(emails, "company_id", delivery.LEASE, delivery.is_due(clock.now()))


def due_webhooks() -> list[UUID]:
    """The events to tell of now, the endpoints taking turns: one that is slow doesn't hold up the others."""
    events = WebhookDelivery.unscoped.filter(status__in=PENDING)
    return _in_turns(events, "endpoint_id", webhook_delivery.LEASE, webhook_delivery.is_due(clock.now()))


def _in_turns(waiting: "QuerySet[Any]", owner: str, lease: timedelta, is_due: Q) -> list[UUID]:
    turn = Window(RowNumber(), partition_by=F(owner), order_by=[F("next_attempt_at"), F("id")])
    return list(
        waiting.filter(is_due, timing.unclaimed(clock.now(), lease))
        .annotate(turn=turn)
        .order_by("turn", "next_attempt_at", "id")
        .values_list("id", flat=True)[:BATCH]
    )


def _give_up() -> None:
    """Lays emails aside that have waited for the mail server for days."""
    away = mail_server.state()
    if away is None or away.away_since is None or away.watched < mail_server.PATIENCE:
        return
    limit = clock.now() - mail_server.PATIENCE
    late = OutboxEmail.unscoped.filter(status__in=WAITING, is_held=False, next_attempt_at__lte=limit)
    for email_id in late.order_by("next_attempt_at").values_list("id", flat=True)[:BATCH]:
        delivery.give_up(email_id, limit, given_up_text(away.away_since))


def _broken_off() -> list[UUID]:
    """Emails left in the middle of an SMTP conversation."""
    emails = OutboxEmail.unscoped.filter(
        timing.unclaimed(clock.now(), delivery_results.resend_after()), status=EmailStatus.SENDING
    )
    return list(emails.order_by("claimed_at").values_list("id", flat=True)[:BATCH])
