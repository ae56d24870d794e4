"""Imports and their rows as they are in JSON."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, text, timestamp, word
from bigledger_crm.imports.models import Import, ImportRow, Outcome, UndoOutcome
from bigledger_crm.imports.shown import ShownImport
from bigledger_crm.kernel import ids
from bigledger_crm.registry import object_types

Status = Literal[
    "reading",
    "ready",
    "rehearsing",
    "rehearsed",
    "running",
    "completed",
    "cancelled",
    "undoing",
    "undone",
    "failed",
]


class ImportCounts(ApiStruct):
    """How many rows became what."""

    new: int
    changed: int
    same: int
    rejected: int
    undone: int
    kept: int


class ImportSummary(ApiStruct):
    """An import in a list."""

    id: str
    kind: str
    filename: str
    status: Status
    row_count: int
    position: int
    counts: ImportCounts
    error: str | None
    created_by: str
    created_at: str | None
    finished_at: str | None
    undo_until: str | None


class ImportObject(ImportSummary):
    """An import."""

    format: Literal["csv", "xlsx", "ods", "vcard"] | None
    source: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    sheets: list[str]
    heading_row: int | None
    decimal_separator: Literal[".", ","]
    decimal_examples: list[str]
    date_order: Literal["dmy", "mdy"] | None
    date_examples: list[str]
    match_by: str | None
    columns: dict[str, str]
    meanings: dict[str, dict[str, str]]
    defaults: dict[str, str]


class ImportRowError(ApiStruct):
    """Why a row was rejected."""

    code: str
    message: str
    details: list[dict[str, Any]]


class ImportRowObject(ApiStruct):
    """A row of a file, and what became of it."""

    id: str
    position: int
    line: int
    outcome: Literal["new", "changed", "same", "rejected"] | None
    object_id: str | None
    changes: dict[str, Any]
    error: ImportRowError | None
    cells: list[str]
    undo: Literal["undone", "kept"] | None
    undo_reason: str | None


IMPORT_COLUMNS = (
    *("id", "kind", "filename", "status", "row_count", "position", "counts", "error"),
    *("created_by", "created_at", "finished_at", "undo_until"),
)
ROW_COLUMNS = (
    *("id", "position", "line", "outcome", "object_id", "changes", "error", "cells", "undo", "undo_reason"),
    "problem",
)


def import_row(
    pk: UUID,
    kind: str,
    filename: str,
    status: str,
    row_count: int,
    position: int,
    counts: dict[str, int],
    error: str,
    created_by: str,
    created_at: datetime,
    finished_at: datetime | None,
    undo_until: datetime | None,
) -> ImportSummary:
    """An import in a list, from its columns."""
    return ImportSummary(
        id=ids.encode(Import.PREFIX, pk),
        kind=kind,
        filename=filename,
        status=word(status),
        row_count=row_count,
        position=position,
        counts=_counts(counts),
        error=text(error),
        created_by=created_by,
        created_at=timestamp(created_at),
        finished_at=timestamp(finished_at),
        undo_until=timestamp(undo_until),
    )


def import_object(shown: ShownImport) -> ImportObject:
    """The whole import, as somebody sees it."""
    job = shown.job
    found = job.contents
    return ImportObject(
        id=job.public_id,
        kind=job.kind,
        filename=job.filename,
        status=word(job.status),
        row_count=job.row_count,
        position=job.position,
        counts=_counts(job.counts),
        error=text(job.error),
        created_by=job.created_by,
        created_at=timestamp(job.created_at),
        finished_at=timestamp(job.finished_at),
        undo_until=timestamp(job.undo_until),
        format=word(found.get("format", "")) or None,
        source=text(job.source),
        encoding=text(found.get("encoding", "")),
        delimiter=text(found.get("delimiter", "")),
        sheet=text(found.get("sheet", "")),
        sheets=[*found.get("sheets", ()), *found.get("hidden_sheets", ())],
        heading_row=found.get("heading_row"),
        decimal_separator=word(job.decimal_separator),
        decimal_examples=shown.decimal_examples,
        date_order=word(job.date_order) or None,
        date_examples=shown.date_examples,
        match_by=text(job.match_by),
        columns=dict(shown.columns),
        meanings=job.meanings,
        defaults=shown.defaults,
    )


def row_object(
    shown: ShownImport,
    pk: UUID,
    position: int,
    line: int,
    outcome: str,
    object_key: UUID | None,
    changes: dict[str, Any],
    error: dict[str, Any] | None,
    cells: list[Any],
    undo: str,
    undo_reason: str,
    problem: str,
) -> ImportRowObject:
    """A row, from its columns, as somebody sees it."""
    prefix = object_types[shown.kind.object_type].id_prefix
    error = shown.error(error) if error else None
    return ImportRowObject(
        id=ids.encode(ImportRow.PREFIX, pk),
        position=position,
        line=line,
        outcome=word(outcome) or None,
        object_id=ids.encode(prefix, object_key) if object_key else None,
        changes=shown.changes(changes),
        error=ImportRowError(code=error["code"], message=error["message"], details=error.get("details", []))
        if error
        else None,
        cells=list(map(str, shown.cells(cells, problem))),
        undo=word(undo) or None,
        undo_reason=text(undo_reason),
    )


def _counts(counts: dict[str, int]) -> ImportCounts:
    return ImportCounts(**{str(name): counts.get(name, 0) for name in (*Outcome.values, *UndoOutcome.values)})
