"""The background tasks of accounts."""

from uuid import UUID

from celery import shared_task

from bigledger_crm.account import emails, sessions
from bigledger_crm.schedule.services import run_once
from bigledger_crm.tenancy import security, sign_in


@shared_task(name="bigledger_crm.pages.tasks.forget_sign_in_attempts", ignore_result=True)
def forget_sign_in_attempts() -> None:
    """Deletes the counts of attempts to sign in that no longer matter, and the failed ones of long ago."""
    run_once(
        "forget-sign-in-attempts",
        lambda: (sign_in.forget_old_attempts(), security.forget_old_failures(), sessions.forget_cached()),
    )


@shared_task(name="bigledger_crm.pages.tasks.clear_ended_sessions", ignore_result=True)
def clear_ended_sessions() -> None:
    """Deletes the sessions that have ended."""
    run_once("clear-ended-sessions", sessions.clear_ended)


@shared_task(name="bigledger_crm.account.tasks.send_account_email", ignore_result=True)
def send_account_email(pk: str) -> None:
    """Sends an email about an account."""
    emails.send(UUID(pk))


@shared_task(name="bigledger_crm.account.tasks.send_account_emails", ignore_result=True)
def send_account_emails() -> None:
    """Sends the emails about accounts that are due."""
    run_once("send-account-emails", emails.send_due)
