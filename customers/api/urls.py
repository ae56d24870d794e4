"""The addresses of customers, below /api/v1/."""

from django.urls import path

from customers.api import views

urlpatterns = [
    path("customers", views.CustomerList.as_view()),
    path("customers/<str:public_id>", views.CustomerDetail.as_view()),
]
