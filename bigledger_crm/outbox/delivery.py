"""Delivering one email: claim it, make its PDF, talk to the mail server, note what came of it.

Each step that touches the row is a short transaction of its own.  The number of the attempt is the fence: a worker
that was overtaken, because its lease ran out, finds that its number is no longer the row's and stops.
"""

import contextlib
import logging
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.db.models import Func, IntegerField, OuterRef, Q
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast

from bigledger_crm.documents import services as documents
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery_results, mail_server, message, smtp, timing
from bigledger_crm.outbox.database_retries import retry_while_database_restarts
from bigledger_crm.outbox.delivery_results import Outcome
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import WAITING, EmailStatus, OutboxAttempt, OutboxEmail
from bigledger_crm.registry import EmailFile, NothingToAttach, email_attachments
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.scope import company_scope

LEASE = timedelta(seconds=30)
_FINAL = (EmailStatus.SENT, EmailStatus.FAILED, EmailStatus.WITHDRAWN)
logger = logging.getLogger(__name__)


def deliver(email_id: UUID) -> bool:
    """Tries to deliver an email if it is due and nobody else is at it; tells whether it tried.

    Faults of rendering and of the mail server end up in the row, not in exceptions.  Call it outside transactions.
    """
    email = _claim(email_id) if settings.OUTGOING and mail_server.has_returned() else None
    if email is None:
        return False
    with company_scope(email.company_id):
        outcome = _attempt(email)
        if outcome is not None:
            retry_while_database_restarts(partial(_finish, email, outcome))
    return True


def takes_long(email_id: UUID) -> bool:
    """Whether the email's document is still to be printed and has more than `documents.LONG` lines."""
    lines = Func(KeyTransform("lines", "stored_document__context"), function="jsonb_array_length")
    email = OutboxEmail.unscoped.filter(
        pk=email_id, stored_document__file="", stored_document__context__has_key="lines"
    )
    return email.annotate(lines=Cast(lines, IntegerField())).filter(lines__gt=documents.LONG).exists()


def is_due(now: datetime) -> Q:
    """Emails whose next attempt may be made."""
    due = timing.due(now, delivery_results.longest_pause(), OutboxAttempt.unscoped.filter(email=OuterRef("pk")))
    return due & Q(is_held=False)


def _claim(email_id: UUID) -> OutboxEmail | None:
    """Takes the row for one attempt, under a lease: who dies before the SMTP conversation loses it soon."""
    now = clock.now()
    with transaction.atomic():
        email = (
            OutboxEmail.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("company", "stored_document")
            .filter(pk=email_id, status__in=WAITING)
            .filter(is_due(now), timing.unclaimed(now, LEASE))
            .first()
        )
        if email is None:
            return None
        with company_scope(email.company_id):
            if (end := delivery_results.exhausted(email)) is not None:
                _save(email, end)
                return None
            email.attempts += 1
            email.claimed_at = now
            email.save(update_fields=["attempts", "claimed_at"])
            OutboxAttempt.objects.create(
                company_id=email.company_id, email=email, number=email.attempts, started_at=now
            )
    return email


def _attempt(email: OutboxEmail) -> Outcome | None:
    """One try.  None when another worker has overtaken this one."""
    try:
        mime = message.build(email, _attachment(email))
        connection = smtp.connect(mail_server.timeout())
    except NothingToAttach as error:
        return Outcome(EmailStatus.WITHDRAWN, None, str(error))
    except smtp.Unreachable as error:
        return _not_reached(str(error))
    except smtp.NotSent as error:
        return delivery_results.not_sent(email, str(error), permanent=error.permanent)
    except Exception as error:  # whatever is wrong with this email, it must not stop the others
        logger.exception("Email %s could not be prepared", email.public_id)
        return delivery_results.not_sent(email, f"The email could not be prepared: {type(error).__name__}: {error}")
    try:
        if not _begin_sending(email):
            return None
        return _send(connection, email, mime)
    finally:
        with contextlib.suppress(OSError):  # a server that is gone already needs no goodbye
            connection.close()


@contextlib.contextmanager
def _lease_kept(email: OutboxEmail) -> Iterator[None]:
    """Renews the lease while a long PDF is rendered; when the process dies, so does the renewal."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(LEASE.total_seconds() / 3):
                OutboxEmail.unscoped.filter(pk=email.pk, attempts=email.attempts, status__in=WAITING).update(
                    claimed_at=clock.now()
                )
        finally:
            connections.close_all()

    renewal = threading.Thread(target=renew, name=f"lease {email.public_id}", daemon=True)
    renewal.start()
    try:
        yield
    finally:
        done.set()
        renewal.join()


def _attachment(email: OutboxEmail) -> EmailFile | None:
    """The PDF of its document, or what an app makes for emails of this kind.  May raise NothingToAttach."""
    made_now = email_attachments.get(email.kind.partition(".")[0])
    if made_now is not None:
        with _lease_kept(email):
            return made_now.make(email.pk)
    if email.stored_document is None:
        return None
    with _lease_kept(email):
        stored = documents.ensure_rendered(email.stored_document)
    return EmailFile(stored.filename, documents.read(stored))


def _begin_sending(email: OutboxEmail) -> bool:
    """Marks the row right before the conversation.  From here on a crash leaves it open whether the email went out."""
    mine = OutboxEmail.objects.filter(pk=email.pk, attempts=email.attempts, status__in=WAITING)
    return mine.update(status=EmailStatus.SENDING, claimed_at=clock.now()) == 1


def _send(connection: BaseEmailBackend, email: OutboxEmail, mime: message.MimeEmail) -> Outcome:
    pending = [address for address in _recipients(email) if address not in email.delivered_to]
    try:
        receipt = smtp.send(connection, mime, message.sender_address(settings.DEFAULT_FROM_EMAIL).addr_spec, pending)
    except smtp.Unreachable as error:
        return _not_reached(str(error))
    except smtp.NotSent as error:
        return delivery_results.not_sent(email, str(error), permanent=error.permanent)
    except smtp.OutcomeUnknown as error:
        return delivery_results.unknown(email, str(error))
    except Exception as error:  # nobody can tell how far the conversation had come
        logger.exception("Email %s broke the connection to the mail server", email.public_id)
        return delivery_results.unknown(email, f"{type(error).__name__}: {error}")
    return delivery_results.answered(email, receipt)


def _not_reached(error: str) -> Outcome:
    retry_while_database_restarts(partial(mail_server.note_away, error))
    return delivery_results.not_reached(error)


def _recipients(email: OutboxEmail) -> Sequence[str]:
    return [*email.to, *email.cc]


def _finish(email: OutboxEmail, outcome: Outcome) -> None:
    """Notes the outcome in row, attempt and audit trail, unless another worker has overtaken this one."""
    with transaction.atomic():
        mine = OutboxEmail.objects.select_for_update().filter(pk=email.pk, attempts=email.attempts)
        stored = mine.exclude(status__in=_FINAL).first()
        if stored is None:
            logger.warning("Email %s was cancelled, or taken over by another worker", email.public_id)
            return
        _save(email, outcome if stored.next_attempt_at else delivery_results.called_off(outcome))


def give_up(email_id: UUID, due_before: datetime, error: str) -> None:
    """Lays an email aside that has waited for the mail server since before `due_before`."""
    with transaction.atomic():
        email = (
            OutboxEmail.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("company")
            .filter(pk=email_id, status__in=WAITING, next_attempt_at__lte=due_before)
            .first()
        )
        if email is not None:
            with company_scope(email.company_id):
                _save(email, delivery_results.waited_too_long(email, error))


def recover(email_id: UUID) -> None:
    """Frees an email whose worker died while it talked to the mail server, long enough ago."""
    with transaction.atomic():
        email = (
            OutboxEmail.unscoped.select_for_update(skip_locked=True, of=("self",))
            .select_related("company")
            .filter(
                timing.unclaimed(clock.now(), delivery_results.resend_after()), pk=email_id, status=EmailStatus.SENDING
            )
            .first()
        )
        if email is None:
            return
        with company_scope(email.company_id):
            outcome = delivery_results.unknown(email, "The worker stopped while it was sending the email")
            _save(email, outcome if email.next_attempt_at else delivery_results.called_off(outcome))


def _save(email: OutboxEmail, outcome: Outcome) -> None:
    now = clock.now()
    email.status = outcome.status
    email.next_attempt_at = outcome.next_attempt_at
    email.claimed_at = None
    email.last_error = outcome.error
    email.delivered_to = [*email.delivered_to, *outcome.taken]
    email.sent_at = now if outcome.status == EmailStatus.SENT else None
    email.uncounted_attempts += not outcome.is_counted
    email.save(
        update_fields=[
            "status",
            "next_attempt_at",
            "claimed_at",
            "last_error",
            "delivered_to",
            "sent_at",
            "uncounted_attempts",
        ]
    )
    OutboxAttempt.objects.filter(email=email, number=email.attempts, finished_at=None).update(
        finished_at=now, outcome=outcome.status, server_reply=outcome.reply, error=outcome.error
    )
    event = delivery_results.EVENTS.get(outcome.status) if outcome.next_attempt_at is None else None
    if event:
        note = ", ".join(_recipients(email)) + (f": {outcome.error}" if outcome.error else "")
        record(system_actor(email.company), event, email.related_id, email.pk, note=note)
