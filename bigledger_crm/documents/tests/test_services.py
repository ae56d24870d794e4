import hashlib
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import InMemoryStorage
from django.db import connection, connections, transaction
from django.db.utils import IntegrityError
from pytest_django import Settings

from bigledger_crm.documents import pdf, services, storage
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.tests.samples import invoice
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope

pytestmark = pytest.mark.usefixtures("media_root")


def freeze(company: Company | Actor) -> StoredDocument:
    return services.freeze(
        company,
        kind="invoice",
        document_id=uuid4(),
        number="INV-2024-0001",
        filename="INV-2024-0001.pdf",
        context=invoice(),
    )


def test_a_document_is_rendered_once(in_company: Company, media_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = services.ensure_rendered(freeze(in_company))
    content = services.read(stored)
    assert content.startswith(b"%PDF")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert stored.file == f"documents/{in_company.id}/{stored.created_at:%Y}/INV-2024-0001-{stored.sha256[:12]}.pdf"
    assert (media_root / stored.file).read_bytes() == content
    monkeypatch.setattr(pdf, "render", None)
    again = services.ensure_rendered(StoredDocument.objects.get())
    assert (again.file, again.rendered_at) == (stored.file, stored.rendered_at)


def test_an_actor_freezes_for_their_company(actor: Actor, in_company: Company) -> None:
    assert freeze(actor).company_id == in_company.id


def test_the_facts_are_a_copy(in_company: Company) -> None:
    stored = freeze(in_company)
    stored.refresh_from_db()
    assert stored.context == invoice()
    assert (stored.template, stored.template_version) == ("pdf/invoice.html", 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE documents_storeddocument SET context = '{}'",
        "UPDATE documents_storeddocument SET number = 'X'",
        "UPDATE documents_storeddocument SET created_at = created_at - interval '1 day'",
        "DELETE FROM documents_storeddocument",
        "TRUNCATE documents_storeddocument CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_was_frozen(in_company: Company, statement: str) -> None:
    freeze(in_company)
    connection.check_constraints()  # deferred keys would refuse a TRUNCATE by themselves
    with pytest.raises(IntegrityError, match="stored document"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_to_change_a_rendered_file(in_company: Company) -> None:
    stored = services.ensure_rendered(freeze(in_company))
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        StoredDocument.objects.filter(pk=stored.pk).update(sha256="0" * 64)


def test_a_damaged_file_is_noticed(in_company: Company, media_root: Path) -> None:
    stored = services.ensure_rendered(freeze(in_company))
    (media_root / stored.file).write_bytes(b"%PDF something else")
    with pytest.raises(services.DamagedDocument):
        services.read(stored)
    (media_root / stored.file).unlink()
    with pytest.raises(FileNotFoundError):
        services.read(stored)


def test_a_storage_fault_leaves_the_document_to_be_rendered_later(
    in_company: Company, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = freeze(in_company)

    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", no_space)
        with pytest.raises(OSError, match="No space left"):
            services.ensure_rendered(stored)
    assert [path for path in media_root.rglob("*") if path.is_file()] == []
    stored.refresh_from_db()
    assert stored.file == ""
    assert services.read(services.ensure_rendered(stored)).startswith(b"%PDF")


def test_two_workers_make_one_file(committed: None, company: Company, media_root: Path) -> None:
    with company_scope(company):
        key = freeze(company).pk
    together = threading.Barrier(2)
    found: list[tuple[str, str, Any]] = []

    def work() -> None:
        with company_scope(company):
            stored = StoredDocument.objects.get(pk=key)
            together.wait()
            stored = services.ensure_rendered(stored)
            found.append((stored.file, stored.sha256, stored.rendered_at))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1]
    assert len([path for path in media_root.rglob("*") if path.is_file()]) == 1


def test_a_preview_is_not_kept(in_company: Company, media_root: Path) -> None:
    pdf = services.render_current("quote", uuid4(), lambda: invoice(watermark="Not sent"), clock.now())
    assert (pdf.filename, pdf.content[:4]) == ("INV-2024-0001-not-sent.pdf", b"%PDF")
    assert StoredDocument.objects.count() == 0
    assert list(media_root.rglob("*")) == []


def test_what_was_frozen_is_the_pdf(in_company: Company, media_root: Path) -> None:
    stored = freeze(in_company)
    pdf = services.render_current(stored.kind, stored.document_id, lambda: invoice(notes="New"), clock.now())
    stored.refresh_from_db()
    assert pdf == services.RenderedPdf(stored.filename, services.read(stored))


def test_it_is_printed_as_of_its_version(
    in_company: Company, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = freeze(in_company)
    shutil.copytree(settings.BASE_DIR / "templates/pdf", tmp_path / "pdf/1")
    now = tmp_path / "pdf/1/print.css"
    now.write_text(now.read_text().replace("#1b212b", "#ff0000"))
    monkeypatch.setitem(settings.TEMPLATES[0], "DIRS", [tmp_path, *settings.TEMPLATES[0]["DIRS"]])
    settings.TEMPLATES = [*settings.TEMPLATES]  # tells Django that they changed
    as_now = pdf.render(stored.template, stored.context, stored.created_at)
    monkeypatch.setattr(services, "TEMPLATE_VERSION", 2)
    content = services.read(services.ensure_rendered(stored))
    assert content != as_now
    assert content == pdf.render("pdf/1/invoice.html", stored.context, stored.created_at)


class ObjectStore(InMemoryStorage):
    """A storage that has no paths, as object stores haven't."""

    def path(self, name: str) -> str:
        raise NotImplementedError

    def _relative_path(self, name: str) -> str:
        return os.path.relpath(os.path.join(self.location, name), self.location)  # noqa: PTH118 no path of a disk


def test_a_storage_without_a_disk_keeps_files_too(in_company: Company, settings: Settings) -> None:
    memory = {"BACKEND": f"{__name__}.ObjectStore"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    stored = services.ensure_rendered(freeze(in_company))
    assert services.read(stored).startswith(b"%PDF")
    assert list(storage.older_than(clock.now() + timedelta(minutes=1), "documents")) == [stored.file]
    assert list(storage.older_than(clock.now() + timedelta(minutes=1), "nothing")) == []
    storage.delete(stored.file)
    with pytest.raises(FileNotFoundError):
        services.read(stored)


def test_what_root_writes_belongs_to_the_owner_of_the_folder(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()
    if os.geteuid() == 0:
        os.chown(settings.MEDIA_ROOT, 65534, 65534)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    storage.write("one/two/invoice.pdf", b"%PDF")
    made = {path.relative_to(settings.MEDIA_ROOT): path.stat().st_uid for path in settings.MEDIA_ROOT.rglob("*")}
    owner = settings.MEDIA_ROOT.stat().st_uid
    assert made == dict.fromkeys(map(Path, ("one", "one/two", "one/two/invoice.pdf")), owner)
