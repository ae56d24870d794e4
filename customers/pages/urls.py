"""Addresses of the customers' pages."""

from django.urls import path

from customers.pages import contacts, customer_tabs, customers, lists
from customers.pages.autocomplete import CustomerOptions
from customers.pages.merging import MergeCustomer

app_name = "customers"
_CUSTOMER = "customers/<str:public_id>"
_CONTACT = f"{_CUSTOMER}/contacts/<str:part_id>"
urlpatterns = [
    path("customers", lists.CustomerList.as_view(), name="list"),
    path("contacts", lists.ContactList.as_view(), name="all-contacts"),
    path("customers/options", CustomerOptions.as_view(), name="options"),
    path("customers/new", customers.NewCustomer.as_view(), name="new"),
    path("customers/<str:public_id>", customers.CustomerPage.as_view(), name="detail"),
    path("customers/<str:public_id>/edit", customers.EditCustomer.as_view(), name="edit"),
    path("customers/<str:public_id>/delete", customers.DeleteCustomer.as_view(), name="delete"),
    path("customers/<str:public_id>/merge", MergeCustomer.as_view(), name="merge"),
    path(f"{_CUSTOMER}/contacts", customer_tabs.ContactsPanel.as_view(), name="contacts"),
    path(f"{_CUSTOMER}/contacts/new", contacts.NewContact.as_view(), name="new-contact"),
    path(_CONTACT, contacts.EditContact.as_view(), name="contact"),
    path(f"{_CONTACT}/delete", contacts.DeleteContact.as_view(), name="delete-contact"),
    path(f"{_CUSTOMER}/activity", customer_tabs.ActivityPanel.as_view(), name="activity"),
    path(f"{_CUSTOMER}/attachments", customer_tabs.FilesPanel.as_view(), name="attachments"),
    *customer_tabs.CUSTOMER.paths(_CUSTOMER),
]
