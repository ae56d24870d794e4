"""What the worker does for the pages."""

from celery import shared_task

from bigledger_crm.pages import submissions
from bigledger_crm.schedule.services import run_once


@shared_task(ignore_result=True)
def forget_submitted_forms() -> None:
    """Deletes the keys of saved forms that are no longer kept."""
    run_once("forget-submitted-forms", submissions.forget_expired)
