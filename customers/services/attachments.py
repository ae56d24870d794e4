"""Files about a customer."""

from django.db import transaction

from bigledger_crm.documents.attachments import add_attachment, attachment_of, remove_attachment
from bigledger_crm.documents.models import Attachment
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer, not_anonymised

KIND = "customer"


@transaction.atomic
def attach_to_customer(actor: Actor, customer: Customer, *, filename: str, content: bytes) -> Attachment:
    """Attaches a file to a customer.

    Raises UnsupportedAttachmentType, TooManyAttachments, CustomerAnonymised, NotFound.
    """
    not_anonymised(lock_customer(customer.pk))
    attachment = add_attachment(actor, kind=KIND, document_id=customer.pk, filename=filename, content=content)
    facts = {"filename": attachment.filename, "size": attachment.size, "sha256": attachment.sha256}
    record(actor, "customer.file_attached", customer.pk, note=attachment.filename, changes=facts)
    return attachment


@transaction.atomic
def detach_from_customer(actor: Actor, customer: Customer, public_id: str) -> None:
    """Deletes a file of a customer.  Raises NotFound."""
    lock_customer(customer.pk)
    attachment = attachment_of(customer.pk, public_id)
    remove_attachment(attachment)
    facts = {"filename": attachment.filename, "size": attachment.size, "sha256": attachment.sha256}
    record(actor, "customer.file_deleted", customer.pk, note=attachment.filename, changes=facts)
