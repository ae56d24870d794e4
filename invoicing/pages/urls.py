"""URLs of the pages about invoices and payments, and of the home page."""

from django.urls import path

from invoicing.pages import (
    analytics,
    bank_accounts,
    bank_imports,
    bank_queue,
    bank_transactions,
    batches,
    credit,
    credit_note_email,
    credit_notes,
    customer_tabs,
    einvoice,
    einvoice_actions,
    einvoice_consolidation,
    einvoice_readiness,
    einvoice_settings,
    einvoices,
    goodwill,
    home,
    invoice_actions,
    invoice_editor,
    invoice_email,
    invoices,
    journal,
    lists,
    notes_and_files,
    numbering,
    order_conversion,
    owners,
    payments,
    receivables,
    receive_money,
    reminder_email,
    reminders,
    report_index,
    reports,
    saved_report_cards,
    saved_reports,
    setup_checklist,
    statement_email,
    statements,
    tin_checks,
    write_offs,
)
from invoicing.reports import REPORT_BY_SLUG

app_name = "invoicing"
_INVOICE = "invoices/<str:public_id>"
_BANK_ACCOUNT = "bank/accounts/<str:public_id>"
_TRANSACTION = "bank/transactions/<str:public_id>"
_BANK = [
    path("bank", bank_queue.BankQueueView.as_view(), name="bank"),
    path("bank/accounts", bank_accounts.BankAccountsView.as_view(), name="bank-accounts"),
    path("bank/accounts/new", bank_accounts.BankAccountCreateView.as_view(), name="new-bank-account"),
    path(_BANK_ACCOUNT, bank_accounts.BankAccountView.as_view(), name="bank-account"),
    path(f"{_BANK_ACCOUNT}/edit", bank_accounts.BankAccountUpdateView.as_view(), name="bank-account-edit"),
    path(f"{_BANK_ACCOUNT}/delete", bank_accounts.BankAccountDeleteView.as_view(), name="delete-bank-account"),
    path(f"{_BANK_ACCOUNT}/import", bank_imports.BankStatementUploadView.as_view(), name="import-bank-statement"),
    path(
        f"{_BANK_ACCOUNT}/statements/<str:part_id>/file",
        bank_accounts.BankStatementFileView.as_view(),
        name="bank-statement-file",
    ),
    path("bank/uploads/<str:public_id>", bank_imports.BankUploadView.as_view(), name="bank-upload"),
    path("bank/transactions", bank_transactions.BankTransactionListView.as_view(), name="bank-transactions"),
    path(_TRANSACTION, bank_transactions.BankTransactionView.as_view(), name="bank-transaction"),
    path(f"{_TRANSACTION}/accept", bank_queue.BankSuggestionAcceptView.as_view(), name="accept-bank-suggestion"),
    path(f"{_TRANSACTION}/ignore", bank_queue.BankTransactionIgnoreView.as_view(), name="ignore-bank-transaction"),
    path(f"{_TRANSACTION}/unmatch", bank_queue.BankTransactionUnmatchView.as_view(), name="unmatch-bank-transaction"),
    path(f"{_TRANSACTION}/match", bank_transactions.BankMatchCustomerView.as_view(), name="match-bank-transaction"),
    path(
        f"{_TRANSACTION}/match/<str:part_id>",
        bank_transactions.BankMatchView.as_view(),
        name="match-bank-transaction-by-hand",
    ),
]
_CREDIT_NOTE = "credit-notes/<str:public_id>"
_NOTE: dict[str, einvoice.DocumentKind] = {"kind": "credit_note"}
_EINVOICES = [
    path("einvoices", einvoices.EInvoiceListView.as_view(), name="einvoices"),
    path("einvoices/customers", einvoice_readiness.CustomersNotReadyView.as_view(), name="customers-not-ready"),
    path(
        "einvoices/consolidation",
        einvoice_consolidation.EInvoiceConsolidationView.as_view(),
        name="consolidation",
    ),
    path("einvoices/<str:public_id>", einvoices.EInvoiceDetailView.as_view(), name="einvoice"),
    path("einvoices/<str:public_id>/file", einvoices.EInvoiceFileView.as_view(), name="einvoice-file"),
    path("einvoices/<str:public_id>/cancel", einvoice_actions.EInvoiceCancelView.as_view(), name="cancel-einvoice"),
    path(f"{_INVOICE}/einvoice", einvoice.EInvoiceView.as_view(), name="invoice-einvoice"),
    path(f"{_INVOICE}/einvoice/submit", einvoice_actions.EInvoiceSubmitView.as_view(), name="submit-invoice"),
    path(f"{_INVOICE}/einvoice/buyer", einvoice.EInvoiceBuyerView.as_view(), name="correct-buyer"),
    path(f"{_CREDIT_NOTE}/einvoice", einvoice.EInvoiceView.as_view(**_NOTE), name="credit-note-einvoice"),
    path(
        f"{_CREDIT_NOTE}/einvoice/buyer",
        einvoice.EInvoiceBuyerView.as_view(**_NOTE),
        name="correct-buyer-of-credit-note",
    ),
    path(
        f"{_CREDIT_NOTE}/einvoice/submit",
        einvoice_actions.EInvoiceSubmitView.as_view(**_NOTE),
        name="submit-credit-note",
    ),
]
_REPORTS = [
    pattern
    for slug, report in REPORT_BY_SLUG.items()
    for pattern in (
        path(f"reports/{slug}", reports.ReportView.as_view(report=report), name=f"report-{slug}"),
        path(f"reports/{slug}/file", reports.ReportFileView.as_view(report=report), name=f"report-{slug}-file"),
    )
]
_SAVED = "reports/saved/<str:public_id>"
_SAVED_REPORTS = [
    path("reports/saved/new", saved_reports.SavedReportCreateView.as_view(), name="save-report"),
    path(_SAVED, saved_reports.SavedReportView.as_view(), name="saved-report"),
    path(f"{_SAVED}/card", saved_report_cards.SavedReportCardView.as_view(), name="saved-report-card"),
    path(f"{_SAVED}/edit", saved_reports.SavedReportUpdateView.as_view(), name="edit-saved-report"),
    path(f"{_SAVED}/filters", saved_reports.SavedReportFiltersView.as_view(), name="save-report-filters"),
    path(f"{_SAVED}/delete", saved_reports.SavedReportDeleteView.as_view(), name="delete-saved-report"),
]
_BATCHES = [
    path("batches", batches.BatchListView.as_view(), name="batches"),
    path("batches/<str:public_id>", batches.BatchView.as_view(), name="batch"),
    path("batches/<str:public_id>/cancel", batches.BatchCancelView.as_view(), name="cancel-batch"),
]
urlpatterns = [
    *_BANK,
    *_BATCHES,
    *_EINVOICES,
    path("", home.HomeView.as_view(), name="home"),
    path("setup-steps/skip", setup_checklist.SetupStepSkipView.as_view(), {"public_id": ""}, name="skip-setup-step"),
    path("settings/numbering", numbering.NumberingView.as_view(), name="numbering"),
    path("settings/numbering/preview", numbering.NumberingPreviewView.as_view(), name="numbering-preview"),
    path("settings/einvoices", einvoice_settings.EInvoiceSettingsView.as_view(), name="einvoice-settings"),
    path(
        "settings/einvoices/test",
        einvoice_settings.EInvoiceConnectionTestView.as_view(),
        name="test-einvoice-connection",
    ),
    path("reports", report_index.ReportIndexView.as_view(), name="reports"),
    *_REPORTS,
    *_SAVED_REPORTS,
    path("analytics", analytics.AnalyticsView.as_view(), name="analytics"),
    path("sales-orders/<str:public_id>/invoice", order_conversion.OrderConvertView.as_view(), name="from-order"),
    path("customers/<str:public_id>/invoices", customer_tabs.CustomerInvoicesView.as_view(), name="customer-invoices"),
    path("customers/<str:public_id>/payments", customer_tabs.CustomerPaymentsView.as_view(), name="customer-payments"),
    path("customers/<str:public_id>/summary", customer_tabs.CustomerSummaryView.as_view(), name="customer-summary"),
    path("customers/<str:public_id>/check-tin", tin_checks.TinCheckView.as_view(), name="check-tin"),
    path("customers/<str:public_id>/statement", statements.StatementView.as_view(), name="customer-statement"),
    path(
        "customers/<str:public_id>/statement/send", statement_email.StatementSendView.as_view(), name="send-statement"
    ),
    path(
        "customers/<str:public_id>/statement/send/preview",
        statement_email.StatementSendView.as_view(previewing=True),
        name="statement-email-preview",
    ),
    path("receivables", receivables.AgedReceivablesView.as_view(), name="receivables"),
    path("customers/<str:public_id>/statement/pdf", statements.StatementPdfView.as_view(), name="statement-pdf"),
    path("invoices", lists.InvoiceListView.as_view(), name="invoices"),
    path("invoices/new", invoice_editor.InvoiceEditorView.as_view(), name="new-invoice"),
    path(_INVOICE, invoices.InvoiceDetailView.as_view(), name="invoice"),
    path(f"{_INVOICE}/owner", owners.InvoiceOwnerView.as_view(), name="invoice-owner"),
    path(f"{_INVOICE}/edit", invoice_editor.InvoiceEditorView.as_view(), name="invoice-edit"),
    path(f"{_INVOICE}/pdf", invoices.InvoicePdfView.as_view(), name="invoice-pdf"),
    path(f"{_INVOICE}/send", invoice_email.InvoiceSendView.as_view(), name="send"),
    path(f"{_INVOICE}/send/preview", invoice_email.InvoiceSendView.as_view(previewing=True), name="email-preview"),
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
    path("journal", journal.JournalView.as_view(), name="journal"),
    path("journal/<str:public_id>", journal.JournalEntryView.as_view(), name="journal-entry"),
    path("settings/journal-accounts", journal.JournalAccountsView.as_view(), name="journal-accounts"),
    path("payments", lists.PaymentListView.as_view(), name="payments"),
    path("payments/new", receive_money.PayingCustomerView.as_view(), name="new-payment"),
    path("customers/<str:public_id>/payments/new", receive_money.ReceiveMoneyView.as_view(), name="receive-money"),
    path("customers/<str:public_id>/credit-notes/new", goodwill.GoodwillCreateView.as_view(), name="goodwill"),
    path("payments/<str:public_id>/apply", credit.PaymentApplyView.as_view(), name="apply-payment"),
    path("payments/<str:public_id>/refund", credit.PaymentRefundView.as_view(), name="refund-payment"),
    path(
        "payments/<str:public_id>/allocations/<str:part_id>/reverse",
        credit.PaymentAllocationReverseView.as_view(),
        name="reverse-payment-allocation",
    ),
    path("credit-notes/<str:public_id>/apply", credit.CreditNoteApplyView.as_view(), name="apply-credit-note"),
    path("credit-notes/<str:public_id>/refund", credit.CreditNoteRefundView.as_view(), name="refund-credit-note"),
    path(
        "credit-notes/<str:public_id>/allocations/<str:part_id>/reverse",
        credit.CreditNoteAllocationReverseView.as_view(),
        name="reverse-credit-note-allocation",
    ),
    path("refunds/<str:public_id>/void", credit.RefundVoidView.as_view(), name="void-refund"),
    path(f"{_INVOICE}/write-off", write_offs.WriteOffCreateView.as_view(), name="write-off"),
    path(
        f"{_INVOICE}/write-offs/<str:part_id>/reverse",
        write_offs.WriteOffReverseView.as_view(),
        name="reverse-write-off",
    ),
    path("payments/<str:public_id>", payments.PaymentDetailView.as_view(), name="payment"),
    path("payments/<str:public_id>/pdf", payments.ReceiptPdfView.as_view(), name="receipt"),
    path("payments/<str:public_id>/void", payments.PaymentVoidView.as_view(), name="void"),
    path("credit-notes", lists.CreditNoteListView.as_view(), name="credit-notes"),
    path("credit-notes/<str:public_id>", credit_notes.CreditNoteDetailView.as_view(), name="credit-note"),
    path("credit-notes/<str:public_id>/send", credit_note_email.CreditNoteSendView.as_view(), name="send-credit-note"),
    path(
        "credit-notes/<str:public_id>/send/preview",
        credit_note_email.CreditNoteSendView.as_view(previewing=True),
        name="credit-note-email-preview",
    ),
    path("credit-notes/<str:public_id>/pdf", credit_notes.CreditNotePdfView.as_view(), name="credit-note-pdf"),
]
