"""What the API takes for customers and contacts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.services import clean_custom_fields
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.record_owners import read_owner
from customers import inputs, rules
from customers.models import Contact


class ContactInput(StrictSerializer):
    """A contact's fields."""

    makes = inputs.ContactInput
    ignored = frozenset({"id", "customerId", "createdAt", "updatedAt"})
    needed = frozenset({"name"})
    name = fields.TextField()
    email = fields.TextField()
    phone = fields.TextField()
    mobile = fields.TextField()
    title = fields.TextField()
    department = fields.TextField()
    is_primary = fields.FlagField(required=False)
    is_active = fields.FlagField(required=False)
    receives = fields.TextListField(required=False, choices=rules.RECEIVES)
    notes = fields.TextField()
    custom_fields = fields.ObjectField(required=False)

    def rule_errors(self, values: inputs.ContactInput) -> list[FieldError]:
        """The rules of a contact, as the service will apply them."""
        actor, stored = self.context["actor"], self.context.get("contact")
        before = None if stored is None else stored.custom_fields
        return [
            *rules.clean_contact(values, creating=bool(self.needed), country=actor.company.country)[1],
            *clean_custom_fields(actor, Contact, values.custom_fields, before)[1],
        ]


class ContactUpdate(ContactInput):
    """What of a contact is to change."""

    needed = frozenset()


class CustomerInput(StrictSerializer):
    """A customer's fields; `contacts` only when it is created."""

    makes = inputs.CustomerInput
    ignored = frozenset({"id", "currentBalance", "totalSales", "lastSaleDate", "createdAt", "updatedAt", "contacts"})
    customer_number = fields.TextField()
    name = fields.TextField()
    type = fields.TextField(choices=rules.CUSTOMER_TYPES)
    status = fields.TextField(choices=rules.CUSTOMER_STATUSES)
    email = fields.TextField()
    phone = fields.TextField()
    website = fields.TextField()
    tax_number = fields.TextField()
    tin = fields.TextField()
    identification_type = fields.TextField(choices=rules.IDENTIFICATION_TYPES)
    identification_number = fields.TextField()
    einvoice_preference = fields.TextField(choices=rules.EINVOICE_PREFERENCES)
    is_government = fields.FlagField(required=False)
    address = fields.ObjectField(required=False, allow_null=True)
    billing_address = fields.ObjectField(required=False, allow_null=True)
    shipping_address = fields.ObjectField(required=False, allow_null=True)
    currency = fields.TextField()
    payment_terms = fields.IntegerField(required=False)
    credit_limit = fields.AmountField(required=False, allow_null=True)
    reminders_enabled = fields.FlagField(required=False)
    language = fields.TextField(choices=tuple(LANGUAGES))
    tags = fields.TextListField(required=False, limit=1000)
    custom_fields = fields.ObjectField(required=False)
    owner_id = fields.TextField(max_length=100)

    def rule_errors(self, values: Any) -> list[FieldError]:
        """The rules of a customer, as the service will apply them."""
        return self.errors_of(values)

    def also_wrong(self, values: Any) -> list[FieldError]:
        """An owner who is no member."""
        return self.owner_errors(values)

    def owner_errors(self, customer: inputs.CustomerInput) -> list[FieldError]:
        """The errors of the owner."""
        return read_owner(self.context["actor"].company, given_or(customer.owner_id, ""))[1]

    def errors_of(self, customer: inputs.CustomerInput) -> list[FieldError]:
        """The errors of a customer."""
        company, stored = self.context["actor"].company, self.context["customer"]
        before = None if stored is None else {name: getattr(stored, name) for name in rules.CHECKED_AGAINST}
        _, errors = rules.clean_customer(
            customer,
            stored=before,
            default_currency=company.currency,
            country=company.country,
            declared=fields_for(self.context["actor"], "customers"),
        )
        return errors


class NewCustomer(NamedTuple):
    """A customer, and the contacts that it is to have."""

    customer: inputs.CustomerInput
    contacts: Sequence[inputs.ContactInput]


class CustomerCreation(CustomerInput):
    """A new customer, with contacts."""

    ignored = CustomerInput.ignored - {"contacts"}
    needed = frozenset({"name"})
    contacts = serializers.ListField(child=ContactInput(), required=False, max_length=100)

    def make(self, values: dict[str, Any]) -> NewCustomer:
        """The customer and its contacts."""
        others = {name: value for name, value in values.items() if name != "contacts"}
        return NewCustomer(inputs.CustomerInput(**others), values.get("contacts", ()))

    def rule_errors(self, values: NewCustomer) -> list[FieldError]:
        """The rules of a customer; those of its contacts are checked with each."""
        return self.errors_of(values.customer)

    def also_wrong(self, values: NewCustomer) -> list[FieldError]:
        """An owner who is no member."""
        return self.owner_errors(values.customer)
