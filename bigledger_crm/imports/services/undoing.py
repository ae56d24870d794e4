"""Undoing an import: what it made goes, what it changed gets its old values, what people touched since is kept."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.imports.kinds import ImportKind, Values, import_kinds
from bigledger_crm.imports.models import Import, ImportRow, ImportStatus, Outcome, UndoOutcome
from bigledger_crm.imports.services.acting import actor_of
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.outbox.events import record, without_webhooks
from bigledger_crm.tenancy.actor import Actor

SLICE = 500


@transaction.atomic
def undo_slice(pk: UUID) -> bool:
    """Undoes what the next rows did, the last of the file first; tells whether there are more.

    Their objects are locked before it looks at what happened to them since.  Raises PermissionDenied.
    """
    job = Import.objects.select_for_update(of=("self",)).get(pk=pk)
    if job.status != ImportStatus.UNDOING:
        return False
    actor, kind = actor_of(job), import_kinds[job.kind]
    left = ImportRow.objects.filter(job=job, outcome__in=(Outcome.NEW, Outcome.CHANGED), undo="")
    left = left.filter(done_at__isnull=False)
    size = min(kind.slice or SLICE, SLICE)
    rows = list(left.order_by("-position")[:size])
    has_more = len(rows) == size
    if kind.lines_by:  # the other rows of the same objects
        objects = [row.object_id for row in rows]
        rows += left.filter(object_id__in=objects).exclude(pk__in=[row.pk for row in rows])
    kind.lock({row.object_id for row in rows if row.object_id})
    touched = _touched(kind, rows)
    with without_webhooks():
        _undo(actor, kind, rows, touched)
    _keep(job, rows)
    counts = dict.fromkeys(UndoOutcome.values, 0) | job.counts
    for row in rows:
        counts[row.undo] += 1
    job.counts = counts
    job.position = min(job.row_count, job.position + len(rows))
    if not has_more:
        job.status, job.position = ImportStatus.UNDONE, job.row_count
        told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in UndoOutcome.values)
        record(actor, "import.undone", job.pk, note=f"{job.filename}: {told}")
    job.attempts, job.updated_at = 0, clock.now()
    job.save()
    return has_more


def _keep(job: Import, rows: Sequence[ImportRow]) -> None:
    """Notes what became of the objects, all at once."""
    told = [{"position": row.position, "undo": row.undo, "reason": row.undo_reason} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [json.dumps(told), job.company_id, job.pk])


_UPDATE = """
    UPDATE imports_importrow AS row SET undo = told.undo, undo_reason = told.reason
    FROM jsonb_to_recordset(%s::jsonb) AS told(position int, undo text, reason text)
    WHERE row.company_id = %s AND row.job_id = %s AND row.position = told.position
"""


def _undo(actor: Actor, kind: ImportKind, rows: Sequence[ImportRow], touched: Mapping[UUID, str]) -> None:
    new = (row.object_id for row in rows if row.object_id and row.outcome == Outcome.NEW and row.pk not in touched)
    made = list(dict.fromkeys(new))
    there = kind.remove(actor, made)
    for row in rows:
        reason = touched.get(row.pk, "")
        if row.object_id and row.object_id in there:
            reason = there[row.object_id].message
        elif row.object_id and not reason and row.outcome == Outcome.CHANGED:
            reason = _restore(actor, kind, row.object_id, {name: pair[0] for name, pair in row.changes.items()})
        row.undo, row.undo_reason = UndoOutcome.KEPT if reason else UndoOutcome.UNDONE, reason


def _restore(actor: Actor, kind: ImportKind, pk: UUID, values: Values) -> str:
    """Gives an object its old values; what stands against that, or ""."""
    try:
        with transaction.atomic():
            kind.restore(actor, pk, values)
    except DomainError as error:
        return error.message
    return ""


def _touched(kind: ImportKind, rows: Sequence[ImportRow]) -> Mapping[UUID, str]:
    """What happened to the objects of rows after they were imported, in words.

    What another import did to a part of one, such as a contact, and has been undone, didn't happen.
    """
    objects = [row.object_id for row in rows if row.object_id]
    since = ImportRow.objects.filter(pk__in=[row.pk for row in rows]).aggregate(first=Min("done_at"))["first"]
    if since is None:
        return {}
    happened: dict[UUID, list[AuditEntry]] = defaultdict(list)
    entries = AuditEntry.objects.filter(occurred_at__gt=since, subjects__overlap=objects)
    for entry in entries.exclude(event__in=kind.own_events).order_by("occurred_at"):
        for subject in entry.subjects:
            happened[subject].append(entry)
    parts = {entry.subjects[0] for entries in happened.values() for entry in entries} - set(objects)
    undone = set(
        ImportRow.objects.filter(object_id__in=parts, undo=UndoOutcome.UNDONE).values_list("object_id", flat=True)
    )
    found = {}
    for row in rows:
        for entry in happened.get(row.object_id, ()) if row.object_id else ():
            if row.done_at and entry.occurred_at > row.done_at and entry.subjects[0] not in undone:
                happening = entry.event.replace("_", " ").replace(".", " ").capitalize()
                found[row.pk] = f"{happening} by {entry.actor_name}"
                break
    return found
