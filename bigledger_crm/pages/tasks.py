"""What the worker does for the pages."""

from celery import shared_task

from bigledger_crm.pages import drafts, submissions
from bigledger_crm.schedule.services import run_once


@shared_task(ignore_result=True)
def forget_submitted_forms() -> None:
    """Deletes the keys of saved forms that are no longer kept."""
    run_once("forget-submitted-forms", submissions.forget_expired)


@shared_task(ignore_result=True)
def forget_unsaved_forms() -> None:
    """Deletes the forms that nobody came back to for thirty days."""
    run_once("forget-unsaved-forms", drafts.forget_old_forms)
