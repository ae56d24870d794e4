"""What the worker does for the API."""

from celery import shared_task

from bigledger_crm.api import idempotency


@shared_task(ignore_result=True)
def forget_idempotency_answers() -> None:
    """Deletes the stored answers that are no longer kept."""
    idempotency.forget_expired()
