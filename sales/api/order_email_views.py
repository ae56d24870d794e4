"""Emailing an order."""

import msgspec
from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import single
from bigledger_crm.outbox.errors import EmailLimitReached
from sales.api.inputs import SendInput
from sales.api.objects import DeliveryObject, delivery_object
from sales.api.order_objects import OrderObject, order_object
from sales.api.order_views import OrderView
from sales.api.quote_views import message_of
from sales.errors import OrderNotConfirmed
from sales.services import send_order


class SentOrder(OrderObject):
    """An order whose confirmation was just sent, with its mail."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


class OrderSend(OrderView):
    """Sending the confirmation of an order."""

    @operation(gives=SentOrder, takes=SendInput, refuses=(OrderNotConfirmed, EmailLimitReached))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Queues the mail with the confirmation of an agreed order, as it is now."""
        self.no_parameters()
        message = message_of(self.input(SendInput, "Email", optional=True))
        order, email = send_order(self.actor, self.row, message)
        shown = msgspec.structs.asdict(order_object(order))
        return single(SentOrder(**shown, delivery=delivery_object(email)))
