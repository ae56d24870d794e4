"""The workers' entry: goes on with an import for a while, and leaves the rest to the next task.

Whatever dies in the middle, the sweep finds the import, which goes on after its last whole slice.
"""

import logging
import time
from uuid import UUID

from django.db.models import F

from bigledger_crm.imports.models import AT_WORK, Import, ImportStatus
from bigledger_crm.imports.services.reading import read
from bigledger_crm.imports.services.slices import next_slice, prepare
from bigledger_crm.imports.services.undoing import undo_slice
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.schedule.services import only_one
from bigledger_crm.tenancy.database import is_busy
from bigledger_crm.tenancy.scope import company_scope

TASK = "bigledger_crm.imports.tasks.work_on_import"
# Emails and other tasks wait for no import longer than this.
SECONDS = 20
MAX_ATTEMPTS = 5
_BATCH = 50
logger = logging.getLogger(__name__)


def work(pk: UUID, *, seconds: float = SECONDS) -> bool:
    """Goes on with an import, unless somebody is at one of the company; tells whether it stopped with more to do."""
    job = Import.unscoped.filter(pk=pk, status__in=AT_WORK).first()
    if job is None:
        return False
    with only_one(f"imports-{job.company_id}") as is_ours, company_scope(job.company_id):
        has_more = is_ours and _go_on(job, time.monotonic() + seconds)
    if has_more:
        notify_worker(pk, TASK)
    return has_more


def _go_on(job: Import, end: float) -> bool:
    """Does slices until the time is over; tells whether there is more to do."""
    if job.attempts >= MAX_ATTEMPTS:
        _fail(job, job.error or "The worker stopped in the middle several times")
        return False
    Import.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)
    try:
        while _step(job):
            if time.monotonic() >= end:
                return True
    except PermissionDenied as error:
        _fail(job, error.message)
    except Exception as error:
        if not is_busy(error):
            logger.warning("Import %s stopped: %s", job.public_id, type(error).__name__)
        Import.objects.filter(pk=job.pk).update(error=f"The import stopped ({type(error).__name__})")
        raise
    return False


def _step(job: Import) -> bool:
    """One slice; tells whether there are more."""
    status = Import.objects.values_list("status", flat=True).get(pk=job.pk)
    if status == ImportStatus.READING:
        read(job.pk)
        return False
    if status in (ImportStatus.REHEARSING, ImportStatus.RUNNING):
        prepare(job.pk)
        return next_slice(job.pk, ImportStatus(status))
    return status == ImportStatus.UNDOING and undo_slice(job.pk)


def _fail(job: Import, error: str) -> None:
    Import.objects.filter(pk=job.pk, status__in=AT_WORK).update(
        status=ImportStatus.FAILED, error=error, updated_at=clock.now()
    )


def sweep() -> None:
    """Notifies workers of the imports of all companies that wait, the longest waiting first."""
    waiting = Import.unscoped.filter(status__in=AT_WORK).order_by("updated_at")
    for pk in waiting.values_list("pk", flat=True)[:_BATCH]:
        if not notify_worker(pk, TASK):
            break
