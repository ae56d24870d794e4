"""URLs of the customers' pages."""

from django.urls import path

from bigledger_crm.privacy.pages.archives import ArchiveRequestView
from customers.pages import contacts, customer_tabs, customers, erasing, lists
from customers.pages.autocomplete import CustomerAutocompleteView
from customers.pages.merging import CustomerMergeView

app_name = "customers"
_CUSTOMER = "customers/<str:public_id>"
_CONTACT = f"{_CUSTOMER}/contacts/<str:part_id>"
urlpatterns = [
    path("customers", lists.CustomerListView.as_view(), name="list"),
    path("contacts", lists.ContactListView.as_view(), name="all-contacts"),
    path("customers/options", CustomerAutocompleteView.as_view(), name="options"),
    path("customers/new", customers.CustomerCreateView.as_view(), name="new"),
    path("customers/<str:public_id>", customers.CustomerDetailView.as_view(), name="detail"),
    path("customers/<str:public_id>/edit", customers.CustomerUpdateView.as_view(), name="edit"),
    path("customers/<str:public_id>/delete", customers.CustomerDeleteView.as_view(), name="delete"),
    path("customers/<str:public_id>/merge", CustomerMergeView.as_view(), name="merge"),
    path(f"{_CUSTOMER}/archive", ArchiveRequestView.as_view(kind="customer"), name="archive"),
    path(f"{_CUSTOMER}/erase", erasing.CustomerEraseView.as_view(), name="erase"),
    path("contacts/<str:public_id>/erase", erasing.ContactEraseView.as_view(), name="contact-erase"),
    path("contacts/<str:public_id>/archive", ArchiveRequestView.as_view(kind="contact"), name="contact-archive"),
    path(f"{_CUSTOMER}/contacts", customer_tabs.CustomerContactsView.as_view(), name="contacts"),
    path(f"{_CUSTOMER}/contacts/new", contacts.ContactCreateView.as_view(), name="new-contact"),
    path(_CONTACT, contacts.ContactUpdateView.as_view(), name="contact"),
    path(f"{_CONTACT}/delete", contacts.ContactDeleteView.as_view(), name="delete-contact"),
    path(f"{_CUSTOMER}/activity", customer_tabs.CustomerActivityView.as_view(), name="activity"),
    path(f"{_CUSTOMER}/attachments", customer_tabs.CustomerFilesView.as_view(), name="attachments"),
    *customer_tabs.CUSTOMER.paths(_CUSTOMER),
]
