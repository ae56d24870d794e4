"""What the worker does for the outbox."""

from uuid import UUID

from celery import shared_task

from bigledger_crm.outbox import delivery, sweeper


@shared_task(ignore_result=True)
def deliver_email(email_id: str) -> None:
    """Answers the doorbell."""
    delivery.deliver(UUID(email_id))


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    """Rings for every mail that is due."""
    sweeper.sweep()
