"""The addresses of invoicing, below /api/v1/."""

from django.urls import path

from invoicing.api import attachment_views, views

urlpatterns = [
    path("sales-orders/<str:public_id>/convert-to-invoice", views.OrderConvert.as_view()),
    path("invoices", views.InvoiceList.as_view()),
    path("invoices/<str:public_id>", views.InvoiceDetail.as_view()),
    path("invoices/<str:public_id>/issue", views.InvoiceIssue.as_view()),
    path("invoices/<str:public_id>/send", views.InvoiceSend.as_view()),
    path("invoices/<str:public_id>/payments", views.InvoicePayments.as_view()),
    path("payments/<str:public_id>", views.PaymentDetail.as_view()),
    path("invoices/<str:public_id>/attachments", attachment_views.InvoiceAttachments.as_view()),
    path("invoices/<str:public_id>/attachments/<str:attachment_id>", attachment_views.InvoiceAttachment.as_view()),
]
