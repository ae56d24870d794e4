"""What an attempt leads to: the next state of an email and the time of the next try."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.smtp import Receipt

MAX_ATTEMPTS = 8
MAX_DEATHS = 5
FIRST_GAP = timedelta(seconds=30)
LONGEST_GAP = timedelta(hours=6)
EVENTS = {
    EmailStatus.SENT: "email.sent",
    EmailStatus.FAILED: "email.failed",
    EmailStatus.UNKNOWN: "email.unknown",
    EmailStatus.WITHDRAWN: "email.withdrawn",
}


@dataclass(frozen=True)
class Outcome:
    """Without `next_attempt_at` it is final.  An attempt that isn't counted costs the email none of its attempts."""

    status: EmailStatus
    next_attempt_at: datetime | None = None
    error: str = ""
    reply: str = ""
    taken: Sequence[str] = ()
    is_counted: bool = True


def resend_after() -> timedelta:
    """How long an email rests whose delivery is unknown: time for a slow server, and for its recipient to notice."""
    seconds: float = getattr(settings, "BIGLEDGER_UNKNOWN_RESEND_SECONDS", 900)
    return timedelta(seconds=seconds)


def longest_pause() -> timedelta:
    """The longest pause between two attempts."""
    return max(LONGEST_GAP, resend_after())


def gap(attempts: int) -> timedelta:
    """The pause after so many attempts: 30 seconds, 2, 8, 32 minutes, about 2 hours, then 6 hours."""
    return min(FIRST_GAP * (1 << 2 * (attempts - 1)), LONGEST_GAP)


def not_sent(
    email: OutboxEmail, error: str, *, permanent: bool = False, reply: str = "", taken: Sequence[str] = ()
) -> Outcome:
    """The email, or what remains of its recipients, did not go out: try again unless that is hopeless."""
    if permanent or email.recent_attempts >= MAX_ATTEMPTS:
        return Outcome(EmailStatus.FAILED, None, error, reply, taken)
    return Outcome(EmailStatus.RETRYING, clock.now() + gap(email.recent_attempts), error, reply, taken)


def not_reached(error: str) -> Outcome:
    """The mail server was away: the email goes as soon as it is back."""
    return Outcome(EmailStatus.RETRYING, clock.now(), error, is_counted=False)


def waited_too_long(email: OutboxEmail, error: str) -> Outcome:
    """The mail server was away for days."""
    status = EmailStatus.UNKNOWN if email.status == EmailStatus.UNKNOWN else EmailStatus.FAILED
    return Outcome(status, None, error)


def exhausted(email: OutboxEmail) -> Outcome | None:
    """The end of an email whose attempts kill their workers: it is laid aside; None while it may be tried."""
    deaths = email.tries.filter(finished_at=None, number__gt=email.attempts_before).count()
    if deaths < MAX_DEATHS and email.recent_attempts < MAX_ATTEMPTS:
        return None
    words = f"Failed: the worker crashed {deaths} times while it was preparing the email, which was never sent"
    return Outcome(EmailStatus.FAILED, None, f"{words}. {email.last_error}".removesuffix(" "))


def called_off(outcome: Outcome) -> Outcome:
    """The outcome of an email that isn't wanted any more: no further attempt."""
    if outcome.next_attempt_at is None:
        return outcome
    status = EmailStatus.WITHDRAWN if outcome.status == EmailStatus.RETRYING else outcome.status
    return replace(outcome, status=status, next_attempt_at=None)


def unknown(email: OutboxEmail, error: str) -> Outcome:
    """Perhaps it went out.  The first time it is sent again, later; the second time it rests as unknown."""
    # Not this attempt, which a sweep may have given up while its worker still waited for the server.
    numbers = (email.attempts_before + 1, email.attempts - 1)
    earlier = email.tries.filter(outcome=EmailStatus.UNKNOWN, number__range=numbers)
    if earlier.exists() or email.recent_attempts >= MAX_ATTEMPTS:
        return Outcome(EmailStatus.UNKNOWN, None, error)
    now = clock.now()
    began = min(email.claimed_at or now, now)
    return Outcome(EmailStatus.UNKNOWN, began + resend_after(), error)


def answered(email: OutboxEmail, receipt: Receipt) -> Outcome:
    """The server answered for every recipient: all, some or none of them will get the email."""
    refusals = {**receipt.refused, **receipt.deferred}
    error = "; ".join(f"{address}: {words}" for address, words in refusals.items())
    if receipt.deferred:
        return not_sent(email, error, reply=receipt.reply, taken=receipt.taken)
    if not receipt.taken and not email.delivered_to:
        return Outcome(EmailStatus.FAILED, None, error, receipt.reply)
    return Outcome(EmailStatus.SENT, None, error, receipt.reply, receipt.taken)
