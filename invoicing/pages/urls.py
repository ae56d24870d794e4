"""Addresses of the pages about invoices and payments, and of the home page."""

from django.urls import path

from invoicing.pages import conversion, home, invoices, payments

app_name = "invoicing"
_INVOICE = "invoices/<str:public_id>"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("sales-orders/<str:public_id>/invoice", conversion.InvoiceFromOrder.as_view(), name="from-order"),
    path("invoices", invoices.InvoiceList.as_view(), name="invoices"),
    path(_INVOICE, invoices.InvoicePage.as_view(), name="invoice"),
    path(f"{_INVOICE}/pdf", invoices.InvoicePaper.as_view(), name="invoice-pdf"),
    path(f"{_INVOICE}/send", invoices.SendInvoice.as_view(), name="send"),
    path(f"{_INVOICE}/issue", invoices.IssueInvoice.as_view(), name="issue"),
    path(f"{_INVOICE}/payments", payments.PayInvoice.as_view(), name="pay"),
    path("payments", payments.PaymentList.as_view(), name="payments"),
]
