"""Who downloads which archive from which page."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.documents.deleting import delete_waiting_files
from bigledger_crm.kernel import clock
from bigledger_crm.privacy import archives
from bigledger_crm.privacy.models import PersonArchive
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import SecurityEvent, User

pytestmark = pytest.mark.usefixtures("in_company")


@pytest.fixture
def bobs(client: Client, bob: User) -> Client:
    """Bob of sales, signed in."""
    client.force_login(bob)
    return client


def test_it_is_downloaded_by_owners_and_noted(actor: Actor, bob: User, alices: Client) -> None:
    assert alices.post(f"/settings/members/{bob.public_id}/archive").headers["Location"] == "/settings/data"
    archive = PersonArchive.objects.get()
    assert "Being prepared" in alices.get("/settings/data").content.decode()
    assert alices.get(f"/settings/data/archives/{archive.public_id}").status_code == 404
    archives.make(archive.pk)
    page = alices.get("/settings/data").content.decode()
    assert f"/settings/data/archives/{archive.public_id}" in page
    answer: Any = alices.get(f"/settings/data/archives/{archive.public_id}")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert f"bob-lim-{clock.now():%Y-%m-%d}.zip" in answer.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).testzip() is None
    assert AuditEntry.objects.filter(event="person_archive.downloaded", actor_id=actor.id).count() == 1
    assert SecurityEvent.objects.get(event="security.exported").subject == archive.public_id
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False):
        alices.force_login(User.objects.get(email=actor.email))
        assert alices.get(f"/settings/data/archives/{archive.public_id}").status_code == 404
    assert alices.post(f"/settings/data/archives/{archive.public_id}/delete").status_code == 302
    delete_waiting_files()
    assert not default_storage.exists(archive.path)


def test_ones_own_is_for_oneself(bob: User, bobs: Client, alice: User) -> None:
    assert bobs.get("/account/data").status_code == 200
    assert bobs.get("/settings/data").status_code == 403
    assert bobs.post("/account/data").headers["Location"] == "/account/data"
    archive = PersonArchive.objects.get()
    archives.make(archive.pk)
    assert f"/account/data/{archive.public_id}" in bobs.get("/account/data").content.decode()
    assert bobs.get(f"/account/data/{archive.public_id}").status_code == 200
    bobs.force_login(alice)
    assert archive.public_id not in bobs.get("/account/data").content.decode()
    assert bobs.get(f"/account/data/{archive.public_id}").status_code == 404
    assert bobs.get(f"/settings/data/archives/{archive.public_id}").status_code == 404
    page = bobs.get("/settings/data").content.decode()
    assert "Bob Lim" in page
    assert f'href="/settings/data/archives/{archive.public_id}"' not in page
