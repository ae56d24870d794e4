"""What the database says of itself and of the work that waits, on a connection of its own."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Count, Min, QuerySet

from bigledger_crm.backup.queries import last_backup
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import mail_server
from bigledger_crm.outbox.models import WAITING, DeliveryStatus, EmailStatus, OutboxEmail, WebhookDelivery
from bigledger_crm.outbox.models.webhook import PENDING
from bigledger_crm.schedule.models import JobRun

STATEMENT_MILLISECONDS = 1000
LATELY = timedelta(days=7)
_PROBE = ("write-probe", datetime(1970, 1, 1, tzinfo=UTC))
# Sorted in less memory than it needs: the database must write a few hundred KB to its disk, and leaves nothing there.
_SPILL = """
SET LOCAL work_mem = '64kB';
SELECT count(*) FROM (SELECT repeat('x', 100) || n AS line FROM generate_series(1, 3000) n ORDER BY 1) sorted
"""
STATES = ("active", "idle", "idle in transaction")
_CONNECTIONS = """
SELECT CASE WHEN state LIKE 'idle in transaction%' THEN 'idle in transaction' WHEN state = 'idle' THEN state
            ELSE 'active' END,
       count(*), coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8
FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid() GROUP BY 1
"""


@dataclass(frozen=True)
class Queue:
    """What waits to leave: how many are due and since when the longest, and how many failed in the last days."""

    due: int
    oldest_seconds: float
    failed: int


@dataclass(frozen=True)
class Job:
    """The last run of a periodic job that came to its end."""

    name: str
    ended_seconds: float
    duration_seconds: float


@dataclass(frozen=True)
class Database:
    """The connections of the product, by what they do, and how many there may be."""

    connections: dict[str, float]
    limit: int
    oldest_transaction_seconds: float


@dataclass(frozen=True)
class Work:
    """How far the background work is.  Without `sweep_seconds` nothing was ever swept."""

    sweep_seconds: float | None
    emails: Queue
    webhooks: Queue
    mail_server_away_seconds: float | None
    backup_seconds: float
    jobs: tuple[Job, ...]
    database: Database


@contextmanager
def asking() -> Iterator[None]:
    """A transaction of a new connection, closed afterwards, in which no statement and no lock is waited for long."""
    connection.close()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                for name in ("statement_timeout", "lock_timeout"):
                    cursor.execute(f"SET LOCAL {name} = {STATEMENT_MILLISECONDS}")
            yield
    finally:
        connection.close()


def missing_migrations() -> int:
    """How many migrations are not applied."""
    with asking(), connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        applied = set(cursor.fetchall())
    return sum(key not in applied and not (replaced and replaced <= applied) for key, replaced in _migrations().items())


@functools.cache
def _migrations() -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Those that this version has, with those that each replaces; a process has one version."""
    loader = MigrationLoader(None)
    return {key: set(loader.disk_migrations[key].replaces) for key in loader.graph.nodes}


def write_problem() -> str | None:
    """Why nothing can be written; None when a change was written and committed."""
    job, slot = _PROBE
    try:
        with asking():
            with connection.cursor() as cursor:
                cursor.execute(_SPILL)
            JobRun.objects.update_or_create(job=job, slot=slot, defaults={"finished_at": clock.now()})
    except DatabaseError as error:
        return " ".join(str(error).split())[:200] or type(error).__name__
    return None


def work() -> Work:
    """What the outbox and the schedule say."""
    now = clock.now()
    with asking():
        swept = JobRun.objects.filter(job="sweep-outbox", finished_at__isnull=False).order_by("-slot").first()
        away = mail_server.state()
        return Work(
            sweep_seconds=_age(now, swept.finished_at) if swept else None,
            emails=_queue(
                OutboxEmail.unscoped.filter(status__in=WAITING),
                OutboxEmail.unscoped.filter(status=EmailStatus.FAILED),
                now,
            ),
            webhooks=_queue(
                WebhookDelivery.unscoped.filter(status__in=PENDING),
                WebhookDelivery.unscoped.filter(status=DeliveryStatus.FAILED),
                now,
            ),
            mail_server_away_seconds=_age(now, away.away_since) if away else None,
            backup_seconds=_age(now, last_backup()),
            jobs=_jobs(now),
            database=_database(),
        )


def _jobs(now: datetime) -> tuple[Job, ...]:
    runs = JobRun.objects.filter(job__in=settings.CELERY_BEAT_SCHEDULE, finished_at__isnull=False)
    last = runs.order_by("job", "-slot").distinct("job")
    return tuple(Job(run.job, _age(now, run.finished_at), _took(run)) for run in last)


def _took(run: JobRun) -> float:
    return _age(run.finished_at, run.started_at) if run.finished_at else 0.0


def _database() -> Database:
    """What PostgreSQL tells the product's role of its own connections."""
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        rows = cursor.fetchall()
        cursor.execute("SELECT current_setting('max_connections')::int")
        (limit,) = cursor.fetchone() or (0,)
    found = {state: count for state, count, _oldest in rows}
    return Database({**dict.fromkeys(STATES, 0), **found}, limit, max((row[2] for row in rows), default=0.0))


def _queue(
    waiting: "QuerySet[OutboxEmail] | QuerySet[WebhookDelivery]",
    failed: "QuerySet[OutboxEmail] | QuerySet[WebhookDelivery]",
    now: datetime,
) -> Queue:
    due = waiting.filter(next_attempt_at__lte=now).aggregate(count=Count("pk"), oldest=Min("next_attempt_at"))
    return Queue(due["count"], _age(now, due["oldest"]), failed.filter(created_at__gte=now - LATELY).count())


def _age(now: datetime, moment: datetime | None) -> float:
    return max((now - moment).total_seconds(), 0.0) if moment else 0.0
