"""The addresses of invoicing, below /api/v1/."""

from django.urls import path

from invoicing.api import (
    analytics_views,
    attachment_views,
    bulk_views,
    credit_note_email_views,
    credit_note_views,
    paper_views,
    payment_views,
    reminder_views,
    statement_views,
    views,
)

urlpatterns = [
    path("customers/<str:public_id>/summary", analytics_views.CustomerSummaryView.as_view()),
    path("customers/<str:public_id>/statement/send", statement_views.StatementSend.as_view()),
    path("analytics/sales-funnel", analytics_views.SalesFunnelView.as_view()),
    path("sales-orders/<str:public_id>/convert-to-invoice", views.OrderConvert.as_view()),
    path("invoices", views.InvoiceList.as_view()),
    path("invoices/bulk", bulk_views.InvoiceBulk.as_view()),
    path("invoices/<str:public_id>", views.InvoiceDetail.as_view()),
    path("invoices/<str:public_id>/issue", views.InvoiceIssue.as_view()),
    path("invoices/<str:public_id>/send", views.InvoiceSend.as_view()),
    path("invoices/<str:public_id>/cancel", views.InvoiceCancel.as_view()),
    path("invoices/<str:public_id>/duplicate", views.InvoiceDuplicate.as_view()),
    path("invoices/<str:public_id>/pdf", paper_views.InvoicePdf.as_view()),
    path("invoices/<str:public_id>/attachments", attachment_views.InvoiceAttachments.as_view()),
    path("invoices/<str:public_id>/attachments/<str:attachment_id>", attachment_views.InvoiceAttachment.as_view()),
    path("invoices/<str:public_id>/payments", payment_views.InvoicePayments.as_view()),
    path("invoices/<str:public_id>/payments/<str:payment_id>/void", payment_views.InvoicePaymentVoid.as_view()),
    path("invoices/<str:public_id>/reminders", reminder_views.InvoiceReminders.as_view()),
    path("reminders/upcoming", reminder_views.UpcomingList.as_view()),
    path("reminders/steps", reminder_views.StepList.as_view()),
    path("reminders/steps/<str:public_id>", reminder_views.StepDetail.as_view()),
    path("payments", payment_views.PaymentList.as_view()),
    path("payments/<str:public_id>", payment_views.PaymentDetail.as_view()),
    path("payments/<str:public_id>/void", payment_views.PaymentVoid.as_view()),
    path("credit-notes", credit_note_views.CreditNoteList.as_view()),
    path("credit-notes/<str:public_id>", credit_note_views.CreditNoteDetail.as_view()),
    path("credit-notes/<str:public_id>/send", credit_note_email_views.CreditNoteSend.as_view()),
    path("credit-notes/<str:public_id>/pdf", paper_views.CreditNotePdf.as_view()),
]
