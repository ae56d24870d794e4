"""Addresses of the pages about invoices and payments, and of the home page."""

from django.urls import path

from invoicing.pages import (
    analytics,
    credit_note_email,
    credit_notes,
    customer_tabs,
    home,
    invoice_actions,
    invoice_editor,
    invoice_email,
    invoices,
    lists,
    notes_and_files,
    numbering,
    order_conversion,
    payments,
    receivables,
    reminder_email,
    reminders,
    setup_checklist,
    statement_email,
    statements,
)

app_name = "invoicing"
_INVOICE = "invoices/<str:public_id>"
urlpatterns = [
    path("", home.HomeView.as_view(), name="home"),
    path("setup-steps/skip", setup_checklist.SetupStepSkipView.as_view(), {"public_id": ""}, name="skip-setup-step"),
    path("settings/numbering", numbering.NumberingView.as_view(), name="numbering"),
    path("settings/numbering/preview", numbering.NumberingPreviewView.as_view(), name="numbering-preview"),
    path("analytics", analytics.AnalyticsView.as_view(), name="analytics"),
    path("sales-orders/<str:public_id>/invoice", order_conversion.OrderConvertView.as_view(), name="from-order"),
    path("customers/<str:public_id>/invoices", customer_tabs.CustomerInvoicesView.as_view(), name="customer-invoices"),
    path("customers/<str:public_id>/payments", customer_tabs.CustomerPaymentsView.as_view(), name="customer-payments"),
    path("customers/<str:public_id>/summary", customer_tabs.CustomerSummaryView.as_view(), name="customer-summary"),
    path("customers/<str:public_id>/statement", statements.StatementView.as_view(), name="customer-statement"),
    path(
        "customers/<str:public_id>/statement/send", statement_email.StatementSendView.as_view(), name="send-statement"
    ),
    path(
        "customers/<str:public_id>/statement/send/preview",
        statement_email.StatementSendView.as_view(previewing=True),
        name="statement-mail-preview",
    ),
    path("receivables", receivables.AgedReceivablesView.as_view(), name="receivables"),
    path("customers/<str:public_id>/statement/pdf", statements.StatementPdfView.as_view(), name="statement-pdf"),
    path("invoices", lists.InvoiceListView.as_view(), name="invoices"),
    path("invoices/new", invoice_editor.InvoiceEditorView.as_view(), name="new-invoice"),
    path(_INVOICE, invoices.InvoiceDetailView.as_view(), name="invoice"),
    path(f"{_INVOICE}/edit", invoice_editor.InvoiceEditorView.as_view(), name="invoice-edit"),
    path(f"{_INVOICE}/pdf", invoices.InvoicePdfView.as_view(), name="invoice-pdf"),
    path(f"{_INVOICE}/send", invoice_email.InvoiceSendView.as_view(), name="send"),
    path(f"{_INVOICE}/send/preview", invoice_email.InvoiceSendView.as_view(previewing=True), name="mail-preview"),
    path(f"{_INVOICE}/issue", invoice_actions.InvoiceIssueView.as_view(), name="issue"),
    path(f"{_INVOICE}/cancel", invoice_actions.InvoiceCancelView.as_view(), name="cancel"),
    path(f"{_INVOICE}/duplicate", invoice_actions.InvoiceDuplicateView.as_view(), name="duplicate"),
    path(f"{_INVOICE}/credit", credit_notes.InvoiceCreditView.as_view(), name="credit"),
    path(f"{_INVOICE}/payments", payments.PaymentCreateView.as_view(), name="pay"),
    path(f"{_INVOICE}/remind", reminder_email.ReminderSendView.as_view(), name="remind"),
    path(
        f"{_INVOICE}/remind/preview", reminder_email.ReminderSendView.as_view(previewing=True), name="reminder-preview"
    ),
    path(f"{_INVOICE}/reminders", reminders.InvoiceRemindersSwitchView.as_view(), name="switch-reminders"),
    *notes_and_files.INVOICE.paths(_INVOICE),
    path("reminders", reminders.ReminderScheduleView.as_view(), name="reminders"),
    path("reminders/steps/new", reminders.ReminderStepCreateView.as_view(), name="new-step"),
    path("reminders/steps/<str:public_id>", reminders.ReminderStepUpdateView.as_view(), name="step"),
    path("reminders/steps/<str:public_id>/remove", reminders.ReminderStepDeleteView.as_view(), name="remove-step"),
    path("payments", lists.PaymentListView.as_view(), name="payments"),
    path("payments/<str:public_id>", payments.PaymentDetailView.as_view(), name="payment"),
    path("payments/<str:public_id>/pdf", payments.ReceiptPdfView.as_view(), name="receipt"),
    path("payments/<str:public_id>/void", payments.PaymentVoidView.as_view(), name="void"),
    path("credit-notes", lists.CreditNoteListView.as_view(), name="credit-notes"),
    path("credit-notes/<str:public_id>", credit_notes.CreditNoteDetailView.as_view(), name="credit-note"),
    path("credit-notes/<str:public_id>/send", credit_note_email.CreditNoteSendView.as_view(), name="send-credit-note"),
    path(
        "credit-notes/<str:public_id>/send/preview",
        credit_note_email.CreditNoteSendView.as_view(previewing=True),
        name="credit-note-mail-preview",
    ),
    path("credit-notes/<str:public_id>/pdf", credit_notes.CreditNotePdfView.as_view(), name="credit-note-pdf"),
]
