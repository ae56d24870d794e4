"""The addresses of webhooks, below /api/v1/."""

from django.urls import path

from bigledger_crm.api.webhooks import views

_ONE = "webhooks/<str:public_id>"

urlpatterns = [
    path("webhooks", views.WebhookList.as_view()),
    path(_ONE, views.WebhookDetail.as_view()),
    path(f"{_ONE}/rotate-secret", views.WebhookRotation.as_view()),
    path(f"{_ONE}/replay", views.WebhookReplay.as_view()),
    path(f"{_ONE}/deliveries", views.WebhookDeliveryList.as_view()),
    path(f"{_ONE}/deliveries/<str:delivery_id>", views.WebhookDeliveryDetail.as_view()),
    path(f"{_ONE}/deliveries/<str:delivery_id>/replay", views.WebhookDeliveryReplay.as_view()),
]
