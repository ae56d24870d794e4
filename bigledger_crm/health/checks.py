"""What has to be in order, each within a moment: what is wrong with it, or None."""

import shutil
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import redis
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError

from bigledger_crm.backup.queries import LATE_BACKUP
from bigledger_crm.health import database
from bigledger_crm.health.database import Queue, Work
from bigledger_crm.health.limited import Limited

BROKER_SECONDS = 0.5
LEAST_FREE_BYTES = 1024**3
PROBE_BYTES = 64 * 1024
# The sweeper comes every 10 seconds; a worker that prints long documents may let it wait.
LATE_SWEEP = timedelta(minutes=2)
LATE_DELIVERY = timedelta(minutes=15)
SILENT = "does not answer"
UNKNOWN = "unknown, because the database does not answer"
Problem = str | None
Answer = TypeVar("Answer")

_missing_migrations = Limited(database.missing_migrations)
_write_problem = Limited(database.write_problem)
work = Limited(database.work)


def readiness() -> dict[str, Problem]:
    """Whether requests can be served."""
    missing = _asked(_missing_migrations)
    answers = isinstance(missing, int)
    return {
        "database": None if answers else SILENT,
        "writes": writes_problem() if answers else UNKNOWN,
        "broker": broker_problem(),
        "migrations": (f"{missing} not applied: run manage.py migrate" if missing else None) if answers else UNKNOWN,
    }


def everything() -> dict[str, Problem]:
    """Readiness, and whether the work behind it goes on."""
    return problems_of(found_work())


def found_work() -> Work | None:
    """How far the background work is; None where the database does not say it in time."""
    return _asked(work)


def problems_of(found: Work | None) -> dict[str, Problem]:
    """The same as `everything`, for who has asked about the work already."""
    return {**readiness(), **work_problems(found), "files": files_problem(), "disk": disk_problem()}


def broker_problem() -> Problem:
    """What keeps the broker from answering."""
    timeouts = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return SILENT
    return None


def writes_problem() -> Problem:
    """Why the database takes no changes."""
    try:
        found = _write_problem()
    except TimeoutError:
        return "the database does not write within a second"
    return f"the database does not write: {found}" if found else None


def work_problems(found: Work | None) -> Mapping[str, Problem]:
    """What of the background work is late."""
    if found is None:
        return dict.fromkeys(("sweep", "emails", "webhooks", "backup"), UNKNOWN)
    return {
        "sweep": sweep_problem(found.sweep_seconds),
        "emails": email_problem(found),
        "webhooks": _late(found.webhooks) if settings.OUTGOING else None,
        "backup": backup_problem(found.backup_seconds),
    }


def sweep_problem(seconds: float | None) -> Problem:
    """Whether the worker and beat are at work."""
    if seconds is None:
        return "the outbox was never swept: no worker or no beat is running"
    late = seconds > LATE_SWEEP.total_seconds()
    return f"the last sweep was {seconds:.0f} s ago: no worker or no beat is running" if late else None


def backup_problem(seconds: float) -> Problem:
    """Whether the last backup is too old; where BACKUP_URL is off, they are made by other means."""
    late = settings.BACKUP_STORAGE is not None and seconds > LATE_BACKUP.total_seconds()
    return f"there is no backup of the last {seconds / 3600:.0f} hours" if late else None


def email_problem(found: Work) -> Problem:
    """Whether emails leave."""
    if found.mail_server_away_seconds is not None:
        seconds = f"{found.mail_server_away_seconds:.0f}"
        return f"the mail server has been unreachable for {seconds} s; {found.emails.due} emails are waiting"
    return _late(found.emails) if settings.OUTGOING else None


def files_problem() -> Problem:
    """Why PDFs and attachments can't be written; those in an object store are its own affair."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    try:
        return _file_problem()
    except TimeoutError:
        return "nothing is written within a second"


def free_bytes() -> int:
    """Room on the disk of the data directory."""
    place = next(path for path in (settings.DATA_DIR, *Path(settings.DATA_DIR).parents) if path.exists())
    return shutil.disk_usage(place).free


def disk_problem() -> Problem:
    """Whether there is too little room."""
    free = free_bytes()
    return f"{free / 1024**2:.0f} MiB free" if free < LEAST_FREE_BYTES else None


def _write_file() -> Problem:
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-") as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
    except OSError as error:
        return f"{folder} can't be written: {error.strerror}"
    return None


def _late(queue: Queue) -> Problem:
    late = queue.oldest_seconds > LATE_DELIVERY.total_seconds()
    return f"{queue.due} wait, the oldest for {queue.oldest_seconds:.0f} s" if late else None


def _asked(question: Limited[Answer]) -> Answer | None:
    """The answer; None when the database is away or takes longer than a moment."""
    try:
        return question()
    except (DatabaseError, TimeoutError):
        return None


_file_problem = Limited(_write_file)
