"""The addresses of invoicing, below /api/v1/."""

from bigledger_crm.api.routers import ApiRouter
from invoicing.api.analytics_views import CustomerSummaryViewSet, SalesFunnelViewSet
from invoicing.api.credit_note_views import CreditNoteViewSet
from invoicing.api.invoice_views import InvoiceViewSet, OrderInvoicingViewSet
from invoicing.api.payment_views import InvoicePaymentViewSet, PaymentViewSet
from invoicing.api.reminder_views import ReminderViewSet, StepViewSet
from invoicing.api.statement_views import StatementViewSet

router = ApiRouter()
router.register("customers", CustomerSummaryViewSet)
router.register("customers", StatementViewSet)
router.register("analytics/sales-funnel", SalesFunnelViewSet)
router.register("sales-orders", OrderInvoicingViewSet)
router.register("invoices", InvoiceViewSet)
router.register("invoices/<str:public_id>/payments", InvoicePaymentViewSet)
router.register("reminders/steps", StepViewSet)
router.register("reminders", ReminderViewSet)
router.register("payments", PaymentViewSet)
router.register("credit-notes", CreditNoteViewSet)

urlpatterns = router.urls
