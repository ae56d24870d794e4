"""Sending order confirmations and delivery notes."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.outbox.models import OutboxEmail
from customers.queries import addresses_for
from sales.models import SalesOrder
from sales.pages.document_email import DocumentSendView
from sales.pages.forms import SendForm
from sales.pages.orders import order_href
from sales.queries import order_by_public_id
from sales.services import (
    EmailOptions,
    draft_order_email,
    order_email_content,
    order_filename,
    send_order,
)


class OrderSendView(DocumentSendView):
    """Sends the confirmation of an order."""

    resource = "sales-orders"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order."""
        self.order = order_by_public_id(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To whoever gets the orders, in the company's words."""
        content, _language = order_email_content(self.actor, self.order)
        receivers = ", ".join(addresses_for(self.order.customer_id, "orders"))
        return {"to": receivers, "subject": content.subject, "message": content.body}

    def draft(self, message: EmailOptions) -> OutboxEmail:
        """The confirmation's email."""
        return draft_order_email(self.actor, self.order, message)

    def filename(self) -> str:
        """The order's."""
        return order_filename(self.order)

    def save(self, form: SendForm) -> str:
        """Back to the order."""
        _order, email = send_order(self.actor, self.order, self.message(form))
        self.sent(_("The order confirmation is on its way to %(receivers)s."), email)
        return order_href(self.order.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send confirmation of %(number)s") % {"number": self.order.order_number},
            "submit": _("Send confirmation"),
            "back": order_href(self.order.public_id),
            "pdf_url": reverse("sales:order-pdf", args=[self.order.public_id]),
            "preview": reverse("sales:order-email-preview", args=[self.order.public_id]),
        }
