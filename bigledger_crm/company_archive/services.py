"""Exports of a company: asking for one, and making it."""

from tempfile import TemporaryFile
from uuid import UUID

from django.db import transaction

from bigledger_crm import requested_archives
from bigledger_crm.company_archive.errors import TooManyCompanyExports
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.company_archive.writing import write_archive
from bigledger_crm.documents import storage
from bigledger_crm.requested_archives import ArchiveStatus
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import lock_company

MAX_EXPORTS = 5


@transaction.atomic
def request_company_export(actor: Actor) -> CompanyExport:
    """Asks for an export of all data; the one that is being prepared already, if there is one.

    Raises MissingRight, TooManyCompanyExports.
    """
    actor.require("company-exports", "write")
    lock_company(actor.company)
    waiting = CompanyExport.objects.filter(status=ArchiveStatus.QUEUED).first()
    if waiting is not None:
        return waiting
    if CompanyExport.objects.count() >= MAX_EXPORTS:
        raise TooManyCompanyExports(MAX_EXPORTS)
    return requested_archives.queue(actor, CompanyExport())


@transaction.atomic
def delete_company_export(actor: Actor, export: CompanyExport) -> None:
    """Deletes an export; one that is being prepared is given up.  Raises MissingRight."""
    actor.require("company-exports", "write")
    requested_archives.delete(actor, export)


def make(pk: UUID) -> bool:
    """Makes an export if it waits and nobody else is at it; tells whether it is ready now."""
    return requested_archives.make(CompanyExport, pk, _write)


def _write(export: CompanyExport) -> dict[str, int]:
    """Writes the file; how much is in it.  Raises OSError, Error."""
    # A file without a name: nothing of it is left behind, whatever happens to the process.
    with TemporaryFile() as file:
        manifest = write_archive(export.company, file)
        size = file.tell()
        file.seek(0)
        storage.write_stream(export.path, file)
    rows = sum(table.rows for table in manifest.tables.values())
    return {"size": size, "rows": rows, "files": manifest.files, "missing": len(manifest.missing)}
