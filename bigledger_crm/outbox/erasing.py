"""Taking personal data out of emails and webhooks: that and when something was sent stays."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from bigledger_crm.audit.erasing import redact
from bigledger_crm.audit.models import AuditEntry, Erasure
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import delete_stored
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import WAITING, EmailStatus, OutboxAttempt, OutboxEmail, WebhookAttempt
from bigledger_crm.tenancy.actor import Actor

_BATCH = 1000
# Emails that nobody is at and nobody will be at.
FINISHED = ~Q(status__in=(*WAITING, EmailStatus.SENDING)) | Q(status=EmailStatus.UNKNOWN, next_attempt_at=None)


def note_erased(actor: Actor, keys: Iterable[UUID], *, wholly: bool) -> None:
    """Notes whose personal data goes, in the transaction in which it does: only then the database lets it go.

    Not `wholly` is said of documents that the law makes us keep: contact data goes, the document stays.
    """
    now = clock.now()
    rows = [
        Erasure(company=actor.company, subject_id=key, is_whole=wholly, erased_at=now, erased_by=actor.id)
        for key in keys
    ]
    Erasure.objects.bulk_create(rows, _BATCH, ignore_conflicts=True)


def erase_activity(entries: QuerySet[AuditEntry]) -> int:
    """Takes notes and values out of the audit trail of erased objects, and what receivers of webhooks answered.

    Returns out of how many entries.
    """
    tries = WebhookAttempt.objects.filter(delivery__event__in=entries.values("pk"))
    tries.exclude(response_body="").update(response_body="")
    return redact(entries)


def empty_emails(emails: QuerySet[OutboxEmail]) -> int:
    """Takes receivers, subject, text and the servers' answers out of finished emails; returns out of how many."""
    full = emails.filter(FINISHED, emptied_at=None)
    OutboxAttempt.objects.filter(email__in=full.values("pk")).update(server_reply="", error="")
    return OutboxEmail.objects.filter(pk__in=full.values("pk")).update(
        to=[],
        cc=[],
        delivered_to=[],
        reply_to="",
        subject="",
        body="",
        figure="",
        figure_note="",
        last_error="",
        emptied_at=clock.now(),
    )


def delete_documents(rows: QuerySet[StoredDocument]) -> int:
    """Deletes stored documents of what was erased wholly, with their files; emails no longer have them."""
    OutboxEmail.objects.filter(stored_document__in=rows.values("pk")).update(stored_document=None)
    return delete_stored(rows)
