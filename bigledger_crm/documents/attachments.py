"""Files that people attach to business documents."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from bigledger_crm.documents import storage
from bigledger_crm.documents.deleting import delete_files
from bigledger_crm.documents.errors import TooManyAttachments, UnsupportedAttachmentType
from bigledger_crm.documents.file_types import type_of
from bigledger_crm.documents.filenames import clean_filename
from bigledger_crm.documents.models import Attachment
from bigledger_crm.documents.services import DamagedDocument
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup

MAX_BYTES = 10 * 1024 * 1024
MAX_ATTACHMENTS = 50
_FOLDER = "attachments"
_NOT_YET_ORPHANED = timedelta(hours=1)
# The attachments of the document with this key, oldest first.
attachments_of_one = Lookup(
    Attachment, lambda rows, document: rows.filter(document_id=document).order_by("created_at", "id")
)


def add_attachment(actor: Actor, *, kind: str, document_id: UUID, filename: str, content: bytes) -> Attachment:
    """Keeps a file for a document (`quote`, `order` or `invoice`), which the caller's transaction has locked.

    The file is written before its row: a crash between them leaves a file without a row, never a row without its file.
    Raises UnsupportedAttachmentType and TooManyAttachments.
    """
    media_type = type_of(content)
    if media_type is None:
        raise UnsupportedAttachmentType
    if Attachment.objects.filter(document_id=document_id).count() >= MAX_ATTACHMENTS:
        raise TooManyAttachments(MAX_ATTACHMENTS)
    return keep_file(
        actor, kind=kind, document_id=document_id, filename=filename, content=content, media_type=media_type
    )


def keep_file(
    actor: Actor, *, kind: str, document_id: UUID, filename: str, content: bytes, media_type: str
) -> Attachment:
    """Keeps a file whose type the caller knows, such as one that was read and imported; it is only ever downloaded."""
    pk = ids.new_id()
    return Attachment.objects.create(
        pk=pk,
        company=actor.company,
        kind=kind,
        document_id=document_id,
        filename=clean_filename(filename, media_type),
        content_type=media_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        file=storage.write(f"{_FOLDER}/{actor.company.pk}/{pk}", content),
        created_by=actor.id,
    )


def remove_attachment(attachment: Attachment) -> None:
    """Deletes an attachment; its file goes when the caller's transaction has committed."""
    attachment.delete()
    delete_files([attachment.file])


def attachment_of(document_id: UUID, public_id: str) -> Attachment:
    """The attachment of a document with an `att_…` id.  Raises NotFound."""
    pk = ids.decode(Attachment.PREFIX, public_id)
    attachment = Attachment.objects.filter(pk=pk, document_id=document_id).first() if pk else None
    if attachment is None:
        raise NotFound("Attachment", public_id)
    return attachment


def attachments_of(document_ids: Collection[UUID]) -> dict[UUID, list[Attachment]]:
    """The attachments of documents, oldest first, in one query."""
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    for attachment in Attachment.objects.filter(document_id__in=document_ids).order_by("created_at", "id"):
        found[attachment.document_id].append(attachment)
    return found


def read_attachment(attachment: Attachment) -> bytes:
    """The file.  Raises FileNotFoundError when it is gone and DamagedDocument when it isn't what was attached."""
    content = storage.read(attachment.file)
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise DamagedDocument(f"{attachment.file} has been changed since it was attached")
    return content


def delete_orphans() -> list[str]:
    """Deletes the files of all companies that no attachment has, and returns their names.

    A file younger than an hour stays: the transaction that wrote it may still run.
    """
    deleted = []
    for name in storage.older_than(clock.now() - _NOT_YET_ORPHANED, _FOLDER):
        if not Attachment.unscoped.filter(file=name).exists():
            storage.delete(name)
            deleted.append(name)
    return deleted
