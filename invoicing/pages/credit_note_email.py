"""Sending credit notes."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from customers.queries import addresses_for
from invoicing.models import CreditNote
from invoicing.pages.credit_notes import credit_note_href
from invoicing.queries import credit_note_by_public_id
from invoicing.services import (
    credit_note_email_content,
    credit_note_filename,
    draft_credit_note_email,
    send_credit_note,
)
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.services import EmailOptions


class CreditNoteSendView(DocumentSendView):
    """Sends a credit note."""

    resource = "credit-notes"
    note: CreditNote

    def prepare(self, public_id: str = "") -> None:
        """The credit note."""
        self.note = credit_note_by_public_id(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To whoever gets the invoices, in the company's words."""
        content, _language = credit_note_email_content(self.actor, self.note)
        receivers = ", ".join(addresses_for(self.note.customer_id, "invoices"))
        return {"to": receivers, "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The credit note's email."""
        return draft_credit_note_email(self.actor, self.note, message)

    def filename(self) -> str:
        """The credit note's."""
        return credit_note_filename(self.note)

    def save(self, form: SendForm) -> str:
        """Back to the credit note."""
        email = send_credit_note(self.actor, self.note, self.message(form))
        self.sent(_("The credit note is on its way to %(receivers)s."), email)
        return credit_note_href(self.note.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send %(number)s") % {"number": self.note.credit_note_number},
            "submit": _("Send credit note"),
            "back": credit_note_href(self.note.public_id),
            "pdf_url": reverse("invoicing:credit-note-pdf", args=[self.note.public_id]),
            "preview": reverse("invoicing:credit-note-email-preview", args=[self.note.public_id]),
        }
