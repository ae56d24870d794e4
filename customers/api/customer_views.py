"""The resource of customers."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.bulk import BulkMixin
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_number, by_text, by_time
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.custom_fields.api.listing import CustomFieldsMixin
from bigledger_crm.custom_fields.errors import CustomFieldTaken
from bigledger_crm.custom_fields.queries import fields_for
from customers.api.customer_responses import (
    CUSTOMER_COLUMNS,
    CustomerObject,
    CustomerRow,
    contacts_of,
    customer_object,
    customer_row,
)
from customers.api.inputs import CustomerCreation, CustomerInput, NewCustomer
from customers.errors import (
    CurrencyFixed,
    CustomerAnonymised,
    CustomerHasTransactions,
    CustomerMerged,
    CustomerNumberTaken,
)
from customers.filters import CustomerFilters
from customers.models import Customer
from customers.queries import customer_by_public_id
from customers.services import create_customer, delete_customer, update_customer

CUSTOMER_SORTS = {
    "name": by_text("name_sort"),
    "createdAt": by_time("created_at"),
    "totalSales": by_number("total_sales"),
    "currentBalance": by_number("current_balance"),
    "customerNumber": by_text("number_sort"),
    "updatedAt": by_time("updated_at"),
}


class BaseCustomerViewSet(ApiViewSet):
    """URLs of one customer; invoicing has some too."""

    resource = "customers"

    def get_object(self) -> Customer:
        """The customer of the path."""
        return customer_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Customer) -> CustomerObject:
        """The whole customer."""
        return customer_object(row, fields_for(self.actor, "customers"))


class CustomerViewSet(CustomFieldsMixin, BulkMixin, BaseCustomerViewSet):
    """Customers."""

    custom_fields_of = "customers"

    listing = Listing(
        row=CustomerRow,
        columns=CUSTOMER_COLUMNS,
        sorts=CUSTOMER_SORTS,
        default_sort="createdAt",
        filters=CustomerFilters,
        expand={"contacts": contacts_of},
    )
    expands = ("contacts",)
    noun = "Customer"
    row_input = CustomerCreation
    row_context = {"customer": None}

    @extend_schema(responses=Answer(CustomerRow))
    def list(self, request: Request) -> Response:
        """A page of customers."""
        return self.page(Customer.objects.all(), customer_row)

    @extend_schema(
        request=CustomerCreation,
        responses=Answer(CustomerObject, 201, refuses=[CustomerNumberTaken, CustomFieldTaken]),
    )
    def create(self, request: Request) -> Response:
        """A new customer."""
        made = self.create_row(self.input(CustomerCreation, self.noun, customer=None))
        return created(made, f"/customers/{made.id}")

    @extend_schema(responses=Answer(CustomerObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One customer."""
        return self.one()

    @extend_schema(
        request=CustomerInput,
        responses=Answer(
            CustomerObject,
            refuses=[CustomerNumberTaken, CustomFieldTaken, CurrencyFixed, CustomerMerged, CustomerAnonymised],
        ),
    )
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent."""
        customer = self.get_object()
        values = self.input(CustomerInput, self.noun, customer=customer)
        return single(self.serialize(update_customer(self.actor, customer, values)))

    partial_update = update

    @extend_schema(responses=Answer(Deleted, refuses=[CustomerHasTransactions]))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes a customer without documents."""
        delete_customer(self.actor, self.get_object())
        return Response(Deleted(id=public_id))

    def create_row(self, values: NewCustomer) -> CustomerObject:
        """One customer with its contacts."""
        return self.serialize(create_customer(self.actor, values.customer, values.contacts))
