"""The addresses of customers and contacts."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_number, by_text, by_time
from bigledger_crm.api.responses import Deleted, single, success
from bigledger_crm.api.serializers import validated
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from customers.api.inputs import CustomerCreation, CustomerInput
from customers.api.objects import (
    CUSTOMER_COLUMNS,
    CustomerObject,
    CustomerRow,
    contacts_of,
    customer_object,
    customer_row,
)
from customers.errors import CurrencyFixed, CustomerHasTransactions, CustomerMerged, CustomerNumberTaken
from customers.filters import CustomerFilters
from customers.models import Customer
from customers.queries import customer_by_public_id
from customers.services import (
    create_customer,
    delete_customer,
    update_customer,
)

CUSTOMER_SORTS = {
    "name": by_text("name_sort"),
    "createdAt": by_time("created_at"),
    "totalSales": by_number("total_sales"),
    "currentBalance": by_number("current_balance"),
    "customerNumber": by_text("number_sort"),
    "updatedAt": by_time("updated_at"),
}


class CustomerList(ApiView):
    """All customers; a new customer."""

    resource = "customers"
    listing = Listing(
        row=CustomerRow,
        columns=CUSTOMER_COLUMNS,
        sorts=CUSTOMER_SORTS,
        default_sort="createdAt",
        filters=CustomerFilters,
        expand={"contacts": contacts_of},
    )

    @operation(gives=CustomerRow)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of customers."""
        return self.list_page(Customer.objects.all(), customer_row)

    @operation(gives=CustomerObject, takes=CustomerCreation, status=201, refuses=(CustomerNumberTaken,))
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new customer."""
        self.no_parameters()
        values = validated(CustomerCreation, self.body(), "Customer", actor=self.actor, customer=None)
        contacts = values.pop("contacts", ())
        customer = create_customer(self.actor, values, contacts)
        return self.created(customer_object(customer), f"/customers/{customer.public_id}")


class CustomerView(ObjectView[Customer]):
    """At one customer."""

    resource = "customers"

    def find(self, public_id: str) -> Customer:
        """The customer of the path."""
        return customer_by_public_id(public_id)

    def show(self, row: Customer) -> CustomerObject:
        """The whole customer."""
        return customer_object(row)


class CustomerDetail(SingleView[Customer], CustomerView):
    """One customer."""

    expands = ("contacts",)

    @operation(gives=CustomerObject, takes=CustomerInput, refuses=(CustomerNumberTaken, CurrencyFixed, CustomerMerged))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the fields sent."""
        self.no_parameters()
        stored = self.row
        values = validated(CustomerInput, self.body(), "Customer", actor=self.actor, customer=stored)
        return single(customer_object(update_customer(self.actor, stored, values)))

    patch = put

    @operation(gives=Deleted, refuses=(CustomerHasTransactions,))
    def delete(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Deletes a customer without documents."""
        self.no_parameters()
        delete_customer(self.actor, self.row)
        return success(Deleted(id=public_id))
