"""Rehearsing and carrying out an import, some rows at a time: each slice is one transaction with its position."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection, transaction

from bigledger_crm.documents import storage
from bigledger_crm.imports.applying import rejected
from bigledger_crm.imports.custom_fields import kind_of_import
from bigledger_crm.imports.grouping import RowValues, joined
from bigledger_crm.imports.kinds import ImportKind, RowResult, Values
from bigledger_crm.imports.models import Import, ImportRow, ImportStatus, Outcome
from bigledger_crm.imports.services.acting import actor_of
from bigledger_crm.imports.services.grouped_rows import run_groups, set_keys
from bigledger_crm.imports.services.matching import DuplicateRow, duplicates, unmatched
from bigledger_crm.imports.services.reading import keep_mapping
from bigledger_crm.imports.values import Reading, path_of, reading_of, values_of
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError, InvalidData, json_path
from bigledger_crm.outbox.events import record, without_webhooks
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.rehearsal import rehearsing

SLICE = 500
UNDO_FOR = timedelta(days=30)
_NEXT = {ImportStatus.REHEARSING: ImportStatus.REHEARSED, ImportStatus.RUNNING: ImportStatus.COMPLETED}


class UnreadableRow(InvalidData):
    """A row that isn't one: too long a cell, more cells than headings, a part of a merged cell."""

    def __init__(self, message: str) -> None:
        super().__init__("Row", ())
        self.message = message


@transaction.atomic
def next_slice(pk: UUID, status: ImportStatus) -> bool:
    """Rehearses or imports the next rows; tells whether there are more.  Raises PermissionDenied."""
    job = Import.objects.select_for_update(of=("self",)).get(pk=pk)
    if job.status != status:
        return False
    actor, kind = actor_of(job), kind_of_import(job)
    size = min(kind.slice or SLICE, SLICE)
    rows = list(ImportRow.objects.filter(job=job, position__gt=job.position).order_by("position")[:size])
    with without_webhooks():
        done, results = (
            _rehearsed(actor, kind, job, rows) if status == ImportStatus.REHEARSING else _run(actor, kind, job, rows)
        )
    _keep(job, done, results, is_done=status == ImportStatus.RUNNING)
    if rows:
        job.position = rows[-1].position
    if status == ImportStatus.RUNNING and job.undo_until is None:
        job.undo_until = clock.now() + UNDO_FOR
    has_more = job.position < job.row_count
    if not has_more:
        _end(actor, job, _NEXT[status])
    job.attempts, job.updated_at = 0, clock.now()
    job.save()
    return has_more


def _end(actor: Actor, job: Import, status: ImportStatus) -> None:
    job.status = status
    keep_mapping(actor, job)
    if status != ImportStatus.COMPLETED:
        return
    job.finished_at = clock.now()
    job.undo_until = job.finished_at + UNDO_FOR
    told = ", ".join(f"{count} {outcome}" for outcome, count in job.counts.items() if count)
    record(actor, "import.completed", job.pk, note=f"{job.filename}: {told}")
    path = job.path
    transaction.on_commit(lambda: storage.delete(path), robust=True)


Done = tuple[Sequence[ImportRow], list[RowResult]]


def _rehearsed(actor: Actor, kind: ImportKind, job: Import, rows: Sequence[ImportRow]) -> Done:
    with rehearsing():
        return _run(actor, kind, job, rows)


def _run(actor: Actor, kind: ImportKind, job: Import, rows: Sequence[ImportRow]) -> Done:
    """The rows that were done, and what became of each."""
    if not rows:
        return (), []
    if job.match_by in kind.lines_by:
        return run_groups(actor, kind, job, rows)
    return rows, _run_each(actor, kind, job, rows)


def prepare(pk: UUID) -> None:
    """What has to be done before the first row, in transactions of its own; the same again changes nothing."""
    job = Import.objects.get(pk=pk)
    kind = kind_of_import(job)
    if job.position:
        return
    if job.match_by in kind.lines_by and job.status == ImportStatus.REHEARSING:
        set_keys(kind, job)
    if kind.begin is not None and job.status == ImportStatus.RUNNING:
        new = ImportRow.objects.filter(job=job, outcome=Outcome.NEW).order_by().values_list("key", flat=True)
        with transaction.atomic():
            kind.begin(actor_of(job), new.iterator())


def _run_each(actor: Actor, kind: ImportKind, job: Import, rows: Sequence[ImportRow]) -> list[RowResult]:
    """What becomes of rows that are an object each, in their order."""
    results: dict[int, RowResult] = {}
    values: dict[int, Values] = {}
    how = reading_of(job)
    for row in rows:
        read, error = _values(kind, job, row, how)
        if kind.lines_by and error is None:
            read = joined([RowValues(row.line, read)])
        if error is None:
            values[row.position] = read
            row.key = kind.key(read, job.match_by)[:500]
        else:
            results[row.position] = rejected(error)
    for row, first_line in duplicates(job, [row for row in rows if row.position in values]):
        del values[row.position]
        results[row.position] = rejected(DuplicateRow(first_line))
    applied = kind.apply(actor, list(values.values()), job.match_by) if values else []
    results.update(zip(values, applied, strict=True))
    return [results[row.position] for row in rows]


def _values(kind: ImportKind, job: Import, row: ImportRow, how: Reading) -> tuple[Values, DomainError | None]:
    """What a row says, or why it can't be taken."""
    if row.problem:
        return {}, UnreadableRow(row.problem)
    values, errors = values_of(kind, job.mapping, row.cells, how)
    if not any(error.path == path_of(job.match_by) for error in errors):
        errors += unmatched(kind, job.match_by, values)
    return values, InvalidData(kind.noun, errors) if errors else None


def error_in_json(error: DomainError) -> dict[str, Any]:
    """The error as the API tells it."""
    told: dict[str, Any] = {"code": error.code, "message": error.message}
    fields = [{"field": json_path(one.path), "message": one.message} for one in error.errors]
    if details := [*fields, *error.details]:
        told["details"] = details
    return told


def _keep(job: Import, rows: Sequence[ImportRow], results: Sequence[RowResult], *, is_done: bool) -> None:
    """Notes what became of the rows, all at once."""
    counts = dict.fromkeys(Outcome.values, 0) | job.counts
    told = []
    for row, result in zip(rows, results, strict=True):
        counts[result.outcome] += 1
        there = is_done or result.outcome != Outcome.NEW
        told.append(
            {
                "position": row.position,
                "key": row.key,
                "outcome": result.outcome,
                "object_id": result.object_id if there else None,
                "changes": dict(result.changes),
                "error": error_in_json(result.error) if result.error else None,
            }
        )
    job.counts = counts
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [clock.now() if is_done else None, _encode(told), job.company_id, job.pk])


def _encode(told: list[dict[str, Any]]) -> str:
    return msgspec.json.Encoder(decimal_format="number").encode(told).decode()


_UPDATE = """
    UPDATE imports_importrow AS row
    SET key = told.key, outcome = told.outcome, object_id = told.object_id, changes = told.changes, error = told.error,
        done_at = %s
    FROM jsonb_to_recordset(%s::jsonb) AS told(
        position int, key text, outcome text, object_id uuid, changes jsonb, error jsonb
    )
    WHERE row.company_id = %s AND row.job_id = %s AND row.position = told.position
"""
