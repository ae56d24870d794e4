"""Attached files in the storage."""

import time
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.documents import attachments
from bigledger_crm.documents.attachments import (
    add_attachment,
    attachments_of,
    delete_orphans,
    read_attachment,
    remove_attachment,
)
from bigledger_crm.documents.errors import TooManyAttachments, UnsupportedAttachmentType
from bigledger_crm.documents.models import Attachment
from bigledger_crm.documents.services import DamagedDocument
from bigledger_crm.documents.tests.file_samples import PDF, SVG
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company

pytestmark = pytest.mark.usefixtures("in_company", "media_root")
DOCUMENT = ids.new_id()


def _add(actor: Actor, content: bytes = PDF, filename: str = "po.pdf") -> Attachment:
    return add_attachment(actor, kind="order", document_id=DOCUMENT, filename=filename, content=content)


def _files(media_root: Path) -> set[str]:
    return {str(path.relative_to(media_root)) for path in media_root.rglob("*") if path.is_file()}


def test_a_file_is_kept_under_a_name_of_our_own(actor: Actor, company: Company, media_root: Path) -> None:
    attachment = _add(actor, filename="../../po.pdf")
    attachment.refresh_from_db()
    assert _files(media_root) == {attachment.file} == {f"attachments/{company.pk}/{attachment.pk}"}
    assert (attachment.filename, attachment.content_type, attachment.size) == ("po.pdf", "application/pdf", len(PDF))
    assert attachment.created_by == actor.id
    assert read_attachment(attachment) == PDF


def test_a_changed_file_is_not_handed_out(actor: Actor, media_root: Path) -> None:
    attachment = _add(actor)
    (media_root / attachment.file).write_bytes(PDF + b" ")
    with pytest.raises(DamagedDocument):
        read_attachment(attachment)


def test_refused_files_leave_nothing(actor: Actor, media_root: Path) -> None:
    with pytest.raises(UnsupportedAttachmentType):
        _add(actor, SVG, "picture.png")
    with patch.object(attachments, "MAX_ATTACHMENTS", 1):
        kept = _add(actor)
        with pytest.raises(TooManyAttachments):
            _add(actor)
    assert _files(media_root) == {kept.file}
    assert Attachment.objects.count() == 1


def test_attachments_of_documents_in_order(actor: Actor) -> None:
    first, second = _add(actor), _add(actor)
    assert attachments_of([DOCUMENT, ids.new_id()]) == {DOCUMENT: [first, second]}


def test_a_file_goes_after_the_commit(
    actor: Actor, media_root: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    attachment = _add(actor)
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(attachment)
        assert _files(media_root) == {attachment.file}
    assert _files(media_root) == set()
    assert not Attachment.objects.exists()


def test_a_crash_leaves_a_file_that_the_command_deletes(
    actor: Actor, media_root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = _add(actor)
    with patch.object(Attachment.objects, "create", side_effect=DatabaseError), pytest.raises(DatabaseError):
        _add(actor)
    (orphan,) = _files(media_root) - {kept.file}
    assert delete_orphans() == []  # its transaction may still run
    with time_machine.travel(time.time() + timedelta(hours=2).total_seconds()):
        call_command("delete_orphan_files")
    assert capsys.readouterr().out.splitlines() == [orphan, "1 files deleted"]
    assert _files(media_root) == {kept.file}


def test_the_database_refuses_changes(actor: Actor) -> None:
    _add(actor)
    for change in ({"filename": "other.pdf"}, {"document_id": ids.new_id()}):
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Attachment.objects.update(**change)


def test_no_orphans_where_nothing_was_ever_attached(media_root: Path) -> None:
    assert not default_storage.exists("attachments")
    assert delete_orphans() == []
