"""Running periodic jobs: two beats, or a task that is delivered twice, run a job once."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from bigledger_crm import metrics
from bigledger_crm.kernel import clock
from bigledger_crm.schedule.models import JobRun

KEPT = timedelta(days=1)
_LOCKS = 0x626C  # sets these locks apart from those of others in the database
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run_once(job: str, function: Callable[[], object]) -> bool:
    """Calls `function` unless the job ran in this slot already or is running; tells whether it was called.

    `job` is the job's name in settings.CELERY_BEAT_SCHEDULE, and a slot as long as its interval.  What the function
    raises passes through, and the slot can be tried again; a process that is killed leaves it to the next slot.
    """
    with _lock(job) as is_ours:
        if not is_ours:
            return False
        slot = slot_of(job)
        run, is_first = JobRun.objects.get_or_create(job=job, slot=slot)
        if not is_first:
            if not _forget_runs_ahead(job, slot):
                return False
            run = JobRun.objects.create(job=job, slot=slot)
        try:
            function()
        except BaseException:
            run.delete()
            metrics.job_ended(job, failed=True)
            raise
        JobRun.objects.filter(pk=run.pk).update(finished_at=clock.now())
    metrics.job_ended(job, failed=False)
    return True


def slot_of(job: str) -> datetime:
    """The start of the present slot of a job.  Raises KeyError for a job that isn't in the schedule."""
    interval: timedelta = settings.CELERY_BEAT_SCHEDULE[job]["schedule"]
    return _EPOCH + (clock.now() - _EPOCH) // interval * interval


def _forget_runs_ahead(job: str, slot: datetime) -> bool:
    """Deletes the runs of this slot and later ones if the machine's clock was set back; tells whether it was.

    A run one slot ahead is that of another machine whose clock goes a little before this one's.
    """
    interval: timedelta = settings.CELERY_BEAT_SCHEDULE[job]["schedule"]
    if not JobRun.objects.filter(job=job, slot__gt=slot + interval).exists():
        return False
    JobRun.objects.filter(job=job, slot__gte=slot).delete()
    return True


def forget_old_runs() -> int:
    """Deletes the runs that are no longer kept; returns how many."""
    return JobRun.objects.filter(started_at__lte=clock.now() - KEPT).delete()[0]


@contextmanager
def _lock(job: str) -> Iterator[bool]:
    """Holds the job's lock, if nobody else does; the database frees it when this connection ends."""
    number = zlib.crc32(job.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCKS, number])
        (is_ours,) = cursor.fetchone() or (False,)
    try:
        yield is_ours
    finally:
        if is_ours and connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, number])
