"""The addresses of customers, below /api/v1/."""

from django.urls import path

from customers.api import bulk_views, contact_views, views

urlpatterns = [
    path("customers", views.CustomerList.as_view()),
    path("customers/bulk", bulk_views.CustomerBulk.as_view()),
    path("customers/<str:public_id>", views.CustomerDetail.as_view()),
    path("customers/<str:public_id>/contacts", contact_views.ContactList.as_view()),
    path("customers/<str:public_id>/contacts/<str:contact_id>", contact_views.ContactDetail.as_view()),
]
