"""The addresses of sales, below /api/v1/."""

from django.urls import path

from sales.api import (
    attachment_views,
    bulk_views,
    calculation_views,
    catalogue_views,
    order_life_views,
    order_views,
    paper_views,
    quote_life_views,
    quote_views,
)

urlpatterns = [
    path("calculate", calculation_views.Calculate.as_view()),
    path("items", catalogue_views.ItemList.as_view()),
    path("items/bulk", bulk_views.ItemBulk.as_view()),
    path("items/<str:public_id>", catalogue_views.ItemDetail.as_view()),
    path("tax-codes", catalogue_views.TaxCodeList.as_view()),
    path("tax-codes/<str:public_id>", catalogue_views.TaxCodeDetail.as_view()),
    path("quotes", quote_views.QuoteList.as_view()),
    path("quotes/bulk", bulk_views.QuoteBulk.as_view()),
    path("quotes/<str:public_id>", quote_views.QuoteDetail.as_view()),
    path("quotes/<str:public_id>/send", quote_views.QuoteSend.as_view()),
    path("quotes/<str:public_id>/accept", quote_views.QuoteAccept.as_view()),
    path("quotes/<str:public_id>/convert-to-order", quote_views.QuoteConvert.as_view()),
    path("quotes/<str:public_id>/decline", quote_life_views.QuoteDecline.as_view()),
    path("quotes/<str:public_id>/cancel", quote_life_views.QuoteCancel.as_view()),
    path("quotes/<str:public_id>/revise", quote_life_views.QuoteRevise.as_view()),
    path("quotes/<str:public_id>/duplicate", quote_life_views.QuoteDuplicate.as_view()),
    path("quotes/<str:public_id>/pdf", paper_views.QuotePdf.as_view()),
    path("sales-orders", order_views.OrderList.as_view()),
    path("sales-orders/bulk", bulk_views.OrderBulk.as_view()),
    path("sales-orders/<str:public_id>", order_views.OrderDetail.as_view()),
    path("sales-orders/<str:public_id>/status", order_views.OrderStatus.as_view()),
    path("sales-orders/<str:public_id>/cancel", order_life_views.OrderCancel.as_view()),
    path("sales-orders/<str:public_id>/duplicate", order_life_views.OrderDuplicate.as_view()),
    path("sales-orders/<str:public_id>/shipments", order_life_views.OrderShipments.as_view()),
    path("sales-orders/<str:public_id>/shipments/<str:shipment_id>", order_life_views.OrderShipment.as_view()),
    path("sales-orders/<str:public_id>/pdf", paper_views.OrderPdf.as_view()),
    path("quotes/<str:public_id>/attachments", attachment_views.QuoteAttachments.as_view()),
    path("quotes/<str:public_id>/attachments/<str:attachment_id>", attachment_views.QuoteAttachment.as_view()),
    path("sales-orders/<str:public_id>/attachments", attachment_views.OrderAttachments.as_view()),
    path("sales-orders/<str:public_id>/attachments/<str:attachment_id>", attachment_views.OrderAttachment.as_view()),
]
