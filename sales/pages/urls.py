"""URLs of the pages about items, quotes and orders."""

from django.urls import path

from bigledger_crm.account.frame import open_page
from sales.pages import (
    autocomplete,
    branding,
    company,
    customer_tabs,
    delivery_note_email,
    items,
    lists,
    notes_and_files,
    order_actions,
    order_email,
    orders,
    owners,
    quote_actions,
    quote_and_order_editors,
    quote_conversion,
    quote_email,
    quotes,
    setup,
    shipments,
    tax_codes,
    terms,
)

app_name = "sales"
_QUOTE = "quotes/<str:public_id>"
_ORDER = "sales-orders/<str:public_id>"
urlpatterns = [
    path("setup/<str:token>", open_page(setup.SetupView.as_view()), name="setup"),
    path("settings/taxes", tax_codes.TaxCodeListView.as_view(), name="tax-codes"),
    path("settings/taxes/new", tax_codes.TaxCodeCreateView.as_view(), name="new-tax-code"),
    path(
        "settings/taxes/missing", tax_codes.MissingTaxCodesView.as_view(), {"public_id": ""}, name="missing-tax-codes"
    ),
    path("settings/taxes/<str:public_id>", tax_codes.TaxCodeUpdateView.as_view(), name="tax-code"),
    path("settings/terms", terms.TermsView.as_view(), name="terms"),
    path("settings/company", company.CompanyUpdateView.as_view(), name="company"),
    path("settings/company/preview", company.CompanyPreviewView.as_view(), name="company-preview"),
    path("settings/documents", branding.BrandingView.as_view(), name="branding"),
    path("settings/documents/sample.pdf", branding.SamplePdfView.as_view(), name="branding-sample"),
    path("items", items.ItemListView.as_view(), name="items"),
    path("items/options", autocomplete.ItemAutocompleteView.as_view(), name="item-options"),
    path("items/new", items.ItemCreateView.as_view(), name="new-item"),
    path("items/<str:public_id>", items.ItemUpdateView.as_view(), name="item"),
    path("quotes", lists.QuoteListView.as_view(), name="quotes"),
    path("quotes/new", quote_and_order_editors.QuoteEditorView.as_view(), name="new-quote"),
    path(_QUOTE, quotes.QuoteDetailView.as_view(), name="quote"),
    path(f"{_QUOTE}/owner", owners.QuoteOwnerView.as_view(), name="quote-owner"),
    path(f"{_QUOTE}/edit", quote_and_order_editors.QuoteEditorView.as_view(), name="quote-edit"),
    path(f"{_QUOTE}/pdf", quotes.QuotePdfView.as_view(), name="quote-pdf"),
    path(f"{_QUOTE}/send", quote_email.QuoteSendView.as_view(), name="quote-send"),
    path(f"{_QUOTE}/send/preview", quote_email.QuoteSendView.as_view(previewing=True), name="quote-email-preview"),
    path(f"{_QUOTE}/accept", quote_actions.QuoteAcceptView.as_view(), name="quote-accept"),
    path(f"{_QUOTE}/decline", quote_actions.QuoteDeclineView.as_view(), name="quote-decline"),
    path(f"{_QUOTE}/cancel", quote_actions.QuoteCancelView.as_view(), name="quote-cancel"),
    path(f"{_QUOTE}/revise", quote_actions.QuoteReviseView.as_view(), name="quote-revise"),
    path(f"{_QUOTE}/duplicate", quote_actions.QuoteDuplicateView.as_view(), name="quote-duplicate"),
    path(f"{_QUOTE}/convert", quote_conversion.QuoteConvertView.as_view(), name="quote-convert"),
    *notes_and_files.QUOTE.paths(_QUOTE),
    path("customers/<str:public_id>/quotes", customer_tabs.CustomerQuotesView.as_view(), name="customer-quotes"),
    path("customers/<str:public_id>/orders", customer_tabs.CustomerOrdersView.as_view(), name="customer-orders"),
    path("sales-orders", lists.OrderListView.as_view(), name="orders"),
    path("sales-orders/new", quote_and_order_editors.OrderEditorView.as_view(), name="new-order"),
    path(_ORDER, orders.OrderDetailView.as_view(), name="order"),
    path(f"{_ORDER}/owner", owners.OrderOwnerView.as_view(), name="order-owner"),
    path(f"{_ORDER}/edit", quote_and_order_editors.OrderEditorView.as_view(), name="order-edit"),
    path(f"{_ORDER}/status", order_actions.OrderStatusView.as_view(), name="order-status"),
    path(f"{_ORDER}/send", order_email.OrderSendView.as_view(), name="order-send"),
    path(f"{_ORDER}/send/preview", order_email.OrderSendView.as_view(previewing=True), name="order-email-preview"),
    path(f"{_ORDER}/pdf", orders.OrderPdfView.as_view(), name="order-pdf"),
    path(f"{_ORDER}/duplicate", order_actions.OrderDuplicateView.as_view(), name="order-duplicate"),
    path(f"{_ORDER}/shipments", shipments.OrderShipView.as_view(), name="order-ship"),
    *notes_and_files.ORDER.paths(_ORDER),
    path("shipments", lists.ShipmentListView.as_view(), name="shipments"),
    path("shipments/<str:public_id>", shipments.ShipmentDetailView.as_view(), name="shipment"),
    path(
        "shipments/<str:public_id>/send", delivery_note_email.DeliveryNoteSendView.as_view(), name="send-delivery-note"
    ),
    path(
        "shipments/<str:public_id>/send/preview",
        delivery_note_email.DeliveryNoteSendView.as_view(previewing=True),
        name="delivery-note-email-preview",
    ),
    path("shipments/<str:public_id>/pdf", shipments.DeliveryNotePdfView.as_view(), name="delivery-note"),
]
