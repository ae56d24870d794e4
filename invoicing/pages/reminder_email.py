"""Sending a reminder now."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from invoicing.models import Invoice
from invoicing.pages.invoices import invoice_href
from invoicing.queries import invoice_by_public_id, state_of
from invoicing.services import (
    draft_reminder_email,
    invoice_filename,
    reminder_email_content,
    send_reminder,
)
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.services import EmailOptions


class ReminderSendView(DocumentSendView):
    """Sends a reminder of an overdue invoice now."""

    resource = "invoices"

    @cached_property
    def invoice(self) -> Invoice:
        """The invoice of the URL."""
        return invoice_by_public_id(self.kwargs["public_id"])

    def prepare(self, public_id: str = "") -> None:
        """Nothing besides the invoice."""

    def get(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """The form, or the email; of an invoice that isn't overdue its page says so."""
        return self._unless_paid(public_id) or super().get(request, public_id)

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Sends the email, or shows it."""
        return self.saved_before() or self._unless_paid(public_id) or super().post(request, public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To whoever gets the reminders, in the words of the schedule."""
        content, _language, emails = reminder_email_content(self.actor, self.invoice)
        return {"to": ", ".join(emails), "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The reminder."""
        return draft_reminder_email(self.actor, self.invoice, message)

    def filename(self) -> str:
        """The invoice's."""
        return invoice_filename(self.invoice)

    def save(self, form: SendForm) -> str:
        """Back to the invoice."""
        _invoice, email = send_reminder(self.actor, self.invoice, self.message(form))
        self.sent(_("The reminder is on its way to %(receivers)s."), email)
        return invoice_href(self.invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send reminder for %(number)s") % {"number": self.invoice.invoice_number},
            "submit": _("Send reminder"),
            "back": invoice_href(self.invoice.public_id),
            "pdf_url": reverse("invoicing:invoice-pdf", args=[self.invoice.public_id]),
            "preview": reverse("invoicing:reminder-preview", args=[self.invoice.public_id]),
        }

    def _unless_paid(self, public_id: str) -> HttpResponse | None:
        """Back to the invoice when it isn't overdue."""
        if state_of(self.invoice, self.actor.today()).overdue_by:
            return None
        messages.error(self.request, _("%(number)s is not overdue.") % {"number": self.invoice.invoice_number})
        return HttpResponseRedirect(invoice_href(public_id))
