"""Archives about members: who may ask, what is inside, what happens when a worker dies, and that they are deleted."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from allauth.usersessions.models import UserSession
from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.db import connection

from bigledger_crm import requested_archives
from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.backup import services as backup
from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_waiting_files
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import NotFound, PermissionDenied
from bigledger_crm.privacy import archives, tasks
from bigledger_crm.privacy.contents import as_cell
from bigledger_crm.privacy.kinds import person_kinds
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.requested_archives import delete_expired, sweep
from bigledger_crm.schedule import services as schedule
from bigledger_crm.tenancy.actor import Actor, actor_for_member
from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.tenancy.scope import current_company_id
from bigledger_crm.testing.factories import make_customer
from bigledger_crm.web.models import SavedView

pytestmark = pytest.mark.usefixtures("other_company", "in_company")


def at_work(user: User) -> Actor:
    here = Membership.objects.select_related("company", "user").get(user=user, company=current_company_id())
    return actor_for_member(here)


def ask(actor: Actor, user: User) -> PersonArchive:
    return archives.request_archive(actor, person_kinds["member"], user)


def opened(archive: PersonArchive) -> zipfile.ZipFile:
    with default_storage.open(archive.path) as file:
        return zipfile.ZipFile(io.BytesIO(file.read()))


def rows(archive: PersonArchive, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(opened(archive).read(f"{name}.json"))
    return found


def test_it_holds_what_the_company_keeps_about_a_member(actor: Actor, bob: User, other_company: Company) -> None:
    Membership.objects.create(company=other_company, user=bob, role="viewer")
    SavedView.objects.create(company=actor.company, person=bob.public_id, place="/quotes", name="Mine")
    UserSession.objects.create(user=bob, session_key="secret", ip="192.0.2.1", user_agent="Firefox")
    make_customer(at_work(bob), name="Somebody else")
    archive = ask(actor, bob)
    assert archives.make(archive.pk)
    (profile,) = rows(archive, "profile")
    assert (profile["email"], profile["id"]) == (bob.email, bob.public_id)
    assert "password" not in profile
    (membership,) = rows(archive, "memberships")
    assert (membership["role"], membership["companyId"]) == ("sales", actor.company.public_id)
    assert [view["name"] for view in rows(archive, "saved-views")] == ["Mine"]
    (deed,) = rows(archive, "changes-made")
    assert (deed["event"], deed["by"]) == ("customer.created", "Bob Lim")
    whole = opened(archive)
    assert "sessions.json" not in whole.namelist(), "they are of no company"
    everything = b"".join(whole.read(name) for name in whole.namelist())
    for foreign in (b"Somebody else", b"192.0.2.1", b"secret", other_company.name.encode()):
        assert foreign not in everything
    told = whole.read("README.txt").decode()
    assert "Bob Lim (Member)" in told
    assert "profile.json, profile.csv: 1" in told
    (cells,) = csv.DictReader(io.StringIO(whole.read("profile.csv").decode("utf-8-sig")))
    assert cells["email"] == bob.email
    assert whole.testzip() is None


def test_ones_own_has_sessions_and_all_memberships(bob: User, other_company: Company) -> None:
    Membership.objects.create(company=other_company, user=bob, role="viewer")
    UserSession.objects.create(user=bob, session_key="secret", ip="192.0.2.1", user_agent="Firefox")
    archive = ask(at_work(bob), bob)
    assert archives.make(archive.pk)
    assert [session["ip"] for session in rows(archive, "sessions")] == ["192.0.2.1"]
    assert len(rows(archive, "memberships")) == 2
    assert b"secret" not in b"".join(map(opened(archive).read, opened(archive).namelist()))


def test_who_may_ask(actor: Actor, bob: User, alice: User, charlie: User) -> None:
    with pytest.raises(PermissionDenied):
        ask(at_work(bob), alice)
    with pytest.raises(NotFound):
        person_kinds["member"].find(charlie.public_id)
    first = ask(actor, bob)
    assert ask(actor, bob) == first, "while it is made there is no second one"
    Membership.objects.filter(user=bob).delete()
    with pytest.raises(NotFound):
        person_kinds["member"].find(bob.public_id)


def test_who_has_left_can_still_ask(actor: Actor, bob: User) -> None:
    make_customer(at_work(bob))
    Membership.objects.filter(user=bob).delete()
    archive = ask(actor, person_kinds["member"].find(bob.public_id))
    assert archives.make(archive.pk)
    assert "memberships.json" not in opened(archive).namelist()
    assert "Nothing is kept as: memberships, " in opened(archive).read("README.txt").decode()
    assert len(rows(archive, "changes-made")) == 1


@pytest.mark.parametrize("error", [OSError("No space left"), SoftTimeLimitExceeded()])
def test_what_fails_is_tried_again_three_times(
    actor: Actor, bob: User, monkeypatch: pytest.MonkeyPatch, error: Exception, files: Path
) -> None:
    def fail(name: str, content: object) -> None:
        raise error

    archive = ask(actor, bob)
    with monkeypatch.context() as broken:
        broken.setattr(storage, "write_stream", fail)
        assert [archives.make(archive.pk) for _ in range(2)] == [False, False]
        archive.refresh_from_db()
        assert (archive.status, archive.attempts) == ("queued", 2)
    assert archives.make(archive.pk)
    another = ask(actor, bob)
    monkeypatch.setattr(storage, "write_stream", fail)
    assert not any(archives.make(another.pk) for _ in range(5))
    another.refresh_from_db()
    assert (another.status, another.attempts) == ("failed", 3)
    assert type(error).__name__ in another.error


def test_a_worker_that_dies_leaves_no_file_and_the_next_one_begins_anew(
    actor: Actor, bob: User, monkeypatch: pytest.MonkeyPatch, files: Path
) -> None:
    def die(*args: object) -> None:
        raise KeyboardInterrupt

    archive = ask(actor, bob)
    with monkeypatch.context() as broken:
        broken.setattr(archives, "_readme", die)
        with pytest.raises(KeyboardInterrupt):
            archives.make(archive.pk)
    assert not files.exists()
    assert archives.make(archive.pk)
    archive.refresh_from_db()
    assert (archive.status, archive.attempts) == ("ready", 2)
    assert not archives.make(archive.pk), "once"


def test_a_worker_that_dies_each_time_is_given_up(actor: Actor, bob: User) -> None:
    archive = ask(actor, bob)
    PersonArchive.objects.filter(pk=archive.pk).update(attempts=3)
    assert not archives.make(archive.pk)
    archive.refresh_from_db()
    assert (archive.status, archive.error) == ("failed", "The worker stopped in the middle several times")


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """Another connection to the same database."""
    with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}) as other:
        yield other


def test_one_worker_at_a_time(actor: Actor, bob: User, elsewhere: Any) -> None:
    archive = ask(actor, bob)
    number = schedule.lock_number(f"person_archive-{archive.pk}")
    elsewhere.execute("SELECT pg_advisory_lock(%s, %s)", [schedule.LOCKS, number])
    assert not archives.make(archive.pk)
    elsewhere.execute("SELECT pg_advisory_unlock(%s, %s)", [schedule.LOCKS, number])
    assert archives.make(archive.pk)


def test_what_is_deleted_while_it_is_made_leaves_no_file(
    actor: Actor, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = ask(actor, bob)
    write = archives._write

    def delete_meanwhile(one: PersonArchive) -> dict[str, int]:
        size = write(one)
        PersonArchive.objects.all().delete()
        return size

    monkeypatch.setattr(archives, "_write", delete_meanwhile)
    assert not archives.make(archive.pk)
    assert not default_storage.exists(archive.path)


def test_after_a_week_it_is_gone(actor: Actor, bob: User, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = ask(actor, bob)
    archives.make(archive.pk)
    half = files / "temporary" / "archives" / "x" / ".half.part"
    half.parent.mkdir()
    half.write_bytes(b"half a file of a process that was killed")
    week = clock.now() + timedelta(days=7)
    for later, left in ((-1, 1), (1, 0)):
        with time_machine.travel(week + timedelta(minutes=later), tick=False):
            delete_expired(PersonArchive)
        assert PersonArchive.objects.count() == left
    delete_waiting_files()
    assert not default_storage.exists(archive.path)
    assert half.exists(), "perhaps it is being written"
    with time_machine.travel(week + timedelta(days=2), tick=False):
        delete_expired(PersonArchive)
    assert not half.exists()
    events = AuditEntry.objects.filter(event__startswith="person_archive.").order_by("occurred_at", "pk")
    assert [(one.event, one.actor_name) for one in events] == [
        ("person_archive.requested", "Alice Tan"),
        ("person_archive.deleted", "BigLedger"),
    ]
    assert {bob.email in f"{one.note} {one.changes}" for one in events} == {False}


def test_backups_leave_it_out(actor: Actor, bob: User) -> None:
    archive = ask(actor, bob)
    archives.make(archive.pk)
    default_storage.save("logos/logo.png", io.BytesIO(b"a logo"))
    assert list(backup.file_names()) == ["logos/logo.png"]


def test_the_jobs_are_those_of_the_schedule() -> None:
    current_app.loader.import_default_modules()
    for job in ("sweep-person-archives", "delete-person-archives"):
        assert django_settings.CELERY_BEAT_SCHEDULE[job]["task"] in current_app.tasks
    assert tasks.make_person_archive.name == PersonArchive.TASK


def test_the_sweep_finds_what_no_worker_was_told_of(actor: Actor, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Any, str]] = []

    def tell(pk: Any, task: str) -> bool:
        told.append((pk, task))
        return True

    monkeypatch.setattr(requested_archives, "notify_worker", tell)
    archive = ask(actor, bob)
    sweep(PersonArchive)
    archives.make(archive.pk)
    sweep(PersonArchive)
    assert told == [(archive.pk, PersonArchive.TASK)]


def test_too_many_are_refused(actor: Actor, bob: User, alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_ARCHIVES", 1)
    ask(actor, bob)
    with pytest.raises(archives.TooManyArchives):
        ask(actor, alice)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "yes"),
        (["a", "b"], "a, b"),
        ({"city": "Ipoh"}, '{"city":"Ipoh"}'),
        ("=1+1", "'=1+1"),
        (datetime.fromisoformat("2024-01-15T01:00:00+00:00"), "2024-01-15T01:00:00+00:00"),
    ],
)
def test_cells(value: Any, cell: str) -> None:
    assert as_cell(value) == cell
