"""Exports of a company as they are in JSON."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, text, timestamp, word
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.kernel import ids


class CompanyExportObject(ApiStruct):
    """An export."""

    id: str
    status: Literal["queued", "ready", "failed"]
    requested_by: str
    requested_at: str | None
    finished_at: str | None
    expires_at: str | None
    size: int
    row_count: int
    file_count: int
    missing_file_count: int
    error: str | None


COMPANY_EXPORT_COLUMNS = (
    *("id", "status", "requested_by", "requested_at", "finished_at", "expires_at", "size", "rows", "files", "missing"),
    "error",
)


def company_export_row(
    pk: UUID,
    status: str,
    requested_by: str,
    requested_at: datetime,
    finished_at: datetime | None,
    expires_at: datetime,
    size: int,
    rows: int,
    files: int,
    missing: int,
    error: str,
) -> CompanyExportObject:
    """An export, from its columns."""
    return CompanyExportObject(
        id=ids.encode(CompanyExport.PREFIX, pk),
        status=word(status),
        requested_by=requested_by,
        requested_at=timestamp(requested_at),
        finished_at=timestamp(finished_at),
        expires_at=timestamp(expires_at),
        size=size,
        row_count=rows,
        file_count=files,
        missing_file_count=missing,
        error=text(error),
    )


def company_export_object(export: CompanyExport) -> CompanyExportObject:
    """An export."""
    return company_export_row(*(getattr(export, name) for name in COMPANY_EXPORT_COLUMNS))
