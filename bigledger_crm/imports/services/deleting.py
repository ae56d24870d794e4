"""Deleting what of imports is no longer needed: it is personal data."""

from datetime import timedelta

from django.db.models import Q

from bigledger_crm.documents import storage
from bigledger_crm.imports.models import AT_WORK, Import, ImportRow, ImportStatus
from bigledger_crm.imports.services.slices import UNDO_FOR
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.scope import company_scope

ABANDONED_AFTER = timedelta(days=7)
_WAITING = (ImportStatus.READY, ImportStatus.REHEARSED, ImportStatus.FAILED)


def delete_old() -> int:
    """Deletes, in all companies, the rows of imports that can't be undone any more, and returns of how many.

    Imports that nobody went on with for a week are deleted with their files; of others the numbers are kept.
    """
    now = clock.now()
    abandoned = Q(status__in=_WAITING, undo_until=None, updated_at__lte=now - ABANDONED_AFTER)
    for job in Import.unscoped.filter(abandoned):
        with company_scope(job.company_id):
            storage.delete(job.path)
            Import.objects.filter(pk=job.pk, status__in=_WAITING).delete()
    over = Q(undo_until__lte=now) | Q(undo_until=None, finished_at__lte=now - UNDO_FOR)
    has_rows = Import.unscoped.filter(over, pk__in=ImportRow.unscoped.values("job_id")).exclude(status__in=AT_WORK)
    ended = list(has_rows)
    for job in ended:
        with company_scope(job.company_id):
            ImportRow.objects.filter(job=job).delete()
    return len(ended)
