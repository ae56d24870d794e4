"""Addresses of the pages about items, quotes and orders."""

from django.urls import path

from sales.pages import (
    about,
    customer_panels,
    editors,
    items,
    lists,
    look,
    offers,
    order_emails,
    orders,
    quote_life,
    quotes,
    shipping,
)

app_name = "sales"
_QUOTE = "quotes/<str:public_id>"
_ORDER = "sales-orders/<str:public_id>"
urlpatterns = [
    path("settings/documents", look.Look.as_view(), name="look"),
    path("settings/documents/sample.pdf", look.Sample.as_view(), name="look-sample"),
    path("items", lists.ItemList.as_view(), name="items"),
    path("items/options", offers.ItemOptions.as_view(), name="item-options"),
    path("items/new", items.NewItem.as_view(), name="new-item"),
    path("items/<str:public_id>", items.EditItem.as_view(), name="item"),
    path("quotes", lists.QuoteList.as_view(), name="quotes"),
    path("quotes/new", editors.QuoteEditor.as_view(), name="new-quote"),
    path(_QUOTE, quotes.QuotePage.as_view(), name="quote"),
    path(f"{_QUOTE}/edit", editors.QuoteEditor.as_view(), name="quote-edit"),
    path(f"{_QUOTE}/pdf", quotes.QuotePaper.as_view(), name="quote-pdf"),
    path(f"{_QUOTE}/send", quotes.SendQuote.as_view(), name="quote-send"),
    path(f"{_QUOTE}/send/preview", quotes.SendQuote.as_view(previewing=True), name="quote-mail-preview"),
    path(f"{_QUOTE}/accept", quote_life.AcceptQuote.as_view(), name="quote-accept"),
    path(f"{_QUOTE}/decline", quote_life.DeclineQuote.as_view(), name="quote-decline"),
    path(f"{_QUOTE}/cancel", quote_life.CancelQuote.as_view(), name="quote-cancel"),
    path(f"{_QUOTE}/revise", quote_life.ReviseQuote.as_view(), name="quote-revise"),
    path(f"{_QUOTE}/duplicate", quote_life.DuplicateQuote.as_view(), name="quote-duplicate"),
    path(f"{_QUOTE}/convert", quotes.ConvertQuote.as_view(), name="quote-convert"),
    *about.QUOTE.paths(_QUOTE),
    path("customers/<str:public_id>/quotes", customer_panels.CustomerQuotes.as_view(), name="customer-quotes"),
    path("customers/<str:public_id>/orders", customer_panels.CustomerOrders.as_view(), name="customer-orders"),
    path("sales-orders", lists.OrderList.as_view(), name="orders"),
    path("sales-orders/new", editors.OrderEditor.as_view(), name="new-order"),
    path(_ORDER, orders.OrderPage.as_view(), name="order"),
    path(f"{_ORDER}/edit", editors.OrderEditor.as_view(), name="order-edit"),
    path(f"{_ORDER}/status", orders.ChangeStatus.as_view(), name="order-status"),
    path(f"{_ORDER}/send", order_emails.SendOrder.as_view(), name="order-send"),
    path(f"{_ORDER}/send/preview", order_emails.SendOrder.as_view(previewing=True), name="order-mail-preview"),
    path(f"{_ORDER}/pdf", orders.OrderPaper.as_view(), name="order-pdf"),
    path(f"{_ORDER}/duplicate", orders.DuplicateOrder.as_view(), name="order-duplicate"),
    path(f"{_ORDER}/shipments", shipping.ShipOrder.as_view(), name="order-ship"),
    *about.ORDER.paths(_ORDER),
    path("shipments", lists.ShipmentList.as_view(), name="shipments"),
    path("shipments/<str:public_id>", shipping.ShipmentPage.as_view(), name="shipment"),
    path("shipments/<str:public_id>/send", order_emails.SendDeliveryNote.as_view(), name="send-delivery-note"),
    path(
        "shipments/<str:public_id>/send/preview",
        order_emails.SendDeliveryNote.as_view(previewing=True),
        name="delivery-note-mail-preview",
    ),
    path("shipments/<str:public_id>/pdf", shipping.DeliveryNote.as_view(), name="delivery-note"),
]
