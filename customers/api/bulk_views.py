"""Making many customers."""

from typing import Any

from bigledger_crm.api.bulk import BulkView
from customers.api.inputs import CustomerCreation
from customers.api.objects import CustomerObject, customer_object
from customers.services import create_customer


class CustomerBulk(BulkView):
    """Many customers."""

    resource = "customers"
    word = "Customer"
    row_input = CustomerCreation
    row_context = {"customer": None}

    def create(self, values: dict[str, Any]) -> CustomerObject:
        """One customer with its contacts."""
        contacts = values.pop("contacts", ())
        return customer_object(create_customer(self.actor, values, contacts))
