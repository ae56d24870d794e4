"""The background tasks of the API."""

from celery import shared_task

from bigledger_crm.api import idempotency
from bigledger_crm.schedule.services import run_once


@shared_task(ignore_result=True)
def forget_idempotency_answers() -> None:
    """Deletes the stored answers that are no longer kept."""
    run_once("forget-idempotency-answers", idempotency.forget_expired)
