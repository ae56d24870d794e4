"""Imports in the matrix of tenancy: objects, calls and pages."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bigledger_crm.imports.models import Import, ImportMapping, ImportRow, ImportStatus
from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import Upload
from bigledger_crm.testing.tenancy_call import Call, Page, form

if TYPE_CHECKING:
    from bigledger_crm.testing.tenancy_fixtures import Fixtures

_HEADINGS = ["Number", "Name", "Email"]
_FILE = Upload("customers.csv", b"Number,Name,Email\nNEW-1,New,new@example.com\n")
_ONE = "imports/<str:public_id>"


@dataclass(frozen=True)
class ImportFixtures:
    """The public ids of imports of customers at three steps."""

    ready_import: str
    rehearsed_import: str
    completed_import: str


def make_import(actor: Actor, status: str, text: str, rows: int = 1) -> Import:
    """An import of customers that is at a step; its rows are rejected, but for the first of one that was run."""
    now, was_run = clock.now(), status == ImportStatus.COMPLETED
    job = Import.objects.create(
        company=actor.company,
        kind="customers",
        filename=f"{text}.csv",
        size=100,
        status=status,
        contents={"format": "csv", "headings": _HEADINGS, "row_count": rows, "heading_row": 1, "encoding": "UTF-8"},
        mapping=["customerNumber", "name", "email"],
        match_by="customerNumber",
        row_count=rows,
        counts={} if status == ImportStatus.READY else {"new": int(was_run), "rejected": rows - int(was_run)},
        created_by=actor.id,
        created_by_name=actor.name,
        finished_at=now if was_run else None,
        undo_until=now + timedelta(days=30) if was_run else None,
    )
    error = {"code": "INVALID_CUSTOMER_DATA", "message": text, "details": [{"field": "email", "message": text}]}
    for position in range(1, rows + 1):
        is_new = was_run and position == 1
        ImportRow.objects.create(
            company=actor.company,
            job=job,
            position=position,
            line=position + 1,
            cells=[f"{position}", text, f"{position}@example.com"],
            outcome="" if status == ImportStatus.READY else "new" if is_new else "rejected",
            object_id=ids.new_id() if is_new else None,
            error=None if is_new else error,
            done_at=now if was_run else None,
        )
    return job


def make_import_fixtures(actor: Actor, text: str, rows: int) -> dict[str, str]:
    """The fields of ImportFixtures."""
    ImportMapping.objects.create(company=actor.company, kind="customers", digest=text[:64], mapping={})
    return {f"{status}_import": make_import(actor, status, text, rows).public_id for status in _STATUSES}


_STATUSES = (ImportStatus.READY, ImportStatus.REHEARSED, ImportStatus.COMPLETED)


def _columns(world: "Fixtures") -> dict[str, Any]:
    return {"columns": {"Email": ""}}


IMPORT_CALLS = (
    Call("GET", "imports", 200),
    Call("POST", "imports", 202, body=lambda world: _FILE),
    Call("GET", _ONE, 200, "completed_import"),
    Call("PUT", _ONE, 200, "ready_import", _columns),
    Call("PATCH", _ONE, 200, "ready_import", _columns),
    Call("GET", f"{_ONE}/rows", 200, "completed_import"),
    Call("POST", f"{_ONE}/rehearse", 202, "ready_import"),
    Call("POST", f"{_ONE}/run", 202, "rehearsed_import"),
    Call("POST", f"{_ONE}/undo", 202, "completed_import"),
    Call("POST", f"{_ONE}/cancel", 200, "ready_import"),
)
IMPORT_PAGES = (
    Page("imports"),
    *form("imports/new"),
    Page(_ONE, "completed_import"),
    Page(f"{_ONE}/columns", "ready_import"),
    Page(f"{_ONE}/columns", "ready_import", 400, "POST"),
    Page(f"{_ONE}/rehearse", "ready_import", 302, "POST"),
    Page(f"{_ONE}/run", "rehearsed_import"),
    Page(f"{_ONE}/run", "rehearsed_import", 302, "POST"),
    Page(f"{_ONE}/cancel", "ready_import"),
    Page(f"{_ONE}/cancel", "ready_import", 302, "POST"),
    Page(f"{_ONE}/undo", "completed_import"),
    Page(f"{_ONE}/undo", "completed_import", 302, "POST"),
    Page(f"{_ONE}/rejected", "completed_import"),
)
