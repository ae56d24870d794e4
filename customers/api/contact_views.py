"""The addresses of a customer's contacts."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_text, by_time
from bigledger_crm.api.responses import Deleted, single, success
from bigledger_crm.api.views import ApiView, SingleView
from customers.api.contact_objects import (
    CONTACT_COLUMNS,
    ContactObject,
    contact_object,
    contact_row,
)
from customers.api.inputs import ContactInput, ContactUpdate
from customers.errors import CustomerMerged
from customers.filters import ContactFilters
from customers.models import Contact
from customers.queries import contact_by_public_id, customer_by_public_id
from customers.services import create_contact, delete_contact, update_contact


class ContactList(ApiView):
    """The contacts of a customer; a new one."""

    resource = "customers"
    listing = Listing(
        row=ContactObject,
        columns=CONTACT_COLUMNS,
        sorts={"name": by_text("name"), "createdAt": by_time("created_at")},
        default_sort="createdAt",
        filters=ContactFilters,
    )

    @operation(gives=ContactObject)
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A page of the people at a customer."""
        customer = customer_by_public_id(public_id)
        return self.list_page(Contact.objects.filter(customer=customer), contact_row)

    @operation(gives=ContactObject, takes=ContactInput, status=201, refuses=(CustomerMerged,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A new contact; a new primary contact demotes the old."""
        self.no_parameters()
        customer = customer_by_public_id(public_id)
        values = self.input(ContactInput, "Contact")
        contact = create_contact(self.actor, customer, values)
        return self.created(contact_object(contact), f"/customers/{public_id}/contacts/{contact.public_id}")


class ContactDetail(SingleView[Contact]):
    """One contact of a customer."""

    resource = "customers"

    def find(self, public_id: str) -> Contact:
        """The contact of the path, at the customer of the path."""
        return contact_by_public_id(customer_by_public_id(public_id), self.kwargs["contact_id"])

    def show(self, row: Contact) -> ContactObject:
        """The whole contact."""
        return contact_object(row)

    @operation(gives=ContactObject, takes=ContactUpdate, refuses=(CustomerMerged,))
    def put(self, request: HttpRequest, public_id: str, contact_id: str) -> HttpResponse:
        """Changes the fields sent; a new primary contact demotes the old."""
        self.no_parameters()
        contact = self.row
        values = self.input(ContactUpdate, "Contact")
        return single(contact_object(update_contact(self.actor, contact, values)))

    patch = put

    @operation(gives=Deleted)
    def delete(self, request: HttpRequest, public_id: str, contact_id: str) -> HttpResponse:
        """Deletes a contact; documents keep what they say."""
        self.no_parameters()
        delete_contact(self.actor, self.row)
        return success(Deleted(id=contact_id))
