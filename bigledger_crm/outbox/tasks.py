"""What the worker does for the outbox."""

from uuid import UUID

from celery import shared_task

from bigledger_crm.outbox import delivery, sweeper
from bigledger_crm.outbox.webhooks import delivery as webhook_delivery
from bigledger_crm.schedule.services import run_once


@shared_task(ignore_result=True)
def deliver_email(email_id: str) -> None:
    """Answers the doorbell."""
    delivery.deliver(UUID(email_id))


@shared_task(ignore_result=True)
def tell_endpoint(delivery_id: str) -> None:
    """Answers the doorbell of an event."""
    webhook_delivery.deliver(UUID(delivery_id))


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Rings for every mail and every event that is due."""
    run_once("sweep-outbox", sweeper.sweep)
