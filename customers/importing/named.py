"""The customers that rows of other objects name: by number, name, email address or id."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import AmbiguousRow
from bigledger_crm.imports.kinds import ImportField, Values
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.text import snake_case
from customers.importing.customers import find_customers, key_of
from customers.models import Customer

# How a row names its customer, the best first, and what that is called among the fields of customers.
CUSTOMER_BY = {
    "customerId": "id",
    "customerNumber": "customerNumber",
    "customerEmail": "email",
    "customerName": "name",
}
CUSTOMER_FIELDS = (
    ImportField(
        name="customerNumber",
        label=_("Customer number"),
        known_as=("customer no", "account number", "account no", "client number"),
    ),
    ImportField(
        name="customerName",
        label=_("Customer name"),
        known_as=("company name", "company", "organisation", "organization", "customer", "client name", "client"),
    ),
    ImportField(name="customerId", label=_("Customer ID in BigLedger CRM")),
)
CUSTOMER_EMAIL = ImportField(
    name="customerEmail", label=_("Customer’s email address"), type="email", known_as=("client email", "email")
)


class NamedCustomers:
    """The customers that rows name."""

    def __init__(self, rows: Sequence[Values]) -> None:
        self.found = {
            name: find_customers([key_of({own: values[name]}, own) for values in rows if name in values], own)
            for name, own in CUSTOMER_BY.items()
            if any(name in values for values in rows)
        }

    def of(self, values: Values) -> Sequence[Customer]:
        """Those that a row can mean."""
        for name, own in CUSTOMER_BY.items():
            if name in values:
                return self.found[name].get(key_of({own: values[name]}, own), ())
        return ()

    def the_one(self, values: Values, noun: str) -> Customer:
        """The customer of a row, whose errors are those of a `noun`.  Raises AmbiguousRow, InvalidData."""
        several = self.of(values)
        if len(several) > 1:
            raise AmbiguousRow(f"{len(several)} customers have this name: name the customer by its number")
        if not several:
            name = next((name for name in CUSTOMER_BY if name in values), None)
            message = "There is no such customer" if name else "A customer is required: its number, name or ID"
            raise InvalidData(noun, field_error(snake_case(name or "customerNumber"), message))
        return several[0]

    def __iter__(self) -> Iterator[Customer]:
        return (one for found in self.found.values() for several in found.values() for one in several)
