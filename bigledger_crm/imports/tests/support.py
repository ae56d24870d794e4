"""Imports from beginning to end, in this process."""

import io
from typing import Any

from bigledger_crm.imports.inputs import ImportInput
from bigledger_crm.imports.models import AT_WORK, Import, ImportRow
from bigledger_crm.imports.services import steps, working
from bigledger_crm.tenancy.actor import Actor


def kept(actor: Actor, content: bytes | str, kind: str = "customers", **how: Any) -> Import:
    """An import whose file was read, or could not be; with other `columns` or settings if these are given."""
    content = content.encode() if isinstance(content, str) else content
    job = steps.create_import(actor, kind, filename="file.csv", file=io.BytesIO(content), size=len(content))
    job = worked(job)
    return worked(steps.update_import(actor, job, settings(**how))) if how else job


def settings(columns: dict[str, str] | None = None, **how: Any) -> ImportInput:
    """Other settings of an import."""
    return ImportInput(**how if columns is None else {**how, "columns": columns})


def worked(job: Import) -> Import:
    """The import after workers went on with it until nothing was left."""
    while Import.objects.filter(pk=job.pk, status__in=AT_WORK).exists():
        working.work(job.pk)
    return Import.objects.get(pk=job.pk)


def rehearsed(actor: Actor, job: Import) -> Import:
    """The import after its rehearsal."""
    return worked(steps.rehearse_import(actor, job))


def run(actor: Actor, content: bytes | str, kind: str = "customers", **how: Any) -> Import:
    """A whole import."""
    job = rehearsed(actor, kept(actor, content, kind, **how))
    return worked(steps.run_import(actor, job))


def undone(actor: Actor, job: Import) -> Import:
    """The import after it was undone."""
    return worked(steps.undo_import(actor, job))


def outcomes(job: Import) -> list[str]:
    """What became of the rows."""
    return list(ImportRow.objects.filter(job=job).order_by("position").values_list("outcome", flat=True))


def errors(job: Import) -> dict[int, str]:
    """By the line of each rejected row the field, if there is one, and the message."""
    found = {}
    for row in ImportRow.objects.filter(job=job, outcome="rejected").order_by("position"):
        error: dict[str, Any] = row.error or {}
        details = error.get("details") or [{}]
        found[row.line] = ": ".join(
            filter(None, (details[0].get("field", ""), details[0].get("message", error["message"])))
        )
    return found
