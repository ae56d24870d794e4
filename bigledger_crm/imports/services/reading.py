"""Reading the file of an import into its rows."""

import shutil
from collections.abc import Iterable
from itertools import count
from tempfile import TemporaryFile
from typing import Any

import msgspec
from django.core.files.storage import default_storage
from django.db import connection, transaction

from bigledger_crm.imports.custom_fields import kind_for, kind_of_import
from bigledger_crm.imports.files.contents import Contents, FileError, ReadOptions, Row
from bigledger_crm.imports.files.isolated import read_isolated
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.mapping import best_match, date_order_of, dates_shown, digest_of, plain, propose
from bigledger_crm.imports.models import Import, ImportMapping, ImportRow, ImportStatus
from bigledger_crm.imports.services.acting import actor_of
from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.database import long_statements

_COLUMNS = (
    *("id", "company_id", "job_id", "position", "line", "cells", "problem"),
    *("key", "outcome", "changes", "undo", "undo_reason"),
)
_SAMPLE = 50
_GONE = "The file is no longer there. Import it again"


def read(pk: Any) -> None:
    """Reads the file, all of it or nothing; an import whose file can't be read has failed and says why."""
    job = Import.objects.get(pk=pk)
    try:
        with long_statements(), TemporaryFile() as file:
            with default_storage.open(job.path) as kept:
                shutil.copyfileobj(kept, file)
            file.seek(0)
            _read(job, file)
    except FileNotFoundError:
        _fail(job, _GONE)
    except FileError as error:
        _fail(job, str(error))


def _fail(job: Import, error: str) -> None:
    Import.objects.filter(pk=job.pk, status=ImportStatus.READING).update(
        status=ImportStatus.FAILED, error=error, updated_at=clock.now()
    )


@transaction.atomic
def _read(job: Import, file: Any) -> None:
    stored = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if stored.status != ImportStatus.READING:
        return
    ImportRow.objects.filter(job=stored).delete()
    sample: list[Row] = []
    contents = _copy(stored, read_isolated(file, ReadOptions(**stored.wanted)), sample)
    if not contents.row_count:
        raise FileError("The file has no rows below its headings")
    is_known = bool(stored.mapping) and stored.contents.get("headings") == contents.headings
    if any(contents.decimals.values()) or (is_known and not stored.contents.get("unclear")):
        contents.unclear = {}
    stored.contents = msgspec.to_builtins(contents)
    stored.row_count, stored.position, stored.counts = contents.row_count, 0, {}
    if not is_known:  # what somebody said of the columns stays where these are the same
        stored.decimal_separator = decimal_separator(contents)
        _map(stored, contents, sample)
    stored.status, stored.attempts, stored.error, stored.updated_at = ImportStatus.READY, 0, "", clock.now()
    stored.save()


def _copy(job: Import, parts: Iterable[list[Row] | Contents], sample: list[Row]) -> Contents:
    """Adds the rows as they are read."""
    positions = count(1)
    contents: Contents | None = None
    table = f"{ImportRow._meta.db_table} ({', '.join(_COLUMNS)})"
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for part in parts:
            if isinstance(part, Contents):
                contents = part
                continue
            sample += part[: _SAMPLE - len(sample)] if len(sample) < _SAMPLE else []
            for row in part:
                cells = msgspec.json.encode(row.cells).decode()
                key = ids.new_id()
                fixed = ("", "", "{}", "", "")
                copy.write_row((key, job.company_id, job.pk, next(positions), row.line, cells, row.problem, *fixed))
    if contents is None:
        raise FileError(_GONE)
    return contents


def _map(job: Import, contents: Contents, sample: list[Row]) -> None:
    """Proposes what the columns are: what the company said of such a file before, or what is likely.

    Nothing that whoever brought the file doesn't see.
    """
    kind, stored_contents = kind_for(actor_of(job), import_kinds[job.kind]), msgspec.to_builtins(contents)
    proposed = propose(kind, contents.headings, [row.cells for row in sample])
    job.mapping, job.match_by, job.source = proposed.mapping, proposed.match_by, proposed.source
    job.defaults, job.meanings, job.date_order = dict(proposed.defaults), {}, ""
    kept = ImportMapping.objects.filter(kind=kind.name, digest=digest_of(contents.headings)).first()
    if kept is not None:
        names = [kept.mapping.get(plain(heading), "") for heading in contents.headings]
        job.mapping = [name if kind.field(name) else "" for name in names]
        job.match_by = kept.match_by
        if not any(contents.decimals.values()):
            job.decimal_separator = kept.decimal_separator
            job.contents["unclear"] = {}
        job.meanings, job.date_order = kept.meanings, kept.date_order
        job.defaults = {name: text for name, text in kept.defaults.items() if name not in kind.hidden}
    if job.match_by not in job.mapping:
        job.match_by = best_match(kind, job.mapping)
    job.date_order = date_order_of(dates_shown(kind, stored_contents, job.mapping)) or job.date_order


def decimal_separator(contents: Contents) -> str:
    """What the numbers of a file show: a comma if all that can be read in one way only have one."""
    return "," if contents.decimals.get(",") and not contents.decimals.get(".") else "."


def keep_mapping(actor: Actor, job: Import) -> None:
    """Keeps what the columns are, for the company's next file with the same headings.

    Who doesn't see a field said nothing of its column: that stays what it was before, or is likely to be.
    """
    headings, digest = job.contents["headings"], digest_of(job.contents["headings"])
    hidden = kind_for(actor, import_kinds[job.kind]).hidden
    kept = ImportMapping.objects.filter(kind=job.kind, digest=digest).first()
    mapping = dict(zip(map(plain, headings), job.mapping, strict=True))
    likely = propose(kind_of_import(job), headings, ()).mapping
    before = kept.mapping if kept else dict(zip(map(plain, headings), likely, strict=True))
    withheld = {heading: name for heading, name in before.items() if name in hidden and not mapping.get(heading)}
    defaults = {name: text for name, text in kept.defaults.items() if name in hidden} if kept else {}
    ImportMapping.objects.update_or_create(
        company_id=job.company_id,
        kind=job.kind,
        digest=digest,
        defaults={
            "mapping": mapping | withheld,
            "match_by": job.match_by,
            "decimal_separator": job.decimal_separator,
            "date_order": job.date_order,
            "meanings": job.meanings,
            "defaults": defaults | job.defaults,
            "updated_at": clock.now(),
        },
    )
