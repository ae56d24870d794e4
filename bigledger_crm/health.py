"""Whether the product is alive, and whether it is ready to work."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

BROKER_SECONDS = 0.5


def database_problem() -> str | None:
    """What keeps the database from answering; None when it does."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "does not answer"
    return None


def broker_problem() -> str | None:
    """What keeps the broker from answering; None when it does."""
    timeouts = {"socket_timeout": BROKER_SECONDS, "socket_connect_timeout": BROKER_SECONDS}
    try:
        with redis.Redis.from_url(settings.REDIS_URL, **timeouts) as client:
            client.ping()
    except (redis.RedisError, OSError):
        return "does not answer"
    return None


def migrations_problem() -> str | None:
    """How many migrations wait; None when all are applied."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "unknown, because the database does not answer"
    return f"{len(plan)} not applied: run manage.py migrate" if plan else None


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": database_problem,
    "broker": broker_problem,
    "migrations": migrations_problem,
}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answers 200 while the process is alive."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answers 200 when database, broker and migrations are ready, else 503 with what is wrong."""
    problems = {name: check() for name, check in CHECKS.items()}
    ready = not any(problems.values())
    body = {"status": "ok" if ready else "unavailable", **{name: text or "ok" for name, text in problems.items()}}
    return JsonResponse(body, status=200 if ready else 503)
