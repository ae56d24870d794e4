"""What the worker does for accounts."""

from celery import shared_task

from bigledger_crm.account import sessions
from bigledger_crm.schedule.services import run_once
from bigledger_crm.tenancy import security, sign_in


@shared_task(name="bigledger_crm.pages.tasks.forget_sign_in_attempts", ignore_result=True)
def forget_sign_in_attempts() -> None:
    """Deletes the counts of attempts to sign in that no longer matter, and the failed ones of long ago."""
    run_once("forget-sign-in-attempts", lambda: (sign_in.forget_old_attempts(), security.forget_old_failures()))


@shared_task(name="bigledger_crm.pages.tasks.clear_ended_sessions", ignore_result=True)
def clear_ended_sessions() -> None:
    """Deletes the sessions that have ended."""
    run_once("clear-ended-sessions", sessions.clear_ended)
