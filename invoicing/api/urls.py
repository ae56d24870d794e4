"""The URLs of invoicing, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from invoicing.api.analytics_views import CustomerSummaryViewSet, SalesFunnelViewSet
from invoicing.api.bank_transaction_views import BankTransactionViewSet
from invoicing.api.bank_views import BankAccountViewSet, BankStatementViewSet
from invoicing.api.batch_views import BatchViewSet
from invoicing.api.credit_note_views import CreditNoteViewSet
from invoicing.api.credit_views import CustomerCreditViewSet, RefundViewSet
from invoicing.api.einvoice_views import EInvoiceViewSet
from invoicing.api.invoice_views import InvoiceViewSet, OrderInvoicingViewSet
from invoicing.api.journal_views import JournalViewSet
from invoicing.api.payment_views import InvoicePaymentViewSet, PaymentViewSet
from invoicing.api.reminder_views import ReminderViewSet, StepViewSet
from invoicing.api.report_views import register_reports
from invoicing.api.saved_report_views import SavedReportViewSet
from invoicing.api.statement_views import StatementViewSet
from invoicing.api.write_off_views import WriteOffViewSet

router = ApiRouter()
router.register("customers", CustomerSummaryViewSet)
router.register("customers", StatementViewSet)
router.register("customers", CustomerCreditViewSet)
router.register("analytics/sales-funnel", SalesFunnelViewSet)
register_reports(router)
router.register("saved-reports", SavedReportViewSet)
router.register("sales-orders", OrderInvoicingViewSet)
router.register("invoices", InvoiceViewSet)
router.register("invoices/<str:public_id>/payments", InvoicePaymentViewSet)
router.register("invoices/<str:public_id>/write-offs", WriteOffViewSet)
router.register("batches", BatchViewSet)
router.register("reminders/steps", StepViewSet)
router.register("reminders", ReminderViewSet)
router.register("payments", PaymentViewSet)
router.register("refunds", RefundViewSet)
router.register("credit-notes", CreditNoteViewSet)
router.register("einvoices", EInvoiceViewSet)
router.register("journal", JournalViewSet)
router.register("bank-accounts", BankAccountViewSet)
router.register("bank-accounts/<str:public_id>/statements", BankStatementViewSet)
router.register("bank-transactions", BankTransactionViewSet)

urlpatterns = router.urls
