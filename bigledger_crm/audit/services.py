"""Writing and reading the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import log_context, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.copying import copy_rows

NOTED = ".noted"
MANY = 50
LONGEST_NOTE = 5000


def record(
    actor: Actor, event: str, *subjects: UUID, note: str = "", changes: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Notes that `actor` did `event` (such as `quote.accepted`) to the objects with these keys, the main one first.

    `changes` is JSON-ready: for an edit, field name -> [before, after].
    """
    (entry,) = record_each(actor, event, [subjects], note=note, changes=[changes or {}])
    return entry


def record_each(
    actor: Actor,
    event: str,
    subjects: Sequence[Sequence[UUID]],
    *,
    note: str = "",
    notes: Sequence[str] = (),
    changes: Sequence[Mapping[str, Any]],
) -> list[AuditEntry]:
    """The same of many: an entry for each of `subjects`, with the changes and perhaps the note in its place."""
    entries = [
        AuditEntry(
            company=actor.company,
            event=event,
            actor_id=actor.id,
            actor_name=actor.name,
            address=log_context.client_address.get()[:45],
            subjects=list(whom),
            note=own,
            changes=dict(what),
        )
        for whom, what, own in zip(subjects, changes, notes or [note] * len(subjects), strict=True)
    ]
    if len(entries) < MANY:
        return AuditEntry.objects.bulk_create(entries)
    copy_rows(entries)
    return entries


@transaction.atomic
def write_note(actor: Actor, event: str, *subjects: UUID, words: str) -> AuditEntry:
    """A person's note on these objects, the main one first; `event` ends with `.noted`.  Raises InvalidData."""
    note = text.clean_block(words)
    if not note or len(note) > LONGEST_NOTE:
        problem = f"At most {LONGEST_NOTE} characters are allowed" if note else "A note needs a text"
        raise InvalidData("Note", field_error("text", problem))
    return record(actor, event, *subjects, note=note)


def timeline_of(subject: UUID) -> QuerySet[AuditEntry]:
    """What happened to an object, newest first."""
    return AuditEntry.objects.filter(subjects__contains=[subject])
