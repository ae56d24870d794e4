"""What is in order, and what to do about the rest: what `doctor` prints and the admin shows."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from ctypes import CDLL
from dataclasses import dataclass

import redis
from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from bigledger_crm import __version__
from bigledger_crm.embedded.postgres import OLDEST_MAJOR
from bigledger_crm.environment_files import is_given
from bigledger_crm.health import checks
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import smtp
from bigledger_crm.outbox.message import sender_address

SECONDS = 3
SCRIPTS = {"Latin": "en", "Chinese": "zh", "Tamil": "ta", "Arabic": "ar", "Emoji": "und-zsye"}
FONTS = (
    "apt-get install fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji "
    "(macOS: brew install --cask font-noto-sans font-noto-sans-cjk font-noto-color-emoji)"
)
LIBRARIES = {
    "Pango": (("libpango-1.0.so.0", "libpango-1.0.dylib"), "apt-get install libpango-1.0-0 libpangoft2-1.0-0"),
    "HarfBuzz subsetter": (
        ("libharfbuzz-subset.so.0", "libharfbuzz-subset.dylib"),
        "apt-get install libharfbuzz-subset0",
    ),
}


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, what was found, and what to do when it isn't in order."""

    subject: str
    found: str
    remedy: str = ""

    def __str__(self) -> str:
        return (
            f"!!  {self.subject}: {self.found}; {self.remedy}" if self.remedy else f"ok  {self.subject}: {self.found}"
        )


def database() -> Iterator[Finding]:
    """Version, role, extension and migrations."""
    start = "start manage.py up" if not is_given("DATABASE_URL") else "check the server in DATABASE_URL"
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, rolname, rolsuper OR rolbypassrls,"
                " EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"
                " FROM pg_roles WHERE rolname = current_user"
            )
            major, role, powerful, trigrams = cursor.fetchone()
        executor = MigrationExecutor(connection)
        missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        yield Finding("database", f"no answer ({str(error).strip().splitlines()[0]})", start)
        return
    yield Finding("database", f"PostgreSQL {major}", "" if major >= OLDEST_MAJOR else f"use {OLDEST_MAJOR} or later")
    yield Finding("database role", f"{role}{' is a superuser' * powerful}", "use an ordinary role" * powerful)
    yield Finding("pg_trgm", "there" if trigrams else "missing", "" if trigrams else "CREATE EXTENSION pg_trgm")
    yield Finding("migrations", f"{missing} not applied" if missing else "applied", "manage.py migrate" * bool(missing))


def broker() -> Iterator[Finding]:
    """Valkey or Redis."""
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS) as client:
            facts = client.info("server")
    except (redis.RedisError, OSError):
        yield Finding("broker", "no answer", "start manage.py up, or check the server in REDIS_URL")
        return
    name = facts.get("server_name", "redis")
    yield Finding("broker", f"{name} {facts.get(f'{name}_version') or facts['redis_version']}")


def mail() -> Iterator[Finding]:
    """The mail server."""
    if "smtp" not in settings.EMAIL_BACKEND:
        yield Finding("mail", f"not sent, by {settings.EMAIL_BACKEND}")
        return
    place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        smtp.probe(SECONDS, sender_address(settings.DEFAULT_FROM_EMAIL).addr_spec)
    except smtp.Unreachable as error:
        yield Finding("mail", f"{place} accepts no email ({error})", "start manage.py up, or correct EMAIL_URL")
        return
    yield Finding("mail", f"{place} answers{', emails are kept as files' if settings.CAPTURED_MAIL else ''}")


def outgoing() -> Iterator[Finding]:
    """The switch that keeps emails and webhooks on this machine."""
    if settings.OUTGOING:
        yield Finding("outgoing", "on")
    else:
        yield Finding("outgoing", "off; emails and webhooks stay queued", "set OUTGOING=on, unless this is a copy")


def fonts() -> Iterator[Finding]:
    """A font for every script that documents are written in."""
    program = shutil.which("fc-list")
    if program is None:
        yield Finding(
            "fonts", "unknown, fc-list is missing", "apt-get install fontconfig (macOS: brew install fontconfig)"
        )
        return
    for script, language in SCRIPTS.items():
        wanted = [program, f":lang={language}", "family"]
        known = subprocess.run(wanted, capture_output=True, text=True, check=False)  # noqa: S603  words of our own
        count = len(set(known.stdout.splitlines()))
        yield Finding(f"fonts, {script}", f"{count} families" if count else "none", "" if count else FONTS)


def libraries() -> Iterator[Finding]:
    """The system libraries that PDFs need."""
    for name, (files, remedy) in LIBRARIES.items():
        there = any(loadable(file) for file in files)
        yield Finding(name, "there" if there else "missing", "" if there else f"{remedy} (macOS: brew install pango)")


def loadable(file: str) -> bool:
    """Whether the dynamic linker finds a library."""
    try:
        CDLL(file)
    except OSError:
        return False
    return True


def version() -> Iterator[Finding]:
    """The product's version."""
    yield Finding("version", __version__)


def product_clock() -> Iterator[Finding]:
    """The product's clock."""
    start = f", set by BIGLEDGER_CLOCK={os.environ['BIGLEDGER_CLOCK']}" if clock.is_shifted() else ""
    yield Finding("clock", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC{start}")


def disk() -> Iterator[Finding]:
    """Room in the data directory, and whether database and files can be written."""
    remedy = "free some space; PostgreSQL stops when the disk is full" if checks.disk_problem() else ""
    yield Finding("disk", f"{checks.free_bytes() / 1024**3:.1f} GiB free for {settings.DATA_DIR}", remedy)
    room = "free some space, or check the disk and its permissions"
    for subject, problem in (("writes", checks.writes_problem()), ("files", checks.files_problem())):
        yield Finding(subject, problem or "written", room if problem else "")


def background() -> Iterator[Finding]:
    """The last sweep, and what waits to leave."""
    try:
        work = checks.work()
    except (DatabaseError, TimeoutError):
        yield Finding("work", checks.UNKNOWN, "check the database")
        return
    late = checks.sweep_problem(work.sweep_seconds)
    yield Finding(
        "sweep", late or f"{work.sweep_seconds:.0f} s ago", "start manage.py up, or worker and beat" if late else ""
    )
    if settings.BACKUP_STORAGE:
        old = checks.backup_problem(work.backup_seconds)
        found = old or f"the last one, or the installation, is {work.backup_seconds / 3600:.0f} hours old"
        yield Finding("backup", found, "manage.py backup shows what is wrong" if old else "")
    else:
        yield Finding("backup", "BACKUP_URL is off")
    queues = (("emails", work.emails, "check the Outbox page"), ("webhooks", work.webhooks, "check the worker"))
    problems = checks.work_problems(work)
    for subject, queue, remedy in queues:
        found = f"{queue.due} due, the oldest for {queue.oldest_seconds:.0f} s, {queue.failed} failed in 7 days"
        problem = problems[subject]
        yield Finding(subject, f"{problem}; {found}" if problem else found, remedy if problem else "")


def workers() -> Iterator[Finding]:
    """A worker that answers for each queue."""
    if checks.broker_problem():
        return  # said already
    answers = current_app.control.inspect(timeout=SECONDS).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    for queue in settings.CELERY_TASK_QUEUES:
        found = "answers" if queue.name in served else "no worker answers"
        remedy = "" if queue.name in served else f"start manage.py up, or a worker with --queues {queue.name}"
        yield Finding(f"worker, {queue.name}", found, remedy)


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    version,
    database,
    broker,
    mail,
    outgoing,
    fonts,
    libraries,
    product_clock,
    disk,
    background,
    workers,
)


def all_of_them() -> Iterator[Finding]:
    """What every check finds, one after the other."""
    for check in CHECKS:
        yield from check()
