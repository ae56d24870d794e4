"""Sending delivery notes."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.documents.filenames import pdf_filename
from bigledger_crm.outbox.models import OutboxEmail
from customers.queries import addresses_for
from sales.models import Shipment
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.pages.shipments import shipment_href
from sales.queries import shipment_with_order
from sales.services import (
    EmailOptions,
    delivery_note_email_content,
    delivery_note_number,
    draft_delivery_note_email,
    send_delivery_note,
)


class DeliveryNoteSendView(DocumentSendView):
    """Sends the delivery note of a shipment."""

    resource = "sales-orders"
    shipment: Shipment

    def prepare(self, public_id: str = "") -> None:
        """The shipment."""
        self.shipment = shipment_with_order(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To whoever gets the orders, in the company's words."""
        content, _language = delivery_note_email_content(self.actor, self.shipment)
        receivers = ", ".join(addresses_for(self.shipment.order.customer_id, "orders"))
        return {"to": receivers, "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The delivery note's email."""
        return draft_delivery_note_email(self.actor, self.shipment, message)

    def filename(self) -> str:
        """The delivery note's."""
        return pdf_filename(delivery_note_number(self.shipment))

    def save(self, form: SendForm) -> str:
        """Back to the shipment."""
        email = send_delivery_note(self.actor, self.shipment, self.message(form))
        self.sent(_("The delivery note is on its way to %(receivers)s."), email)
        return shipment_href(self.shipment.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send delivery note %(number)s") % {"number": delivery_note_number(self.shipment)},
            "submit": _("Send delivery note"),
            "back": shipment_href(self.shipment.public_id),
            "pdf_url": reverse("sales:delivery-note", args=[self.shipment.public_id]),
            "preview": reverse("sales:delivery-note-email-preview", args=[self.shipment.public_id]),
        }
