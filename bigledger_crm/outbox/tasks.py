"""The background tasks of the outbox."""

from uuid import UUID

from celery import shared_task

from bigledger_crm.outbox import delivery, sweeper
from bigledger_crm.outbox.webhooks import delivery as webhook_delivery
from bigledger_crm.schedule.services import run_once

LONG_SOFT_SECONDS, LONG_SECONDS = 300, 330


@shared_task(ignore_result=True)
def deliver_email(email_id: str) -> None:
    """Delivers an email; what takes long to print is left to a task with more time."""
    if delivery.takes_long(UUID(email_id)):
        deliver_long_email.delay(email_id)
    else:
        delivery.deliver(UUID(email_id))


@shared_task(ignore_result=True, soft_time_limit=LONG_SOFT_SECONDS, time_limit=LONG_SECONDS)
def deliver_long_email(email_id: str) -> None:
    """Delivers an email whose document is long."""
    delivery.deliver(UUID(email_id))


@shared_task(name="bigledger_crm.outbox.tasks.tell_endpoint", ignore_result=True)
def deliver_webhook(delivery_id: str) -> None:
    """Delivers an event to its endpoint."""
    webhook_delivery.deliver(UUID(delivery_id))


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Notifies workers of every email and event that is due."""
    run_once("sweep-outbox", sweeper.sweep)
