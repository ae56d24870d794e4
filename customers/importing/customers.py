"""Customers as rows of files."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Upper
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from bigledger_crm.imports.applying import apply_rows, changes_between, facts_of, inputs_of, locking
from bigledger_crm.imports.kinds import ImportField, ImportKind, RowResult, Values
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import DomainError, NotFound
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.text import fold
from bigledger_crm.tenancy.actor import Actor
from customers.importing.sources import CUSTOMER_SOURCES
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.services import update_customer
from customers.services.customers_in_bulk import create_customers, delete_customers, says_the_same

_TYPES = {
    **dict.fromkeys(("business", "company", "organisation", "organization", "firm", "corporate", "b2b"), "business"),
    **dict.fromkeys(("individual", "person", "private", "consumer", "b2c"), "individual"),
}
_STATUSES = {
    **dict.fromkeys(("active", "enabled", "crm.active"), "active"),
    **dict.fromkeys(("inactive", "archived", "disabled", "deleted"), "inactive"),
    "blocked": "blocked",
}


def _address(name: str, title: Any, before: tuple[str, ...]) -> list[ImportField]:
    """The parts of an address, by what stands before them in headings."""
    parts: dict[str, tuple[Any, tuple[str, ...]]] = {
        "street": (_("street"), ("street", "address", "address 1", "address line 1", "street 1", "address1")),
        "street2": (_("street 2"), ("street 2", "street2", "address 2", "address line 2", "address2")),
        "city": (_("city"), ("city", "town", "suburb")),
        "state": (_("state"), ("state", "region", "province", "state province", "county")),
        "postalCode": (_("postal code"), ("postal code", "postcode", "zip", "zip code", "post code", "code")),
        "country": (_("country"), ("country", "country code")),
    }
    return [
        ImportField(
            name=f"{name}.{part}",
            label=format_lazy("{address}: {part}", address=title, part=label),
            type="country" if part == "country" else "text",
            known_as=tuple(f"{first} {word}".strip() for first in before for word in words if first or word != "code"),
        )
        for part, (label, words) in parts.items()
    ]


FIELDS = (
    ImportField(
        name="customerNumber",
        label=_("Customer number"),
        known_as=("customer no", "customer id", "account number", "account no", "number", "client number", "no"),
    ),
    ImportField(
        name="name",
        label=_("Name"),
        known_as=(
            *("customer name", "company name", "company", "client name", "display name", "customer", "client"),
            *("organisation", "organization", "full name", "business name", "account name"),
        ),
    ),
    ImportField(name="id", label=_("ID in BigLedger CRM"), known_as=("bigledger id",)),
    ImportField(name="email", label=_("Email address"), type="email", known_as=("email", "e mail", "email id")),
    ImportField(name="phone", label=_("Phone"), known_as=("phone number", "telephone", "tel", "mobile", "mobile no")),
    ImportField(name="website", label=_("Website"), known_as=("url", "homepage", "web")),
    ImportField(name="type", label=_("Type"), type="choice", known_as=("customer type",), choices=_TYPES),
    ImportField(name="status", label=_("Status"), type="choice", choices=_STATUSES),
    ImportField(
        name="taxNumber",
        label=_("Tax number"),
        known_as=("tax id", "vat", "vat number", "vat id", "sst number", "gst number", "tax registration number"),
    ),
    ImportField(name="tin", label=_("TIN")),
    ImportField(name="identificationType", label=_("Identification type")),
    ImportField(name="identificationNumber", label=_("Identification number"), known_as=("brn", "registration number")),
    *_address("address", _("Address"), ("",)),
    *_address("billingAddress", _("Billing address"), ("billing", "bill to", "invoice")),
    *_address("shippingAddress", _("Shipping address"), ("shipping", "ship to", "delivery")),
    ImportField(name="currency", label=_("Currency"), known_as=("currency code", "billing currency")),
    ImportField(
        name="paymentTerms",
        label=_("Payment terms in days"),
        type="whole",
        known_as=("payment terms", "terms", "payment term", "net days"),
    ),
    ImportField(name="creditLimit", label=_("Credit limit"), type="number"),
    ImportField(
        name="language",
        label=_("Language"),
        type="choice",
        choices={fold(name): code for code, name in LANGUAGES.items()},
    ),
    ImportField(name="tags", label=_("Tags"), type="list", known_as=("labels", "categories")),
)


def key_of(values: Values, match_by: str) -> str:
    """What tells customers apart: numbers and emails without case, names without accents as well."""
    value = str(values[match_by])
    return fold(value) if match_by == "name" else value.strip().upper()


def find_customers(wanted: Sequence[str], match_by: str) -> Mapping[str, Sequence[Customer]]:
    """The customers that have one of the keys, by it."""
    rows = Customer.objects.all()
    if match_by == "id":
        rows = rows.filter(pk__in=[pk for key in wanted if (pk := ids.decode(Customer.PREFIX, key.lower()))])
    elif match_by == "customerNumber":
        rows = rows.annotate(upper=Upper("customer_number")).filter(upper__in=wanted)
    elif match_by == "email":
        rows = rows.annotate(upper=Upper("email")).filter(upper__in=wanted, merged_into=None)
    else:
        rows = rows.filter(name_sort__in=wanted, merged_into=None)
    found: dict[str, list[Customer]] = defaultdict(list)
    for customer in rows:
        told = {"id": customer.public_id, "customerNumber": customer.customer_number, "name": customer.name}
        found[key_of({match_by: told.get(match_by, customer.email)}, match_by)].append(customer)
    return found


def _apply(actor: Actor, rows: Sequence[Values], match_by: str) -> list[RowResult]:
    there = find_customers([key_of(values, match_by) for values in rows], match_by)

    def create(new: Sequence[Values]) -> list[Customer | DomainError]:
        if match_by == "id":
            return [NotFound("Customer", str(values["id"])) for values in new]
        return create_customers(actor, [_inputs(values, None) for values in new])

    return apply_rows(
        rows,
        match_by,
        lambda values: there.get(key_of(values, match_by), ()),
        create,
        lambda customer, values: _update(actor, customer, values),
    )


def _update(actor: Actor, customer: Customer, values: Values) -> Mapping[str, Sequence[Any]]:
    inputs = _inputs(values, customer)
    if says_the_same(actor, customer, inputs):
        return {}
    names = [name for name in values if name != "id"]
    before = facts_of(customer, names)
    return changes_between(before, facts_of(update_customer(actor, customer, inputs), names))


def _inputs(values: Values, customer: Customer | None) -> CustomerInput:
    return CustomerInput(**inputs_of({name: value for name, value in values.items() if name != "id"}, customer))


def _restore(actor: Actor, pk: UUID, values: Values) -> None:
    customer = _customer(pk)
    update_customer(actor, customer, _inputs(values, customer))


def _customer(pk: UUID) -> Customer:
    customer = Customer.objects.filter(pk=pk).first()
    if customer is None:
        raise NotFound("Customer", ids.encode(Customer.PREFIX, pk))
    return customer


CUSTOMERS = ImportKind(
    name="customers",
    label=_("Customers"),
    noun="Customer",
    object_type="customer",
    resource="customers",
    fields=FIELDS,
    match_by=("id", "customerNumber", "email", "name"),
    key=key_of,
    apply=_apply,
    remove=delete_customers,
    restore=_restore,
    lock=locking(Customer),
    sources=CUSTOMER_SOURCES,
    takes_custom_fields=True,
)
