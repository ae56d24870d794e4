"""The addresses of emails, below /api/v1/."""

from django.urls import path

from bigledger_crm.api.emails import views

urlpatterns = [
    path("emails/retry", views.EmailsRetry.as_view()),
    path("emails/<str:public_id>", views.EmailDetail.as_view()),
    path("emails/<str:public_id>/retry", views.EmailRetry.as_view()),
]
