"""Sending quotes."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from customers.queries import addresses_for
from sales.models import Quote
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.pages.quotes import quote_href
from sales.queries import quote_by_public_id
from sales.services import (
    EmailOptions,
    draft_quote_email,
    quote_email_content,
    quote_filename,
    send_quote,
)


class QuoteSendView(DocumentSendView):
    """Sends a quote."""

    resource = "quotes"
    quote: Quote

    def prepare(self, public_id: str = "") -> None:
        """The quote."""
        self.quote = quote_by_public_id(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To the customer, in the company's words."""
        content, _language = quote_email_content(self.actor, self.quote)
        receivers = ", ".join(addresses_for(self.quote.customer_id, "quotes"))
        return {"to": receivers, "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The quote's email."""
        return draft_quote_email(self.actor, self.quote, message)

    def filename(self) -> str:
        """The quote's."""
        return quote_filename(self.quote)

    def save(self, form: SendForm) -> str:
        """Back to the quote."""
        _quote, email = send_quote(self.actor, self.quote, self.message(form))
        self.sent(_("The quote is on its way to %(receivers)s."), email)
        return quote_href(self.quote.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send %(number)s") % {"number": self.quote.quote_number},
            "submit": _("Send quote"),
            "back": quote_href(self.quote.public_id),
            "pdf_url": reverse("sales:quote-pdf", args=[self.quote.public_id]),
            "preview": reverse("sales:quote-email-preview", args=[self.quote.public_id]),
        }
