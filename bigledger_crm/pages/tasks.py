"""What the worker does for the pages."""

from celery import shared_task

from bigledger_crm.pages import drafts, sessions, submissions
from bigledger_crm.schedule.services import run_once
from bigledger_crm.tenancy import security, sign_in


@shared_task(ignore_result=True)
def forget_submitted_forms() -> None:
    """Deletes the keys of saved forms that are no longer kept."""
    run_once("forget-submitted-forms", submissions.forget_expired)


@shared_task(ignore_result=True)
def forget_unsaved_forms() -> None:
    """Deletes the forms that nobody came back to for thirty days."""
    run_once("forget-unsaved-forms", drafts.forget_old_forms)


@shared_task(ignore_result=True)
def forget_sign_in_attempts() -> None:
    """Deletes the counts of attempts to sign in that no longer matter, and the failed ones of long ago."""
    run_once("forget-sign-in-attempts", lambda: (sign_in.forget_old_attempts(), security.forget_old_failures()))


@shared_task(ignore_result=True)
def clear_ended_sessions() -> None:
    """Deletes the sessions that have ended."""
    run_once("clear-ended-sessions", sessions.clear_ended)
