"""The lists of quotes, orders and shipments."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bigledger_crm.custom_fields.pages.lists import CustomFieldListPage
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.record_owners import owner_name
from bigledger_crm.web.components import Action, Column, Text
from bigledger_crm.web.lists import BulkAction, FilterField, ListPage
from bigledger_crm.web.lists.bulk import OfRows
from bigledger_crm.web.owners import OWNER_FILTER, owner_action, owner_column
from customers.pages.autocomplete import CUSTOMER
from customers.queries import addresses_by_customer
from sales.filters import OrderFilters, QuoteFilters, ShipmentFilters
from sales.inputs import OrderInput, QuoteInput
from sales.models import Quote, SalesOrder, Shipment
from sales.pages.labels import (
    ORDER_STATES,
    PRIORITIES,
    QUOTE_STATES,
    SHIPMENT_STATES,
    UNSENDABLE_QUOTES,
    order_badge,
)
from sales.pages.orders import order_href
from sales.pages.quotes import quote_badge, quote_href
from sales.pages.shipments import shipment_href
from sales.queries import expired_quotes, orders_shown_as, with_shipment_numbers, with_shipping
from sales.rules import shown_quote_status
from sales.services import EmailOptions, is_open_to_answer, send_quote, update_order, update_quote

FOUND_BY = gettext_lazy("Number, reference or customer")
OF_CUSTOMER = FilterField("customerId", gettext_lazy("Customer"), picker=CUSTOMER)
TOTAL = FilterField("total", gettext_lazy("Total"))
OTHERS_STAY = gettext_lazy("Their customers keep their owners.")


def amounts_of() -> tuple[Column, ...]:
    """What of a document's total is tax and what is not; people ask for it in files more than on the page."""
    return (
        Column(_("Net"), lambda row: row.subtotal, "amount", name="net", optional=True),
        Column(_("Tax"), lambda row: row.total_tax, "amount", name="tax", optional=True),
    )


def _send_quote(actor: Actor, quote: Quote, _values: Mapping[str, Any]) -> str:
    _quote, email = send_quote(actor, quote, EmailOptions(can_be_taken_back=True))
    return _("To %(receivers)s") % {"receivers": ", ".join(email.to)}


def goes_to(kind: str) -> OfRows:
    """Where a bulk action sends each document: a kind of customers' `rules.RECEIVES`."""

    def effects(_actor: Actor, documents: Sequence[Any]) -> Callable[[Any], str]:
        found = addresses_by_customer({document.customer_id for document in documents}, kind)
        return lambda document: ", ".join(found[document.customer_id])

    return effects


def unsendable(
    kind: str, state: Callable[[Actor, Any], Text]
) -> Callable[[Actor, Sequence[Any]], Callable[[Any], Text]]:
    """Why a document isn't sent: its `state`, or a customer without an address for such documents."""

    def obstacles(actor: Actor, documents: Sequence[Any]) -> Callable[[Any], Text]:
        found = addresses_by_customer({document.customer_id for document in documents}, kind)
        return lambda document: state(actor, document) or ("" if found[document.customer_id] else _("no email address"))

    return obstacles


def sent_text(count: int) -> str:
    """How many documents were sent."""
    return ngettext("%(count)s sent", "%(count)s sent", count) % {"count": count}


def not_sent_text(count: int) -> str:
    """How many documents were not."""
    return ngettext("%(count)s not sent", "%(count)s not sent", count) % {"count": count}


def _unsendable_state(actor: Actor, quote: Quote) -> Text:
    if is_open_to_answer(actor, quote, actor.today()) and quote.status in ("draft", "sent"):
        return ""
    return UNSENDABLE_QUOTES.get(shown_quote_status(quote.status, quote.valid_until, actor.today()), "")


class QuoteListView(CustomFieldListPage):
    """All quotes."""

    resource = "quotes"
    filters = QuoteFilters
    custom_fields_of = "quotes"
    title = gettext_lazy("Quotes")
    sorts = {"number": "number_sort", "date": "quote_date", "valid": "valid_until", "total": "total"}
    default_sort = "-date"
    chips = tuple((state, pill.label) for state, pill in QUOTE_STATES.items())
    narrow_by: ClassVar[Sequence[FilterField]] = (
        OF_CUSTOMER,
        FilterField("quoteDate", gettext_lazy("Date")),
        FilterField("validUntil", gettext_lazy("Valid until")),
        TOTAL,
        OWNER_FILTER,
    )
    bulk = (
        BulkAction(
            "send",
            gettext_lazy("Send"),
            gettext_lazy(
                "Each quote is emailed to its customer as a PDF, with the text of the email template. Drafts are "
                "marked as sent."
            ),
            "quotes",
            _send_quote,
            sent_text,
            not_sent_text,
            unsendable("quotes", _unsendable_state),
            goes_to("quotes"),
            gettext_lazy("To"),
            icon="send",
        ),
        owner_action(lambda actor, row, owner: update_quote(actor, row, QuoteInput(owner_id=owner)), OTHERS_STAY),
    )
    search_label = FOUND_BY
    empty_title = gettext_lazy("No quotes yet")
    empty_text = gettext_lazy("Send an offer to a customer, then convert it to an order once it is accepted.")
    create = Action(gettext_lazy("New quote"), reverse_lazy("sales:new-quote"), primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list; the state depends on the company's day."""
        return (
            Column(_("Number"), lambda quote: quote.quote_number, "main", "number", lambda quote: quote.title),
            Column(_("Customer"), lambda quote: quote.customer_name, name="customer"),
            Column(_("Title"), lambda quote: quote.title, name="title", optional=True),
            Column(_("Reference"), lambda quote: quote.reference, name="reference", optional=True),
            Column(_("Status"), lambda quote: quote_badge(quote, self.actor), "badge", name="status"),
            owner_column(),
            Column(_("Date"), lambda quote: quote.quote_date, "day", "date", name="date"),
            Column(_("Valid until"), lambda quote: quote.valid_until, "day", "valid", name="valid"),
            *amounts_of(),
            Column(_("Total"), lambda quote: quote.total, "amount", "total", name="total"),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Quotes with their owners' names."""
        return Quote.objects.annotate(owner_name=owner_name())

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """By the shown state."""
        expired = expired_quotes(self.actor.today())
        return rows.filter(expired) if chip == "expired" else rows.filter(status=chip).exclude(expired)

    def href(self, row: Quote) -> str:
        """The quote's page."""
        return quote_href(row.public_id)


class OrderListView(CustomFieldListPage):
    """All sales orders."""

    resource = "sales-orders"
    filters = OrderFilters
    custom_fields_of = "sales-orders"
    title = gettext_lazy("Orders")
    sorts = {"number": "number_sort", "date": "order_date", "total": "total"}
    default_sort = "-date"
    chips = tuple((state, pill.label) for state, pill in ORDER_STATES.items())
    narrow_by = (
        OF_CUSTOMER,
        FilterField("orderDate", gettext_lazy("Date")),
        FilterField("requiredDate", gettext_lazy("Required date")),
        FilterField("priority", gettext_lazy("Priority"), PRIORITIES),
        TOTAL,
        OWNER_FILTER,
    )
    bulk = (owner_action(lambda actor, row, owner: update_order(actor, row, OrderInput(owner_id=owner)), OTHERS_STAY),)
    search_label = FOUND_BY
    empty_title = gettext_lazy("No orders yet")
    empty_text = gettext_lazy("An accepted quote becomes an order here: ship and invoice it in full or in part.")
    create = Action(gettext_lazy("New order"), reverse_lazy("sales:new-order"), primary=True)

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Number"), lambda order: order.order_number, "main", "number", lambda order: order.reference),
            Column(_("Customer"), lambda order: order.customer_name, name="customer"),
            Column(_("Reference"), lambda order: order.reference, name="reference", optional=True),
            Column(_("Status"), order_badge, "badge", name="status"),
            Column(_("Priority"), lambda order: PRIORITIES[order.priority], name="priority", optional=True),
            owner_column(),
            Column(_("Date"), lambda order: order.order_date, "day", "date", name="date"),
            Column(_("Required date"), lambda order: order.required_date, "day", name="required"),
            *amounts_of(),
            Column(_("Total"), lambda order: order.total, "amount", "total", name="total"),
            *self.custom_columns(),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Orders with their owners' names."""
        return with_shipping(SalesOrder.objects.annotate(owner_name=owner_name()))

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """By the shown state."""
        return rows.filter(orders_shown_as(chip))

    def href(self, row: SalesOrder) -> str:
        """The order's page."""
        return order_href(row.public_id)


class ShipmentListView(ListPage):
    """What left, of all orders."""

    resource = "sales-orders"
    filters = ShipmentFilters
    title = gettext_lazy("Shipments")
    sorts = {"day": "shipped_on"}
    default_sort = "-day"
    chips = tuple((state, pill.label) for state, pill in SHIPMENT_STATES.items())
    narrow_by = (FilterField("shippedOn", gettext_lazy("Shipped on")),)
    search_label = gettext_lazy("Order, customer or tracking number")
    empty_title = gettext_lazy("No shipments yet")
    empty_text = gettext_lazy("To ship goods in full or in part, open their order.")

    def columns(self) -> Sequence[Column]:
        """The columns of the list."""
        return (
            Column(_("Number"), lambda shipment: f"{shipment.order.order_number}/{shipment.place}", "main"),
            Column(_("Customer"), lambda shipment: shipment.order.customer_name, name="customer"),
            Column(_("Status"), lambda shipment: SHIPMENT_STATES[_shipment_state(shipment)], "badge", name="status"),
            Column(_("Shipped on"), lambda shipment: shipment.shipped_on, "day", "day", name="day"),
            Column(_("Carrier"), lambda shipment: shipment.method, name="carrier"),
            Column(_("Tracking number"), lambda shipment: shipment.tracking_number, name="tracking"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Shipments with their orders."""
        return with_shipment_numbers(Shipment.objects.all())

    def chosen(self, rows: QuerySet[Any], chip: str) -> QuerySet[Any]:
        """Those of delivered orders, or those on the way."""
        delivered = Q(order__status="delivered")
        return rows.filter(delivered if chip == "delivered" else ~delivered)

    def href(self, row: Shipment) -> str:
        """The shipment's page."""
        return shipment_href(row.public_id)


def _shipment_state(shipment: Shipment) -> str:
    return "delivered" if shipment.order.status == "delivered" else "shipped"
