"""Running periodic jobs: two beats, or a task that is delivered twice, run a job once."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError

from bigledger_crm import metrics
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.log_secrets import without_secrets
from bigledger_crm.schedule.models import JobFailure, JobRun
from bigledger_crm.tenancy.database import connection_of_its_own

KEPT = timedelta(days=1)
LOCKS = 0x626C  # sets these locks apart from those of others in the database
LONGEST_ERROR = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def run_once(job: str, function: Callable[[], object]) -> bool:
    """Calls `function` unless the job ran in this slot already or is running; tells whether it was called.

    `job` is the job's name in settings.CELERY_BEAT_SCHEDULE, and a slot as long as its interval.  What the function
    raises passes through, and the slot can be tried again; a process that is killed leaves it to the next slot.
    """
    with only_one(job) as is_ours:
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
        except BaseException as error:
            run.delete()
            metrics.job_ended(job, failed=True)
            _note_failure(job, error)
            raise
        JobRun.objects.filter(pk=run.pk).update(finished_at=clock.now())
    metrics.job_ended(job, failed=False)
    return True


def _note_failure(job: str, error: BaseException) -> None:
    text = without_secrets(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
    JobFailure.objects.update_or_create(job=job, defaults={"failed_at": clock.now(), "error": text})


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


def lock_number(name: str) -> int:
    """By which the database knows a lock."""
    return zlib.crc32(name.encode()) - 2**31


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Holds a lock of this name, if nobody else does; if its process dies, the database frees it."""
    lock = [LOCKS, lock_number(name)]
    with connection_of_its_own() as own:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock)
            (is_ours,) = cursor.fetchone() or (False,)
        try:
            yield is_ours
        finally:
            if is_ours:  # the database would free it too, but only once it notices that the connection has ended
                with suppress(OperationalError, InterfaceError), own.cursor() as cursor:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock)
