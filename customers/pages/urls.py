"""Addresses of the customers' pages."""

from django.urls import path

from customers.pages import views
from customers.pages.merging import MergeCustomer

app_name = "customers"
urlpatterns = [
    path("customers", views.CustomerList.as_view(), name="list"),
    path("customers/new", views.NewCustomer.as_view(), name="new"),
    path("customers/<str:public_id>", views.CustomerPage.as_view(), name="detail"),
    path("customers/<str:public_id>/edit", views.EditCustomer.as_view(), name="edit"),
    path("customers/<str:public_id>/delete", views.DeleteCustomer.as_view(), name="delete"),
    path("customers/<str:public_id>/merge", MergeCustomer.as_view(), name="merge"),
]
