"""Figures in the text format of Prometheus."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError

from bigledger_crm.health import checks
from bigledger_crm.health.database import Queue

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text() -> str:
    """Every figure; those that the database knows are missing while it doesn't answer."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    ready = checks.readiness()
    yield from _gauge("bigledger_up", "Whether a component responds and is healthy.", _parts(ready))
    yield from _gauge("bigledger_outgoing", "Whether emails and webhooks are sent.", {"": settings.OUTGOING})
    yield from _gauge("bigledger_disk_free_bytes", "Free space in the data directory.", {"": checks.free_bytes()})
    try:
        work = checks.work()
    except (DatabaseError, TimeoutError):
        return
    if work.sweep_seconds is not None:
        yield from _gauge(
            "bigledger_last_sweep_age_seconds", "Since the outbox was last swept.", {"": work.sweep_seconds}
        )
    if settings.BACKUP_STORAGE:
        yield from _gauge(
            "bigledger_last_backup_age_seconds",
            "Since the last backup was begun, or the installation.",
            {"": work.backup_seconds},
        )
    away = work.mail_server_away_seconds
    yield from _gauge(
        "bigledger_mail_server_away_seconds", "Since the mail server was reached, else 0.", {"": away or 0}
    )
    yield from _queue("emails", "Emails", work.emails)
    yield from _queue("webhook_deliveries", "Webhook deliveries", work.webhooks)


def _parts(ready: dict[str, checks.Problem]) -> dict[str, float]:
    found = {**ready, "files": checks.files_problem()}
    return {f'{{part="{name}"}}': problem is None for name, problem in found.items()}


def _queue(name: str, words: str, queue: Queue) -> Iterator[str]:
    yield from _gauge(f"bigledger_{name}_due", f"{words} that wait and are due.", {"": queue.due})
    yield from _gauge(
        f"bigledger_{name}_oldest_due_seconds", f"{words}: since the oldest is due.", {"": queue.oldest_seconds}
    )
    yield from _gauge(f"bigledger_{name}_failed", f"{words} of the last 7 days that failed.", {"": queue.failed})


def _gauge(name: str, help_text: str, values: dict[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {help_text}\n# TYPE {name} gauge\n"
    for labels, value in values.items():
        yield f"{name}{labels} {value:g}\n" if isinstance(value, bool) else f"{name}{labels} {value:.15g}\n"
