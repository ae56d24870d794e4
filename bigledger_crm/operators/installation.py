"""The installation at a glance, for the first page of the admin: what is wrong, and the figures behind it."""

import platform
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connection
from django.urls import reverse

from bigledger_crm import __version__
from bigledger_crm.backup import places
from bigledger_crm.backup.models import Backup
from bigledger_crm.health import checks, findings
from bigledger_crm.health.database import Job, Queue, Work
from bigledger_crm.kernel import clock
from bigledger_crm.schedule.models import JobFailure
from bigledger_crm.tenancy.security import failed_sign_ins

LATELY = timedelta(days=1)
_PARTS = {
    "database": "Database",
    "writes": "Writing to the database",
    "broker": "Broker",
    "migrations": "Migrations",
    "sweep": "Worker and beat",
    "emails": "Emails",
    "webhooks": "Webhooks",
    "backup": "Backup",
    "files": "Files",
    "disk": "Disk",
}


@dataclass(frozen=True)
class Fact:
    """A line of a card; `is_bad` where something has to be done about it, `href` leads to its rows."""

    label: str
    value: str
    is_bad: bool = False
    href: str = ""


@dataclass(frozen=True)
class JobState:
    """A periodic job: how often, when it ended last, and how it failed last."""

    name: str
    every: str
    ended: str
    took: str
    failure: JobFailure | None
    is_late: bool


def overview() -> dict[str, Any]:
    """What the page shows.  Each question to database, broker and disk is asked for a second at most."""
    work = checks.found_work()
    problems = {_PARTS.get(part, part): text for part, text in checks.problems_of(work).items() if text}
    return {
        "problems": problems,
        "cards": {
            "Emails": _emails(work),
            "Webhooks": _webhooks(work),
            "Backup": _backup(work),
            "Versions": _versions(problems),
            "Disk": _disk(),
        },
        "jobs": _jobs(work),
        "failures": failed_sign_ins(LATELY),
        "outgoing": settings.OUTGOING,
    }


def _list(name: str, **narrowed: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in narrowed.items())
    return f"{reverse(f'admin:{name}_changelist')}?{query}" if query else reverse(f"admin:{name}_changelist")


def _queue(queue: Queue, name: str) -> list[Fact]:
    oldest = words(queue.oldest_seconds) if queue.due else "—"
    late = queue.due > 0 and queue.oldest_seconds > checks.LATE_DELIVERY.total_seconds()
    return [
        Fact("Due", str(queue.due), late, _list(name)),
        Fact("The oldest waits for", oldest, late),
        Fact("Failed in 7 days", str(queue.failed), queue.failed > 0, _list(name, status__exact="failed")),
    ]


def _emails(work: Work | None) -> list[Fact]:
    if work is None:
        return [Fact("Queue", checks.UNKNOWN, is_bad=True)]
    away = work.mail_server_away_seconds
    server = "Can be reached" if away is None else f"Unreachable for {words(away)}"
    href = _list("outbox_mailserver")
    return [*_queue(work.emails, "outbox_outboxemail"), Fact("Mail server", server, away is not None, href)]


def _webhooks(work: Work | None) -> list[Fact]:
    if work is None:
        return [Fact("Queue", checks.UNKNOWN, is_bad=True)]
    return _queue(work.webhooks, "outbox_webhookdelivery")


def _backup(work: Work | None) -> list[Fact]:
    """Age, size and place of the last one; how the last that failed did."""
    if not places.is_on():
        return [Fact("Nightly", "Off: BACKUP_URL=off")]
    last = Backup.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    newest = Backup.objects.order_by("-started_at").first()
    href = _list("backup_backup")
    is_late = work is None or checks.backup_problem(work.backup_seconds) is not None
    facts = [
        Fact("Last", f"{age_of(last.started_at)} ago" if last else "None yet", is_late, href),
        Fact("Size", size_of(last.size) if last else "—"),
        Fact("Place", place_of_backups()),
        Fact("Encrypted", "Yes" if settings.BACKUP_RECIPIENT else "No"),
    ]
    if newest is not None and newest.error:
        facts.append(Fact("The last attempt failed", newest.error[:200], is_bad=True, href=href))
    return facts


def place_of_backups() -> str:
    """The directory or bucket in which backups are kept."""
    place = places.default_place()
    if isinstance(place, FileSystemStorage):
        return str(place.location)
    options: Mapping[str, Any] = (settings.BACKUP_STORAGE or {})["OPTIONS"]
    return f"s3://{options['bucket_name']}/{options.get('location', '')}"


def _versions(problems: Mapping[str, str | None]) -> list[Fact]:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (postgres,) = cursor.fetchone() or ("",)
    (broker,) = findings.broker()
    missing = problems.get(_PARTS["migrations"])
    return [
        Fact("BigLedger CRM", __version__),
        Fact("Migrations", missing or "All applied", bool(missing)),
        Fact("PostgreSQL", postgres),
        Fact("Broker", broker.found, bool(broker.remedy)),
        Fact("Python", platform.python_version()),
        Fact("Django", django.get_version()),
    ]


def _disk() -> list[Fact]:
    place = next(path for path in (settings.DATA_DIR, *Path(settings.DATA_DIR).parents) if path.exists())
    usage = shutil.disk_usage(place)
    return [
        Fact("Free", f"{size_of(usage.free)} of {size_of(usage.total)}", checks.disk_problem() is not None),
        Fact("Data directory", str(settings.DATA_DIR)),
    ]


def _jobs(work: Work | None) -> list[JobState]:
    """Every job of the schedule, whether it ever ran or not."""
    ended: dict[str, Job] = {job.name: job for job in work.jobs} if work else {}
    failed = {failure.job: failure for failure in JobFailure.objects.filter(job__in=settings.CELERY_BEAT_SCHEDULE)}
    return [_job(name, entry["schedule"], ended.get(name), failed.get(name)) for name, entry in _schedule()]


def _schedule() -> list[tuple[str, Any]]:
    return sorted(settings.CELERY_BEAT_SCHEDULE.items())


def _job(name: str, every: timedelta, last: Job | None, failure: JobFailure | None) -> JobState:
    return JobState(
        name,
        words(every.total_seconds()),
        f"{words(last.ended_seconds)} ago" if last else "Never in the last day",
        f"{last.duration_seconds:.1f} s" if last else "",
        failure,
        is_late=last is not None and last.ended_seconds > max(3 * every.total_seconds(), 120),
    )


def age_of(moment: datetime) -> str:
    """How long ago something was."""
    return words(max((clock.now() - moment).total_seconds(), 0.0))


def words(seconds: float) -> str:
    """`45 s`, `12 min`, `3 h`, `2 days`."""
    for limit, unit, word in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / unit:.0f} {word}"
    return f"{seconds / 86_400:.0f} days"


def size_of(size: float) -> str:
    """`512 B`, `20.4 MiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
