"""Credit notes by email."""

from django.db import transaction

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import queue
from bigledger_crm.registry import EmailContent
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import CreditNote
from invoicing.services.einvoice_pdf import waits_for_acceptance
from sales.services import EmailOptions
from sales.services.shared.email import document_email_content, draft_document_email


@transaction.atomic
def send_credit_note(actor: Actor, note: CreditNote, message: EmailOptions) -> OutboxEmail:
    """Queues the email of a credit note, which never changes; with its PDF it may wait for LHDN.

    Raises InvalidData for the email's fields.
    """
    email = draft_credit_note_email(actor, note, message)
    frozen = StoredDocument.objects.filter(kind="credit_note", document_id=note.pk)
    queue(
        email,
        frozen.latest("created_at") if message.attach_pdf else None,
        held=message.held,
        until_released=message.attach_pdf and waits_for_acceptance(note),
    )
    about = filter(None, [note.invoice_id])
    record(actor, "credit_note.sent", note.pk, *about, note.customer_id, note=", ".join([*email.to, *email.cc]))
    return email


def draft_credit_note_email(actor: Actor, note: CreditNote, message: EmailOptions) -> OutboxEmail:
    """The email of a credit note, not queued.  Raises InvalidData."""
    content, language = credit_note_email_content(actor, note)
    return draft_document_email(
        actor,
        message,
        content,
        language,
        kind="credit_note.sent",
        related_id=note.pk,
        to=message.receivers(note.customer_id, "invoices"),
    )


def credit_note_email_content(actor: Actor, note: CreditNote) -> tuple[EmailContent, str]:
    """What the company writes with a credit note, and in which language."""
    invoice = note.invoice
    if invoice is None:
        return document_email_content(actor, "goodwill", note, note.credit_note_number, reason=note.reason)
    return document_email_content(actor, "credit_note", note, note.credit_note_number, invoice=invoice.invoice_number)
