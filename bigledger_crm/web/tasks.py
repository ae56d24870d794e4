"""The background tasks of the pages."""

from celery import shared_task

from bigledger_crm.schedule.services import run_once
from bigledger_crm.web import autosave, form_submissions


@shared_task(name="bigledger_crm.pages.tasks.forget_submitted_forms", ignore_result=True)
def forget_submitted_forms() -> None:
    """Deletes the keys of saved forms that are no longer kept."""
    run_once("forget-submitted-forms", form_submissions.forget_expired)


@shared_task(name="bigledger_crm.pages.tasks.forget_unsaved_forms", ignore_result=True)
def forget_unsaved_forms() -> None:
    """Deletes the forms that nobody came back to for thirty days."""
    run_once("forget-unsaved-forms", autosave.forget_old_forms)
