"""Backups of the test's own database, restored into another one by the commands themselves."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import time_machine
from celery import current_app
from django.conf import settings as django_settings
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pytest_django import Settings

from bigledger_crm.backup import archive, encryption, places, services
from bigledger_crm.backup.errors import BackupError
from bigledger_crm.backup.models import Backup
from bigledger_crm.backup.queries import last_backup
from bigledger_crm.backup.retention import Keep
from bigledger_crm.documents import storage
from bigledger_crm.documents.attachments import add_attachment
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice
from bigledger_crm.testing.product import wait_for
from invoicing.models import Invoice

pytestmark = pytest.mark.usefixtures("committed")
NIGHT = datetime(2046, 3, 4, 2, 30, tzinfo=UTC)  # the test's database is younger


@pytest.fixture
def place(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path / "backups")


@pytest.fixture
def invoice(actor: Actor, settings: Settings, tmp_path: Path) -> Invoice:
    """An invoice with a file, in a company of its own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    with company_scope(actor.company):
        invoice = make_invoice(actor, make_customer(actor))
        storage.write("logos/shop.png", b"a logo")
        return invoice


@pytest.fixture
def empty() -> Iterator[str]:
    """The URL of an empty database on the same server."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()
    with connection.cursor() as cursor:
        # Without FORCE, which ends an autovacuum only for a superuser: the server itself has that give way.
        wait_for(lambda: not _clients(cursor, name), 60)
        cursor.execute(f'DROP DATABASE "{name}"')


def _clients(cursor: Any, name: str) -> int:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", [name]
    )
    return int(cursor.fetchone()[0])


def _restore(url: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DATABASE_URL": url, "BIGLEDGER_DATA_DIR": str(data)}
    return subprocess.run(
        [sys.executable, "manage.py", "restore", *arguments],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backup_is_restored_into_an_empty_database(
    invoice: Invoice, place: FileSystemStorage, empty: str, tmp_path: Path
) -> None:
    name = services.back_up(place)
    row = Backup.objects.get()
    assert (row.name, row.size, row.error) == (name, place.size(name), "")
    assert row.finished_at is not None
    assert [path.stat().st_mode & 0o077 for path in Path(place.location).iterdir()] == [0]
    done = _restore(empty, tmp_path / "restored", place.path(name))
    assert done.returncode == 0, done.stderr
    assert "Restored: every table has its rows, and every file its hash." in done.stdout
    assert "The books are correct (companies: 1, customers: 1, " in done.stdout
    assert (tmp_path / "restored" / "files" / "logos" / "shop.png").read_bytes() == b"a logo"
    with psycopg.connect(empty) as restored:
        assert restored.execute("SELECT invoice_number FROM invoicing_invoice").fetchall() == [
            (invoice.invoice_number,)
        ]
    again = _restore(empty, tmp_path / "restored", place.path(name))
    assert again.returncode == 1
    assert again.stderr.strip() == (
        "CommandError: The database in DATABASE_URL holds tables already: restore into an empty one"
    )


def test_an_encrypted_backup_needs_its_key(
    invoice: Invoice, place: FileSystemStorage, empty: str, tmp_path: Path
) -> None:
    secret, public = encryption.new_identity()
    name = services.back_up(place, public)
    assert name.endswith(".tar.age")
    without = _restore(empty, tmp_path / "restored", place.path(name))
    assert "The backup is encrypted" in without.stderr
    key = tmp_path / "key"
    key.write_text(secret)
    done = _restore(empty, tmp_path / "restored", place.path(name), "--identity", str(key))
    assert done.returncode == 0, done.stderr


def test_half_an_archive_touches_nothing(
    invoice: Invoice, place: FileSystemStorage, empty: str, tmp_path: Path
) -> None:
    path = Path(place.path(services.back_up(place)))
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    done = _restore(empty, tmp_path / "restored", str(path))
    assert (done.returncode, "cut off" in done.stderr or "damaged" in done.stderr) == (1, True)
    assert not (tmp_path / "restored" / "files").exists()
    with psycopg.connect(empty) as restored:
        assert restored.execute("SELECT FROM information_schema.tables WHERE table_schema = 'public'").fetchall() == []


def test_a_backup_of_a_newer_version_is_refused(
    invoice: Invoice, place: FileSystemStorage, empty: str, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('sales', '0099_newer', now())")
    try:
        name = services.back_up(place)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '0099_newer'")
    done = _restore(empty, tmp_path / "restored", place.path(name))
    assert done.returncode == 1
    assert "(migration sales.0099_newer): install that version first" in done.stderr


def test_a_file_that_was_missing_is_named(invoice: Invoice, actor: Actor, place: FileSystemStorage) -> None:
    with company_scope(actor.company):
        attachment = add_attachment(
            actor, kind="invoice", document_id=invoice.pk, filename="note.txt", content=b"a note"
        )
        storage.delete(attachment.file)
    manifest = archive.verify(Path(place.path(services.back_up(place))))
    assert manifest.missing == [attachment.file]
    assert manifest.rows["invoicing_invoice"] == 1


def test_files_of_others_hands_do_not_stop_a_backup(invoice: Invoice, place: FileSystemStorage) -> None:
    """A file that is still being written isn't one yet."""
    half = Path(django_settings.MEDIA_ROOT) / "logos" / ".x.part"
    half.write_bytes(b"half")
    manifest = archive.verify(Path(place.path(services.back_up(place))))
    assert [name for name in manifest.members if name.startswith("files/")] == ["files/logos/shop.png"]


def test_what_fails_leaves_nothing_but_its_reason(
    invoice: Invoice, place: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIGLEDGER_POSTGRES_BIN", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BackupError, match="pg_dump is missing"):
        services.back_up(place)
    row = Backup.objects.get()
    assert (row.finished_at, row.error) == (
        None,
        "pg_dump is missing: apt-get install postgresql-client (brew install libpq)",
    )
    assert list(Path(place.location).iterdir()) == []


def test_two_in_one_second_are_two(invoice: Invoice, place: FileSystemStorage) -> None:
    """The second one is refused; the first stays what it is."""
    with time_machine.travel(NIGHT, tick=False):
        name = services.back_up(place)
        before = Path(place.path(name)).read_bytes()
        with pytest.raises(BackupError, match=r"is there already|being made"):
            services.back_up(place, is_recorded=False)
    assert Path(place.path(name)).read_bytes() == before


def test_nightly_it_is_made_once_and_old_ones_go(
    invoice: Invoice, settings: Settings, place: FileSystemStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_KEEP, settings.BACKUP_HOUR, settings.TIME_ZONE = Keep(2, 0, 0), 2, "UTC"
    settings.BACKUP_STORAGE = {"BACKEND": "…"}
    monkeypatch.setattr(places, "default_place", lambda: place)
    made = []
    for night in range(4):
        for minutes in (0, 15, 600):
            with time_machine.travel(NIGHT + timedelta(days=night, minutes=minutes), tick=False):
                made.append(services.back_up_when_due())
    assert made == [True, False, False] * 4
    assert places.archives(place) == ["bigledger-20460307T023000Z.tar", "bigledger-20460306T023000Z.tar"]
    with time_machine.travel(NIGHT + timedelta(days=3, hours=23), tick=False):
        assert not services.is_due(), "23 hours old, at an hour that isn't the night's"
    with time_machine.travel(NIGHT + timedelta(days=4, hours=12), tick=False):
        assert services.is_due(), "whoever was switched off at night makes it by day"
    assert last_backup() == NIGHT + timedelta(days=3)


def test_off_means_by_other_means(settings: Settings, invoice: Invoice) -> None:
    settings.BACKUP_STORAGE = None
    assert services.back_up_when_due() is False
    with pytest.raises(CommandError, match="BACKUP_URL is off: name a directory with --to"):
        call_command("backup")


def test_the_job_is_the_one_in_the_schedule() -> None:
    current_app.loader.import_default_modules()
    assert django_settings.CELERY_BEAT_SCHEDULE["back-up"]["task"] in current_app.tasks
