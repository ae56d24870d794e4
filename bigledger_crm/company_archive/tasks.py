"""The background tasks of exports of companies."""

from functools import partial
from uuid import UUID

from celery import shared_task

from bigledger_crm.company_archive import services
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.requested_archives import delete_expired, sweep
from bigledger_crm.schedule.services import run_once

# A million invoices take minutes; what takes longer is ended and tried again.
SOFT_SECONDS, SECONDS = 4 * 3600, 4 * 3600 + 60


@shared_task(ignore_result=True, soft_time_limit=SOFT_SECONDS, time_limit=SECONDS)
def make_company_export(export_id: str) -> None:
    """Makes an export of a company."""
    services.make(UUID(export_id))


@shared_task(ignore_result=True)
def sweep_company_exports() -> None:
    """Notifies workers of exports that wait."""
    run_once("sweep-company-exports", partial(sweep, CompanyExport))


@shared_task(ignore_result=True)
def delete_company_exports() -> None:
    """Deletes exports that are no longer kept."""
    run_once("delete-company-exports", partial(delete_expired, CompanyExport))
