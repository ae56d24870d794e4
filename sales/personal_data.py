"""The tables of sales with rows about customers, and what erasing a customer does to its documents."""

from functools import partial

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy

from customers.personal_data import CustomerDocuments, CustomerTable, customer_documents, customer_tables
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import (
    OrderStatusChange,
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
    ShipmentLine,
)
from sales.services import cancel_quote, change_order_status
from sales.services.erasing import erase_orders, erase_quotes, soften_documents, soften_orders

_UNINVOICED = Exists(SalesOrderLine.unscoped.filter(order=OuterRef("pk"), invoiced_quantity__lt=F("quantity")))

QUOTES = CustomerTable("quotes", Quote, is_document=True)
ORDERS = CustomerTable("sales-orders", SalesOrder, is_document=True)


def register() -> None:
    """Registers them."""
    customer_documents.register(
        CustomerDocuments(
            "quotes",
            gettext_lazy("Quotes"),
            QUOTES,
            open=lambda actor: Q(status="sent", valid_until__gte=actor.today()),
            draft=Q(status="draft"),
            cancel=cancel_quote,
            kept=Q(status__in=("accepted", "converted")),
            erase=erase_quotes,
            soften=partial(soften_documents, number="quote_number"),
        ),
        CustomerDocuments(
            "salesOrders",
            gettext_lazy("Sales orders"),
            ORDERS,
            open=lambda actor: Q(status="confirmed") | Q(_UNINVOICED, status__in=ORDER_OPEN_STATES),
            draft=Q(status="draft"),
            cancel=lambda actor, order: change_order_status(actor, order, "cancelled"),
            kept=Q(status__in=ORDER_OPEN_STATES),
            erase=erase_orders,
            soften=soften_orders,
        ),
    )
    customer_tables.register(
        QUOTES,
        CustomerTable("quote-lines", QuoteLine, ("quote__customer",)),
        ORDERS,
        CustomerTable("sales-order-lines", SalesOrderLine, ("order__customer",)),
        CustomerTable("sales-order-statuses", OrderStatusChange, ("order__customer",)),
        CustomerTable("shipments", Shipment, ("order__customer",), is_document=True),
        CustomerTable("shipment-lines", ShipmentLine, ("shipment__order__customer",)),
    )
