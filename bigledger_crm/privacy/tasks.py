"""The background tasks of people's data."""

from functools import partial
from uuid import UUID

from celery import shared_task

from bigledger_crm.privacy import archives, retention
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.requested_archives import delete_expired, sweep
from bigledger_crm.schedule.services import run_once

SOFT_SECONDS, SECONDS = 3600, 3660


@shared_task(ignore_result=True, soft_time_limit=SOFT_SECONDS, time_limit=SECONDS)
def make_person_archive(archive_id: str) -> None:
    """Makes an archive of what is kept about a person."""
    archives.make(UUID(archive_id))


@shared_task(ignore_result=True)
def sweep_person_archives() -> None:
    """Notifies workers of archives that wait."""
    run_once("sweep-person-archives", partial(sweep, PersonArchive))


@shared_task(ignore_result=True)
def delete_person_archives() -> None:
    """Deletes archives that are no longer kept."""
    run_once("delete-person-archives", partial(delete_expired, PersonArchive))


@shared_task(ignore_result=True, soft_time_limit=SOFT_SECONDS, time_limit=SECONDS)
def apply_retention() -> None:
    """Removes what companies no longer keep, at night."""
    run_once("apply-retention", retention.apply_due)
