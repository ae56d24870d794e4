"""Writing and reading the audit trail."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.tenancy.actor import Actor


def record(
    actor: Actor, event: str, *subjects: UUID, note: str = "", changes: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Notes that `actor` did `event` (such as `quote.accepted`) to the objects with these keys, the main one first.

    `changes` is JSON-ready: for an edit, field name -> [before, after].
    """
    return AuditEntry.objects.create(
        company=actor.company,
        event=event,
        actor_id=actor.id,
        actor_name=actor.name,
        subjects=list(subjects),
        note=note,
        changes=dict(changes or {}),
    )


def timeline_of(subject: UUID) -> QuerySet[AuditEntry]:
    """What happened to an object, newest first."""
    return AuditEntry.objects.filter(subjects__contains=[subject])
