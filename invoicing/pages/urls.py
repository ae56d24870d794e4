"""Addresses of the pages about invoices and payments, and of the home page."""

from django.urls import path

from invoicing.pages import (
    about,
    analytics,
    conversion,
    credit_notes,
    customer_panels,
    editor,
    home,
    invoice_life,
    invoices,
    lists,
    papers,
    payments,
    reminders,
)

app_name = "invoicing"
_INVOICE = "invoices/<str:public_id>"
urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("analytics", analytics.Analytics.as_view(), name="analytics"),
    path("sales-orders/<str:public_id>/invoice", conversion.InvoiceFromOrder.as_view(), name="from-order"),
    path("customers/<str:public_id>/invoices", customer_panels.CustomerInvoices.as_view(), name="customer-invoices"),
    path("customers/<str:public_id>/payments", customer_panels.CustomerPayments.as_view(), name="customer-payments"),
    path("customers/<str:public_id>/summary", customer_panels.Summary.as_view(), name="customer-summary"),
    path("customers/<str:public_id>/statement/pdf", papers.StatementPaper.as_view(), name="statement-pdf"),
    path("invoices", lists.InvoiceList.as_view(), name="invoices"),
    path("invoices/new", editor.InvoiceEditor.as_view(), name="new-invoice"),
    path(_INVOICE, invoices.InvoicePage.as_view(), name="invoice"),
    path(f"{_INVOICE}/edit", editor.InvoiceEditor.as_view(), name="invoice-edit"),
    path(f"{_INVOICE}/pdf", invoices.InvoicePaper.as_view(), name="invoice-pdf"),
    path(f"{_INVOICE}/send", invoices.SendInvoice.as_view(), name="send"),
    path(f"{_INVOICE}/send/preview", invoices.SendInvoice.as_view(previewing=True), name="mail-preview"),
    path(f"{_INVOICE}/issue", invoices.IssueInvoice.as_view(), name="issue"),
    path(f"{_INVOICE}/cancel", invoice_life.CancelInvoice.as_view(), name="cancel"),
    path(f"{_INVOICE}/duplicate", invoice_life.DuplicateInvoice.as_view(), name="duplicate"),
    path(f"{_INVOICE}/credit", credit_notes.CreditInvoice.as_view(), name="credit"),
    path(f"{_INVOICE}/payments", payments.PayInvoice.as_view(), name="pay"),
    path(f"{_INVOICE}/reminders", reminders.SwitchReminders.as_view(), name="switch-reminders"),
    *about.INVOICE.paths(_INVOICE),
    path("reminders", reminders.Reminders.as_view(), name="reminders"),
    path("reminders/steps/new", reminders.NewStep.as_view(), name="new-step"),
    path("reminders/steps/<str:public_id>", reminders.EditStep.as_view(), name="step"),
    path("reminders/steps/<str:public_id>/remove", reminders.RemoveStep.as_view(), name="remove-step"),
    path("payments", lists.PaymentList.as_view(), name="payments"),
    path("payments/<str:public_id>", payments.PaymentPage.as_view(), name="payment"),
    path("payments/<str:public_id>/pdf", papers.Receipt.as_view(), name="receipt"),
    path("payments/<str:public_id>/void", payments.VoidPayment.as_view(), name="void"),
    path("credit-notes", lists.CreditNoteList.as_view(), name="credit-notes"),
    path("credit-notes/<str:public_id>", credit_notes.CreditNotePage.as_view(), name="credit-note"),
    path("credit-notes/<str:public_id>/pdf", credit_notes.CreditNotePaper.as_view(), name="credit-note-pdf"),
]
