"""How the states and events of quotes and orders read."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bigledger_crm.web.components import StatusBadge, Text
from sales.rules import shown_order_status

QUOTE_STATES = {
    "draft": StatusBadge(_("Draft")),
    "sent": StatusBadge(_("Sent"), "info"),
    "accepted": StatusBadge(_("Accepted"), "good"),
    "converted": StatusBadge(_("Ordered"), "good"),
    "expired": StatusBadge(_("Expired"), "warn"),
    "declined": StatusBadge(_("Declined"), "bad"),
    "cancelled": StatusBadge(_("Cancelled")),
}
ORDER_STATES = {
    "draft": StatusBadge(_("Draft")),
    "confirmed": StatusBadge(_("Confirmed"), "firm"),
    "partial": StatusBadge(_("Partially shipped"), "info"),
    "shipped": StatusBadge(_("Shipped"), "info"),
    "delivered": StatusBadge(_("Delivered"), "good"),
    "cancelled": StatusBadge(_("Cancelled")),
}
SHIPMENT_STATES = {"shipped": StatusBadge(_("Shipped"), "info"), "delivered": StatusBadge(_("Delivered"), "good")}
ORDER_MOVES: dict[str, Text] = {
    "confirmed": _("Confirm"),
    "shipped": _("Mark as shipped"),
    "delivered": _("Mark as delivered"),
    "cancelled": _("Cancel order"),
}
ORDER_MOVE_TITLES: dict[str, Text] = {
    "confirmed": _("Confirm %(number)s"),
    "shipped": _("Mark %(number)s as shipped"),
    "delivered": _("Mark %(number)s as delivered"),
    "cancelled": _("Cancel %(number)s"),
}
UNSENDABLE_QUOTES: dict[str, Text] = {
    "accepted": _("already accepted"),
    "converted": _("already ordered"),
    "expired": _("expired"),
    "declined": _("declined"),
    "cancelled": _("cancelled"),
}
QUOTE_NEXT: dict[str, Text] = {
    "draft": _("Send it to the customer, or mark it as accepted if they have already agreed."),
    "sent": _("Awaiting the customer's answer. Record it when it arrives."),
    "accepted": _("The customer has agreed. Convert it to an order to ship and invoice it."),
    "expired": _("It can no longer be accepted, unless the customer agreed in time. Revise it to offer it again."),
    "declined": _("The quote is lost. Duplicate it to try again."),
}
ORDER_NEXT: dict[str, Text] = {
    "draft": _("Confirm it when the customer has agreed."),
    "confirmed": _("Ship and invoice this order in full or in part."),
    "shipped": _("Mark it as delivered when it has arrived."),
}
ORDER_OF_SERVICES = _("It needs no shipping. Invoice it in full or in part.")
ORDER_TO_SHIP = _("It has been invoiced in full. Ship it in full or in part.")
ORDER_TO_INVOICE = _("It has been shipped. Anything not yet invoiced can be invoiced now.")
ITEM_TYPES: dict[str, Text] = {"goods": _("Goods"), "service": _("Service")}
PRIORITIES: dict[str, Text] = {"low": _("Low"), "normal": _("Normal"), "high": _("High"), "urgent": _("Urgent")}
EVENTS = (
    gettext_noop("Item created"),
    gettext_noop("Item updated"),
    gettext_noop("Quote created"),
    gettext_noop("Quote updated"),
    gettext_noop("Quote sent"),
    gettext_noop("Quote accepted"),
    gettext_noop("Quote declined"),
    gettext_noop("Quote cancelled"),
    gettext_noop("Quote revised"),
    gettext_noop("Quote converted to order"),
    gettext_noop("Sales order created"),
    gettext_noop("Sales order updated"),
    gettext_noop("Sales order confirmed"),
    gettext_noop("Sales order shipped"),
    gettext_noop("Sales order delivered"),
    gettext_noop("Sales order cancelled"),
    gettext_noop("Order confirmation sent"),
    gettext_noop("Delivery note sent"),
    gettext_noop("Shipment created"),
)


def order_badge(order: Any) -> StatusBadge:
    """How an order stands that queries.with_shipping read."""
    return ORDER_STATES[shown_order_status(order.status, order.has_shipped)]
