"""Asking for the steps of an import.  A worker does them; the row says which one, so none is lost or done twice."""

from copy import deepcopy
from functools import partial
from typing import IO, Any

from django.db import transaction

from bigledger_crm.documents import storage
from bigledger_crm.imports.custom_fields import kind_for
from bigledger_crm.imports.errors import ImportNotReady, ImportNotUndoable, TooManyImports
from bigledger_crm.imports.files.contents import ReadOptions
from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.kinds import ImportKind, import_kinds
from bigledger_crm.imports.mapping import best_match, date_order_of, dates_shown
from bigledger_crm.imports.models import ENDED, Import, ImportRow, ImportStatus, Outcome, UndoOutcome
from bigledger_crm.imports.services.checking import (
    check_settings,
    merged,
    require_date_order,
    require_decimal_separator,
    require_visible_columns,
)
from bigledger_crm.imports.services.working import TASK
from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.inputs import given, given_or
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import lock_company

MAX_BYTES = 100 * 1024 * 1024
MAX_UNFINISHED = 20
_LONGEST_NAME = 200
_READ = ("encoding", "delimiter", "sheet", "heading_row")
_MAPPABLE = (ImportStatus.READY, ImportStatus.REHEARSED)


def kind_of(actor: Actor, name: str) -> ImportKind:
    """The kind with this name, for somebody who may write what it makes.  Raises InvalidData, MissingRight."""
    kind = import_kinds.get(name)
    if kind is None:
        known = ", ".join(one.name for one in import_kinds)
        raise InvalidData("Import", field_error("kind", f"Kind must be one of: {known}"))
    actor.require(kind.resource, "write")
    return kind


@transaction.atomic
def create_import(actor: Actor, kind: str, *, filename: str, file: IO[bytes], size: int) -> Import:
    """Keeps a file and has it read.  Raises InvalidData, MissingRight, TooManyImports."""
    known = kind_of(actor, kind)
    message = None if 0 < size <= MAX_BYTES else f"A file has 1 byte to {MAX_BYTES // 1024**2} MB"
    if errors := field_error("file", message):
        raise InvalidData("Import", errors)
    lock_company(actor.company)
    if Import.objects.exclude(status__in=ENDED).count() >= MAX_UNFINISHED:
        raise TooManyImports(f"{MAX_UNFINISHED} imports are unfinished: run or cancel one of them first")
    job = Import.objects.create(
        company=actor.company,
        kind=known.name,
        filename=text.clean_line(filename)[-_LONGEST_NAME:] or "import",
        size=size,
        created_by=actor.id,
        created_by_name=actor.name,
    )
    storage.write_stream(job.path, file)
    record(actor, "import.created", job.pk, note=job.filename)
    _notify(job)
    return job


@transaction.atomic
def update_import(actor: Actor, job: Import, inputs: ImportInput) -> Import:
    """Changes what rows become or how a file is read, which reads it anew, or what its columns are.

    A rehearsal counts no longer, unless all is as it was.  Raises InvalidData with every failing field, and for columns
    that are hidden from the actor, who would otherwise see them once they are something else; ImportNotReady,
    MissingRight.
    """
    stored = _locked(job)
    require_visible_columns(kind_for(actor, kind_of(actor, stored.kind)), stored)
    kind = kind_for(actor, kind_of(actor, given_or(inputs.kind, stored.kind)))
    if stored.status not in (*_MAPPABLE, ImportStatus.FAILED) or (
        stored.status == ImportStatus.FAILED and _done(stored)
    ):
        raise ImportNotReady(stored.status, "The columns can be changed after the file was read, and before it is run")
    errors = check_settings(kind, stored, inputs)
    if errors:
        raise InvalidData("Import", errors)
    before = deepcopy(_as_read(stored))
    if kind.name != stored.kind:
        stored.kind, stored.contents, stored.mapping = kind.name, {}, []
        stored.meanings, stored.defaults, stored.date_order = {}, {}, ""
    changes = given(inputs)
    headings = stored.contents.get("headings", ())
    stored.mapping = [
        inputs.mapped.get(heading, present) for heading, present in zip(headings, stored.mapping, strict=False)
    ]
    if "decimal_separator" in changes:
        stored.decimal_separator, stored.contents["unclear"] = changes["decimal_separator"], {}
    stored.date_order = changes.get("date_order", "") or stored.date_order
    stored.date_order = stored.date_order or date_order_of(dates_shown(kind, stored.contents, stored.mapping))
    stored.defaults = merged(stored.defaults, changes.get("defaults", {}))
    for name, texts in changes.get("meanings", {}).items():
        stored.meanings[name] = merged(stored.meanings.get(name, {}), texts)
    stored.match_by = changes.get("match_by", stored.match_by)
    if stored.match_by not in stored.mapping:
        stored.match_by = best_match(kind, stored.mapping)
    found = stored.contents
    other = {
        name: value for name, value in changes.items() if name in _READ and (value or "") != (found.get(name) or "")
    }
    if headings and not other and _as_read(stored) == before and stored.status in _MAPPABLE:
        return stored
    stored.status, stored.error, stored.attempts = ImportStatus.READY, "", 0
    if other or not headings:
        stored.wanted, stored.status = {**stored.wanted, **other}, ImportStatus.READING
        _notify(stored)
    _save(stored)
    return stored


@transaction.atomic
def rehearse_import(actor: Actor, job: Import) -> Import:
    """Has the import rehearsed.

    Raises InvalidData for columns that aren't mapped or that are hidden from the actor, and for dates and numbers that
    can be read in two ways, ImportNotReady, MissingRight.
    """
    stored = _locked(job)
    kind = kind_of(actor, stored.kind)
    if stored.status not in _MAPPABLE:
        raise ImportNotReady(stored.status, "An import is rehearsed after its file was read, and before it is run")
    if not stored.match_by:
        names = ", ".join(str(one.label) for name in kind.match_by if (one := kind.field(name)))
        raise InvalidData("Import", field_error("columns", f"Map one column by which rows are told apart: {names}"))
    require_date_order(kind, stored)
    require_decimal_separator(kind_for(actor, kind), stored)
    require_visible_columns(kind_for(actor, kind), stored)
    return _begin(actor, stored, ImportStatus.REHEARSING)


@transaction.atomic
def run_import(actor: Actor, job: Import) -> Import:
    """Has the rehearsed import carried out, with the rights of the actor.

    Raises InvalidData for columns that are hidden from the actor, ImportNotReady, MissingRight.
    """
    stored = _locked(job)
    kind = kind_of(actor, stored.kind)
    if stored.status != ImportStatus.REHEARSED:
        raise ImportNotReady(stored.status, "Rehearse the import first")
    require_visible_columns(kind_for(actor, kind), stored)
    record(actor, "import.started", stored.pk, note=stored.filename)
    return _begin(actor, stored, ImportStatus.RUNNING)


@transaction.atomic
def cancel_import(actor: Actor, job: Import) -> Import:
    """Stops an import; what was imported stays and can be undone.  Raises ImportNotReady, MissingRight."""
    stored = _locked(job)
    kind_of(actor, stored.kind)
    if stored.status in (*ENDED, ImportStatus.UNDOING):
        raise ImportNotReady(stored.status, "The import has ended")
    stored.status, stored.finished_at = ImportStatus.CANCELLED, clock.now()
    _save(stored)
    record(actor, "import.cancelled", stored.pk, note=stored.filename)
    transaction.on_commit(partial(storage.delete, stored.path), robust=True)
    return stored


@transaction.atomic
def undo_import(actor: Actor, job: Import) -> Import:
    """Has everything taken back that the import did, or what an earlier undo kept.

    Raises ImportNotUndoable, MissingRight.
    """
    stored = _locked(job)
    for resource, verb in kind_of(actor, stored.kind).undo_rights:
        actor.require(resource, verb)
    if stored.status == ImportStatus.UNDOING:
        raise ImportNotUndoable("This import is being undone")
    if stored.undo_until is None or not _done(stored) or stored.status == ImportStatus.RUNNING:
        raise ImportNotUndoable("This import has changed nothing that can be undone")
    if stored.status == ImportStatus.UNDONE and not stored.counts.get(UndoOutcome.KEPT):
        raise ImportNotUndoable("This import has already been undone")
    if stored.undo_until <= clock.now():
        raise ImportNotUndoable("The time to undo this import is over")
    if stored.status == ImportStatus.UNDONE:
        ImportRow.objects.filter(job=stored, undo=UndoOutcome.KEPT).update(undo="", undo_reason="")
        stored.counts[UndoOutcome.KEPT] = 0
    stored.finished_at = stored.finished_at or clock.now()
    return _begin(actor, stored, ImportStatus.UNDOING)


def is_undoable(job: Import) -> bool:
    """Whether `undo_import` is likely to take it."""
    ended = job.status in (ImportStatus.COMPLETED, ImportStatus.CANCELLED, ImportStatus.FAILED)
    ended = ended or (job.status == ImportStatus.UNDONE and bool(job.counts.get(UndoOutcome.KEPT)))
    did = job.counts.get(Outcome.NEW, 0) + job.counts.get(Outcome.CHANGED, 0)
    return ended and bool(did) and job.undo_until is not None and job.undo_until > clock.now()


def _done(job: Import) -> bool:
    outcomes = (Outcome.NEW, Outcome.CHANGED)
    return ImportRow.objects.filter(job=job, outcome__in=outcomes, done_at__isnull=False).exists()


def _begin(actor: Actor, job: Import, status: ImportStatus) -> Import:
    """A worker does the step, with the rights of the actor."""
    job.created_by, job.created_by_name = actor.id, actor.name
    job.status, job.position, job.attempts, job.error = status, 0, 0, ""
    if status != ImportStatus.UNDOING:
        job.counts = {}
    _save(job)
    _notify(job)
    return job


def _locked(job: Import) -> Import:
    return Import.objects.select_for_update(of=("self",)).get(pk=job.pk)


def _as_read(job: Import) -> tuple[Any, ...]:
    """What a change of an import can change."""
    how = (job.decimal_separator, job.date_order, job.defaults, job.meanings)
    return job.kind, job.contents, job.mapping, how, job.match_by


def _save(job: Import) -> None:
    job.updated_at = clock.now()
    job.save()


def _notify(job: Import) -> None:
    transaction.on_commit(partial(notify_worker, job.pk, TASK), robust=True)


def read_options(job: Import) -> ReadOptions:
    """How somebody wants the file to be read."""
    return ReadOptions(**{name: value for name, value in job.wanted.items() if name in _READ})
