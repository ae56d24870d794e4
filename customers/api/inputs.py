"""What the API takes for customers and contacts."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.languages import LANGUAGES
from customers import rules


class ContactInput(StrictSerializer):
    """A contact's fields."""

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

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The rules of a contact, as the service will apply them."""
        return rules.clean_contact(values, creating=bool(self.needed), country=self.context["actor"].company.country)[1]


class ContactUpdate(ContactInput):
    """What of a contact is to change."""

    needed = frozenset()


class CustomerInput(StrictSerializer):
    """A customer's fields; `contacts` only when it is created."""

    ignored = frozenset({"id", "currentBalance", "totalSales", "lastSaleDate", "createdAt", "updatedAt", "contacts"})
    customer_number = fields.TextField()
    name = fields.TextField()
    type = fields.TextField(choices=rules.CUSTOMER_TYPES)
    status = fields.TextField(choices=rules.CUSTOMER_STATUSES)
    email = fields.TextField()
    phone = fields.TextField()
    website = fields.TextField()
    tax_number = fields.TextField()
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

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The rules of a customer, as the service will apply them."""
        company, stored = self.context["actor"].company, self.context["customer"]
        before = None
        if stored is not None:
            before = {name: getattr(stored, name) for name in rules.CHECKED_AGAINST}
        return rules.clean_customer(values, stored=before, default_currency=company.currency, country=company.country)[
            1
        ]


class CustomerCreation(CustomerInput):
    """A new customer, with contacts."""

    ignored = CustomerInput.ignored - {"contacts"}
    needed = frozenset({"name"})
    contacts = serializers.ListField(child=ContactInput(), required=False, max_length=100)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The rules of a customer; those of its contacts are checked with each."""
        return super().rule_errors({name: value for name, value in values.items() if name != "contacts"})
