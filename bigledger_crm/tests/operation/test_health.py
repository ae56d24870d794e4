"""What supervisors and monitors are told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from bigledger_crm import __version__
from bigledger_crm.backup.models import Backup
from bigledger_crm.health import checks, database, limited
from bigledger_crm.health.limited import Limited
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import mail_server
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email, queue
from bigledger_crm.schedule.models import JobRun
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope

NOWHERE = "unix:///nowhere/valkey.sock"
READY = {"status": "ok", "database": "ok", "writes": "ok", "broker": "ok", "migrations": "ok"}
TOKEN = "a-token-of-twenty-characters"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Settings) -> None:
    """A machine that is busy with tests may take longer than a second."""
    monkeypatch.setattr(limited, "SECONDS", 60)
    monkeypatch.setattr(database, "STATEMENT_MILLISECONDS", 60_000)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def swept(committed: None) -> None:
    """The sweeper was here just now."""
    _sweep(clock.now())


def _sweep(moment: datetime) -> None:
    JobRun.objects.update_or_create(
        job="sweep-outbox", slot=moment.replace(microsecond=0), defaults={"finished_at": moment}
    )


def _email(actor: Actor, **fields: object) -> None:
    with company_scope(actor.company), transaction.atomic():
        email = queue(
            draft_email(
                actor, kind="invoice.sent", related_id=uuid4(), to=["a@acme.example"], subject="Invoice", body="Hello"
            )
        )
        OutboxEmail.objects.filter(pk=email.pk).update(**fields)


def test_alive_without_database_or_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("committed")
def test_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, READY)


@pytest.mark.usefixtures("committed")
def test_not_ready_without_a_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {**READY, "status": "unavailable", "broker": "does not answer"},
    )


@pytest.fixture
def unapplied(committed: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations WHERE app = 'sessions')"
            " RETURNING app, name, applied"
        )
        row = cursor.fetchone()
    yield
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", row)


def test_a_migration_counts_where_those_that_it_replaces_are_applied(committed: None) -> None:
    """As in a database of before, on which `migrate` has had nothing to do yet."""
    taken = []
    try:
        for name, missing in (("0001_tables", 0), ("0009_allocations", 1)):
            with connection.cursor() as cursor:
                cursor.execute(
                    "DELETE FROM django_migrations WHERE app = 'invoicing' AND name = %s RETURNING app, name, applied",
                    [name],
                )
                taken.append(cursor.fetchone())
            assert database.missing_migrations() == missing
    finally:
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", taken)


def test_not_ready_with_a_migration_missing(client: Client, unapplied: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 not applied: run manage.py migrate"


@pytest.fixture
def read_only(committed: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = off")
        cursor.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')


def test_not_ready_while_nothing_can_be_written(client: Client, read_only: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "ok")
    assert "read-only transaction" in answer.json()["writes"]


def test_only_reading_is_allowed(client: Client) -> None:
    for url in ("/healthz", "/readyz", "/metrics"):
        assert client.post(url).status_code == 405


def test_who_asks_waits_for_a_moment_only_and_in_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "SECONDS", 0.05)
    thawed, asked = Event(), []

    def frozen() -> int:
        asked.append(1)
        assert thawed.wait(300)
        return 7

    question = Limited(frozen)
    for _ in range(5):
        with pytest.raises(TimeoutError):
            question()
    monkeypatch.setattr(limited, "SECONDS", 60)
    thawed.set()
    assert question() == 7
    assert question() == 7
    assert len(asked) in (1, 2)


def test_everything_is_in_order(client: Client, swept: None) -> None:
    answer = client.get("/readyz?full", headers={"Host": "127.0.0.1"})
    parts = {"sweep": "ok", "emails": "ok", "webhooks": "ok", "files": "ok", "disk": "ok", "backup": "ok"}
    assert (answer.json(), answer.status_code) == ({**READY, **parts}, 200)


def _full(client: Client) -> dict[str, str]:
    answer = client.get("/readyz?full", headers={"Host": "127.0.0.1"})
    assert answer.status_code == (200 if answer.json()["status"] == "ok" else 503)
    return {name: text for name, text in answer.json().items() if text != "ok"}


def test_work_that_stands_still_is_named(client: Client, committed: None) -> None:
    never = "the outbox was never swept: no worker or no beat is running"
    assert _full(client) == {"status": "unavailable", "sweep": never}
    _sweep(clock.now() - timedelta(minutes=3))
    found = _full(client)["sweep"]
    assert found.startswith("the last sweep was 18")
    assert found.endswith(" s ago: no worker or no beat is running")


def test_emails_that_wait_too_long_are_named(
    client: Client, actor: Actor, swept: None, settings: Settings, committed: None
) -> None:
    _email(actor, next_attempt_at=clock.now() - timedelta(minutes=14))
    assert _full(client) == {}
    _email(actor, next_attempt_at=clock.now() - timedelta(minutes=16))
    assert _full(client)["emails"].startswith("2 wait, the oldest for 96")
    settings.OUTGOING = False
    assert _full(client) == {}, "that they wait is wanted"


def test_a_mail_server_that_is_away_is_named(client: Client, actor: Actor, swept: None, committed: None) -> None:
    _email(actor)
    mail_server.note_away("Connection refused")
    assert _full(client)["emails"].startswith("the mail server has been unreachable for ")


def test_an_old_backup_is_named(client: Client, swept: None, settings: Settings) -> None:
    """An installation that is young needs none yet."""
    with time_machine.travel(clock.now() + timedelta(hours=27)):
        _sweep(clock.now())
        assert _full(client)["backup"] == "there is no backup of the last 27 hours"
        last = Backup.objects.create(name="half", started_at=clock.now())
        assert "backup" in _full(client), "it isn't finished"
        Backup.objects.filter(pk=last.pk).update(finished_at=clock.now())
        assert _full(client) == {}
        last.delete()
        settings.BACKUP_STORAGE = None
        assert _full(client) == {}


def test_little_room_and_files_that_cannot_be_written_are_named(
    client: Client, swept: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file"
    monkeypatch.setattr(checks, "LEAST_FREE_BYTES", 2**80)
    found = _full(client)
    assert found["files"] == f"{tmp_path}/file can't be written: File exists"
    assert found["disk"].endswith(" MiB free")


def test_figures(client: Client, actor: Actor, swept: None, committed: None) -> None:
    _email(actor, next_attempt_at=clock.now() - timedelta(minutes=16))
    _email(actor, status="failed", next_attempt_at=None)
    answer = client.get("/metrics", headers={"Host": "127.0.0.1"})
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.content.decode()
    figures = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert all(family.samples and family.documentation for family in text_string_to_metric_families(text))
    for part in ("database", "writes", "broker", "migrations", "files"):
        assert figures[f'bigledger_up{{part="{part}"}}'] == "1.0"
    assert (figures["bigledger_emails_due"], figures["bigledger_emails_failed"]) == ("1.0", "1.0")
    assert float(figures["bigledger_emails_oldest_due_seconds"]) >= 960
    assert 0 <= float(figures["bigledger_last_sweep_age_seconds"]) < 600
    assert float(figures["bigledger_disk_free_bytes"]) > 0
    assert figures["bigledger_webhook_deliveries_due"] == figures["bigledger_mail_server_away_seconds"] == "0.0"
    assert figures["bigledger_outgoing"] == "1.0"
    assert figures[f'bigledger_build_info{{version="{__version__}"}}'] == "1.0"
    assert 0 <= float(figures['bigledger_job_last_run_age_seconds{periodic_job="sweep-outbox"}']) < 600
    assert figures['bigledger_job_interval_seconds{periodic_job="sweep-outbox"}'] == "10.0"
    assert float(figures["bigledger_database_connections_limit"]) > 0
    assert float(figures['bigledger_database_connections{state="idle"}']) >= 0
    assert float(figures["bigledger_database_oldest_transaction_seconds"]) >= 0
    assert float(figures["bigledger_last_backup_age_seconds"]) >= 0


@pytest.mark.parametrize("url", ["/readyz?full", "/metrics"])
@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"Host": "127.0.0.1"}, "192.0.2.1"),
        ({"Host": "crm.example.com"}, "127.0.0.1"),
        ({"Host": "127.0.0.1", "X-Forwarded-For": "127.0.0.1"}, "127.0.0.1"),
        ({"Host": "127.0.0.1", "Authorization": "Bearer wrong"}, "192.0.2.1"),
        ({"Host": "127.0.0.1", "Authorization": "Bearer "}, "192.0.2.1"),
    ],
    ids=["elsewhere", "another name", "a proxy", "a wrong token", "no token"],
)
def test_details_are_for_this_machine_and_for_who_has_the_token(
    client: Client, settings: Settings, url: str, headers: dict[str, str], peer: str
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    for token in ("", TOKEN):
        settings.METRICS_TOKEN = token
        assert client.get(url, headers=headers, REMOTE_ADDR=peer).status_code == 403


def test_who_has_the_token_asks_from_anywhere(client: Client, settings: Settings, swept: None) -> None:
    settings.METRICS_TOKEN = TOKEN
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "192.0.2.1"}
    for url in ("/readyz?full", "/metrics"):
        assert client.get(url, headers=headers, REMOTE_ADDR="192.0.2.7").status_code == 200
