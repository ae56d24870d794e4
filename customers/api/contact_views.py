"""The resource of a customer's contacts."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_text, by_time
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.custom_fields.api.listing import CustomFieldsMixin
from bigledger_crm.custom_fields.errors import CustomFieldTaken
from customers.api.contact_responses import CONTACT_COLUMNS, ContactObject, contact_object, contact_row
from customers.api.inputs import ContactInput, ContactUpdate
from customers.api.locking import CustomerFirstMixin
from customers.errors import CustomerAnonymised, CustomerMerged
from customers.filters import ContactFilters
from customers.models import Contact, Customer
from customers.queries import contact_by_public_id, customer_by_public_id
from customers.services import create_contact, delete_contact, update_contact


class ContactViewSet(CustomerFirstMixin, CustomFieldsMixin):
    """The contacts of a customer."""

    resource = "customers"
    lookup_url_kwarg = "contact_id"
    custom_fields_of = "contacts"
    listing = Listing(
        row=ContactObject,
        columns=CONTACT_COLUMNS,
        sorts={"name": by_text("name"), "createdAt": by_time("created_at")},
        default_sort="createdAt",
        filters=ContactFilters,
    )

    def customer(self) -> Customer:
        """The customer of the path."""
        return customer_by_public_id(self.kwargs["public_id"])

    def get_object(self) -> Contact:
        """The contact of the path, at the customer of the path."""
        return contact_by_public_id(self.customer(), self.kwargs["contact_id"])

    def serialize(self, row: Contact) -> ContactObject:
        """The whole contact."""
        return contact_object(row, self.custom_fields)

    @extend_schema(responses=Answer(ContactObject))
    def list(self, request: Request, public_id: str) -> Response:
        """A page of the people at a customer."""
        return self.page(Contact.objects.filter(customer=self.customer()), contact_row(self.custom_fields))

    @extend_schema(
        request=ContactInput,
        responses=Answer(ContactObject, 201, refuses=[CustomerMerged, CustomerAnonymised, CustomFieldTaken]),
    )
    def create(self, request: Request, public_id: str) -> Response:
        """A new contact; a new primary contact demotes the old."""
        contact = create_contact(self.actor, self.customer(), self.input(ContactInput, "Contact"))
        return created(self.serialize(contact), f"/customers/{public_id}/contacts/{contact.public_id}")

    @extend_schema(responses=Answer(ContactObject))
    def retrieve(self, request: Request, public_id: str, contact_id: str) -> HttpResponseBase:
        """One contact of a customer."""
        return self.one()

    @extend_schema(
        request=ContactUpdate,
        responses=Answer(ContactObject, refuses=[CustomerMerged, CustomerAnonymised, CustomFieldTaken]),
    )
    def update(self, request: Request, public_id: str, contact_id: str) -> Response:
        """Changes the fields sent; a new primary contact demotes the old."""
        contact = self.get_object()
        values = self.input(ContactUpdate, "Contact", contact=contact)
        return single(self.serialize(update_contact(self.actor, contact, values)))

    partial_update = update

    @extend_schema(responses=Answer(Deleted))
    def destroy(self, request: Request, public_id: str, contact_id: str) -> Response:
        """Deletes a contact; documents keep what they say."""
        delete_contact(self.actor, self.get_object())
        return Response(Deleted(id=contact_id))
