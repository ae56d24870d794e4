"""The page of /metrics: what the processes have counted, and what is found out now."""

from collections.abc import Iterator, Mapping

from django.conf import settings
from django.db import DatabaseError
from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from bigledger_crm import __version__, metrics
from bigledger_crm.health import checks
from bigledger_crm.health.database import Queue, Work

__all__ = ["CONTENT_TYPE", "text"]


def text() -> bytes:
    """Every figure in the text format of Prometheus; those that the database knows are missing while it is away."""
    registry = metrics.counted()
    registry.register(Gauges())
    return generate_latest(registry)


class Gauges(Collector):
    """What is found out when somebody asks."""

    def collect(self) -> Iterator[Metric]:
        """The gauges."""
        ready = {**checks.readiness(), "files": checks.files_problem()}
        up = {part: problem is None for part, problem in ready.items()}
        yield _gauge("bigledger_up", "Whether a component responds and is healthy.", up, "part")
        yield _gauge("bigledger_build_info", "The version that runs.", {__version__: 1}, "version")
        yield _gauge("bigledger_outgoing", "Whether emails and webhooks are sent.", settings.OUTGOING)
        yield _gauge("bigledger_disk_free_bytes", "Free space in the data directory.", checks.free_bytes())
        try:
            work = checks.work()
        except (DatabaseError, TimeoutError):
            return
        yield from _work(work)

    def describe(self) -> list[Metric]:
        """Nothing beforehand: names don't meet those of what is counted."""
        return []


def _work(work: Work) -> Iterator[Metric]:
    if work.sweep_seconds is not None:
        yield _gauge("bigledger_last_sweep_age_seconds", "Since the outbox was last swept.", work.sweep_seconds)
    if settings.BACKUP_STORAGE:
        words = "Since the last backup was begun, or the installation."
        yield _gauge("bigledger_last_backup_age_seconds", words, work.backup_seconds)
    away = work.mail_server_away_seconds or 0
    yield _gauge("bigledger_mail_server_away_seconds", "Since the mail server was reached, else 0.", away)
    yield from _queue("emails", "Emails", work.emails)
    yield from _queue("webhook_deliveries", "Webhook deliveries", work.webhooks)
    ended = {job.name: job.ended_seconds for job in work.jobs}
    yield _gauge("bigledger_job_last_run_age_seconds", "Since a periodic job last ended.", ended, "periodic_job")
    took = {job.name: job.duration_seconds for job in work.jobs}
    yield _gauge("bigledger_job_last_run_duration_seconds", "How long its last run took.", took, "periodic_job")
    every = {job: entry["schedule"].total_seconds() for job, entry in settings.CELERY_BEAT_SCHEDULE.items()}
    yield _gauge("bigledger_job_interval_seconds", "How often a periodic job should run.", every, "periodic_job")
    database = work.database
    words = "Connections of the product to its database."
    yield _gauge("bigledger_database_connections", words, database.connections, "state")
    yield _gauge("bigledger_database_connections_limit", "Connections that it takes at most.", database.limit)
    words = "Since the oldest open transaction began."
    yield _gauge("bigledger_database_oldest_transaction_seconds", words, database.oldest_transaction_seconds)


def _queue(name: str, words: str, queue: Queue) -> Iterator[Metric]:
    yield _gauge(f"bigledger_{name}_due", f"{words} that wait and are due.", queue.due)
    yield _gauge(f"bigledger_{name}_oldest_due_seconds", f"{words}: since the oldest is due.", queue.oldest_seconds)
    yield _gauge(f"bigledger_{name}_failed", f"{words} of the last 7 days that failed.", queue.failed)


def _gauge(name: str, help_text: str, values: float | Mapping[str, float], label: str = "") -> Metric:
    """A gauge of one value, or of one for each value of a label."""
    if not isinstance(values, Mapping):
        return GaugeMetricFamily(name, help_text, value=values)
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for of, value in values.items():
        family.add_metric([of], value)
    return family
