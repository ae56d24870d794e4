"""Files attached to quotes, orders and invoices.  They are no part of the PDF: issued documents take them too."""

from django.db import transaction

from bigledger_crm.documents.attachments import add_attachment, attachment_of, remove_attachment
from bigledger_crm.documents.models import Attachment
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from sales.models import SaleDocument


@transaction.atomic
def attach_file(actor: Actor, document: SaleDocument, kind: str, *, filename: str, content: bytes) -> Attachment:
    """Attaches a file to a document (`quote`, `order` or `invoice`).

    Raises UnsupportedAttachmentType and TooManyAttachments.
    """
    _lock(document)
    attachment = add_attachment(actor, kind=kind, document_id=document.pk, filename=filename, content=content)
    facts = {"filename": attachment.filename, "size": attachment.size, "sha256": attachment.sha256}
    record(actor, f"{kind}.file_attached", document.pk, note=attachment.filename, changes=facts)
    return attachment


@transaction.atomic
def detach_file(actor: Actor, document: SaleDocument, kind: str, public_id: str) -> None:
    """Deletes an attachment of a document, and its file.  Raises NotFound."""
    _lock(document)
    attachment = attachment_of(document.pk, public_id)
    remove_attachment(attachment)
    facts = {"filename": attachment.filename, "size": attachment.size, "sha256": attachment.sha256}
    record(actor, f"{kind}.file_deleted", document.pk, note=attachment.filename, changes=facts)


def _lock(document: SaleDocument) -> None:
    type(document)._default_manager.select_for_update(of=("self",)).get(pk=document.pk)
