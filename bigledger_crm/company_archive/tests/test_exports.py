"""Exports of a company that owners ask for on a page or through the API, and a worker makes."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.test import Client

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.company_archive import services, tasks
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.documents.deleting import delete_waiting_files
from bigledger_crm.tenancy.models import Company, SecurityEvent, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import ApiClient, api_client
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("media_root")
PAGE = "/settings/exports"


def make(company: Company) -> CompanyExport:
    """What the worker does."""
    with company_scope(company):
        export = CompanyExport.objects.get()
    assert services.make(export.pk)
    return export


def test_through_the_api(api: ApiClient, company: Company, customer_id: str) -> None:
    asked = api.post("/company-exports")
    assert (asked.status, asked.data["status"], asked.data["rowCount"]) == (202, "queued", 0)
    url = f"/company-exports/{asked.data['id']}"
    assert asked.headers["Location"] == f"/api/v1{url}"
    assert api.post("/company-exports").data["id"] == asked.data["id"], "while it is made there is no second one"
    assert api.get(f"{url}/file").error["code"] == "COMPANY_EXPORT_NOT_FOUND"
    make(company)
    ready = api.get(url).data
    assert (ready["status"], ready["missingFileCount"], ready["error"]) == ("ready", 0, None)
    assert api.get("/company-exports").body["data"] == [ready]
    file = api.get(f"{url}/file")
    assert (file.headers["Content-Type"], len(file.content)) == ("application/zip", ready["size"])
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        assert b"Acme" in archive.read("csv/customers.customer.csv")
        lines = sum(archive.read(name).count(b"\n") for name in archive.namelist() if name.endswith(".jsonl"))
    assert lines == ready["rowCount"]
    assert SecurityEvent.objects.get(event="security.exported").subject == ready["id"]
    assert api.delete(url).status == 200
    assert api.get(url).error["code"] == "COMPANY_EXPORT_NOT_FOUND"
    with company_scope(company):
        events = AuditEntry.objects.filter(event__startswith="company_export.").order_by("occurred_at", "pk")
        assert [one.event.partition(".")[2] for one in events] == ["requested", "downloaded", "deleted"]
        delete_waiting_files()
        assert not default_storage.exists(CompanyExport(company=company, pk=events[0].subjects[0]).path)


def test_only_keys_that_name_the_scope_may(company: Company) -> None:
    for verb in ("read", "write"):
        assert api_client(company, scopes=[verb]).get("/company-exports").error["code"] == "PERMISSION_DENIED"
    assert api_client(company, scopes=["read", "write"]).post("/company-exports").error["code"] == "PERMISSION_DENIED"
    readers = api_client(company, scopes=["company-exports:read"])
    assert readers.post("/company-exports").error["code"] == "PERMISSION_DENIED"
    assert readers.get("/company-exports").status == 200


def test_a_rehearsal_asks_for_none(api: ApiClient, company: Company) -> None:
    assert api.post("/company-exports", Rehearse="true").status == 202
    with company_scope(company):
        assert not CompanyExport.objects.exists()


def test_on_the_page(alices: Client, company: Company, customer_id: str) -> None:
    assert "Another installation of BigLedger can import it" in flat(alices.get(PAGE))
    answer = alices.post(PAGE, follow=True)
    assert "The export is being prepared" in flat(answer)
    assert "Being prepared" in flat(answer)
    part = alices.get(PAGE, headers={"HX-Request": "true", "HX-Target": "exports"})
    assert 'hx-trigger="every 3s"' in part.content.decode()
    export = make(company)
    ready = alices.get(PAGE)
    assert "Download" in flat(ready)
    assert "every 3s" not in ready.content.decode()
    file: Any = alices.get(f"{PAGE}/{export.public_id}")
    assert zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content))).testzip() is None
    assert file["Content-Disposition"].startswith('attachment; filename="tech-supplies-sdn-bhd-')
    assert "Export deleted" in flat(alices.post(f"{PAGE}/{export.public_id}/delete", follow=True))


def test_there_are_so_many_at_most(api: ApiClient, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_EXPORTS", 1)
    api.post("/company-exports")
    make(company)
    assert api.post("/company-exports").error["code"] == "TOO_MANY_COMPANY_EXPORTS"


def test_managers_see_none(client: Client, bob: User) -> None:
    bob.memberships.update(role="manager")
    client.force_login(bob)
    assert client.get(PAGE).status_code == 403


def test_the_jobs_are_those_of_the_schedule() -> None:
    current_app.loader.import_default_modules()
    for job in ("sweep-company-exports", "delete-company-exports"):
        assert django_settings.CELERY_BEAT_SCHEDULE[job]["task"] in current_app.tasks
    assert tasks.make_company_export.name == CompanyExport.TASK


def test_a_missing_file_is_counted(api: ApiClient, company: Company, media_root: Path) -> None:
    company.logo = "logos/gone.png"
    company.save(update_fields=["logo"])
    asked = api.post("/company-exports").data
    make(company)
    assert api.get(f"/company-exports/{asked['id']}").data["missingFileCount"] == 1
