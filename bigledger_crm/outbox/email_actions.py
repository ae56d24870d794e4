"""Taking emails back, and trying them again: what people and later events do about emails that wait."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import mail_server
from bigledger_crm.outbox.errors import EmailNotRetryable, EmailOnItsWay
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import WAITING, EmailStatus, OutboxAttempt, OutboxEmail
from bigledger_crm.outbox.services import notify_after_commit
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.rehearsal import note as note_for_rehearsal

WITHDRAWABLE = (EmailStatus.QUEUED, EmailStatus.RETRYING)
MAX_RETRIES = 500
RETRYABLE = (EmailStatus.RETRYING, EmailStatus.FAILED, EmailStatus.UNKNOWN)


@dataclass(frozen=True)
class Choices:
    """What an actor may do about an email."""

    withdraw: bool
    retry: bool


def may_act_on_emails(actor: Actor) -> bool:
    """Whether there are emails that the actor may do something about."""
    return any(actor.may(resource, "write") for resource in ("emails", *_resources().values()))


def choices_for(actor: Actor, email: OutboxEmail) -> Choices:
    """What the pages offer."""
    may = _may(actor, email)
    return Choices(may and email.status in WITHDRAWABLE, may and _is_retryable(email))


@transaction.atomic
def withdraw(actor: Actor, email: OutboxEmail) -> OutboxEmail:
    """Takes back an email before it goes; twice is as good as once.  What it is about stays as it is.

    Raises PermissionDenied, EmailOnItsWay.
    """
    _require(actor, email)
    stored = OutboxEmail.objects.select_for_update().get(pk=email.pk)
    if stored.status == EmailStatus.WITHDRAWN:
        return stored
    if stored.status not in WITHDRAWABLE:
        raise EmailOnItsWay("The email has been sent or is being sent: it can't be cancelled")
    _withdraw(actor, stored, "")
    return stored


@transaction.atomic
def retry(actor: Actor, email: OutboxEmail) -> OutboxEmail:
    """Tries an email again now, with as many attempts as a new one, under the same Message-ID.

    Raises PermissionDenied, EmailNotRetryable.
    """
    _require(actor, email)
    stored = OutboxEmail.objects.select_for_update().get(pk=email.pk)
    if not _is_retryable(stored):
        raise EmailNotRetryable(
            "Only an email that failed, is being retried or whose delivery is unknown can be tried again"
        )
    _try_again(actor, stored)
    notify_after_commit(stored.pk)
    return stored


@transaction.atomic
def retry_many(actor: Actor, emails: QuerySet[OutboxEmail]) -> int:
    """Tries these emails again, at most MAX_RETRIES, oldest first; returns how many.

    Left alone are those that can't be tried again, and those that the actor may not write.
    """
    chosen = (
        emails.filter(status__in=RETRYABLE, emptied_at=None)
        .order_by("created_at", "id")
        .select_for_update(of=("self",))
    )
    allowed = [email for email in chosen[:MAX_RETRIES] if _may(actor, email)]
    for email in allowed:  # no bell is rung: the sweeper takes them in turns with those of other companies
        _try_again(actor, email)
    return len(allowed)


def _is_retryable(email: OutboxEmail) -> bool:
    """One whose receivers and text were taken out has nothing to send."""
    return email.status in RETRYABLE and email.emptied_at is None


def _try_again(actor: Actor, stored: OutboxEmail) -> None:
    stored.status = EmailStatus.RETRYING
    stored.attempts_before, stored.uncounted_attempts = stored.attempts, 0
    stored.next_attempt_at = clock.now()
    stored.save(update_fields=["status", "attempts_before", "uncounted_attempts", "next_attempt_at"])
    mail_server.try_now()
    note_for_rehearsal("mails", stored)
    record(actor, "email.retried", stored.related_id, stored.pk, note=_receivers(stored))


def cancel_pending(actor: Actor, related_id: UUID, *kinds: str, why: str) -> None:
    """Lets no email of these kinds about a document begin to go out any more, in the caller's transaction.

    One that is being sent, or may have gone out, isn't sent a second time.
    """
    cancel_emails(actor, OutboxEmail.objects.filter(related_id=related_id, kind__in=kinds), why=why)


def cancel_emails(actor: Actor, emails: QuerySet[OutboxEmail], *, why: str) -> None:
    """As `cancel_pending`, of any emails."""
    open_ = emails.filter(status__in=(*WAITING, EmailStatus.SENDING), next_attempt_at__isnull=False)
    for email in open_.select_for_update(of=("self",)).order_by("pk"):
        if email.status in WITHDRAWABLE:
            _withdraw(actor, email, why)
        else:
            email.next_attempt_at = None
            email.save(update_fields=["next_attempt_at"])


def _withdraw(actor: Actor, email: OutboxEmail, why: str) -> None:
    email.status = EmailStatus.WITHDRAWN
    email.next_attempt_at = email.claimed_at = None
    email.save(update_fields=["status", "next_attempt_at", "claimed_at"])
    OutboxAttempt.objects.filter(email=email, finished_at=None).update(
        finished_at=clock.now(), outcome=EmailStatus.WITHDRAWN
    )
    note = ": ".join(filter(None, [_receivers(email), why]))
    record(actor, "email.withdrawn", email.related_id, email.pk, note=note)


def _receivers(email: OutboxEmail) -> str:
    return ", ".join([*email.to, *email.cc])


def _may(actor: Actor, email: OutboxEmail) -> bool:
    return actor.may("emails", "write") or actor.may(_resource(email), "write")


def _require(actor: Actor, email: OutboxEmail) -> None:
    if not _may(actor, email):
        actor.require(_resource(email), "write")


def _resource(email: OutboxEmail) -> str:
    return _resources().get(email.kind.partition(".")[0], "emails")


def _resources() -> dict[str, str]:
    """What somebody must be allowed to write who acts on an email: what it is about, by the first word of its kind."""
    return {"webhook": "webhooks"} | {word: known.resource for known in object_types for word in known.emails}
