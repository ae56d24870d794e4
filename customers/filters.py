"""What lists of customers and contacts can be narrowed by."""

from django.db.models import Q

from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    ListFilters,
    MomentFilter,
    NumberFilter,
    OwnerFilter,
    SearchFilter,
    TagsFilter,
    TextFilter,
)
from customers.queries import naming
from customers.rules import CUSTOMER_STATUSES, CUSTOMER_TYPES, clean_currency


class DocumentSearchFilter(SearchFilter):
    """Part of what a document is found by, or of its customer's present name."""

    def condition(self, value: str) -> Q:
        """The documents."""
        return naming(value)


class CustomerFilters(ListFilters):
    """Customers."""

    search = SearchFilter(about="Part of the name, email or customer number")
    status = ChoiceFilter("status", CUSTOMER_STATUSES, about="Status")
    type = ChoiceFilter("type", CUSTOMER_TYPES, about="Customer type")
    tags = TagsFilter("tags", about="All of these tags, separated by commas")
    owner_id = OwnerFilter()
    currency = TextFilter("currency", about="Currency (ISO 4217)", check=clean_currency)
    credit_limit_min = NumberFilter("credit_limit", lookup="gte", about="Lowest credit limit")
    credit_limit_max = NumberFilter("credit_limit", lookup="lte", about="Highest credit limit")
    balance_min = NumberFilter("current_balance", lookup="gte", about="Lowest current balance")
    balance_max = NumberFilter("current_balance", lookup="lte", about="Highest current balance")
    created_after = MomentFilter("created_at", lookup="gte", about="Created on or after this date or time")
    created_before = MomentFilter("created_at", lookup="lte", about="Created on or before this date or time")


class ContactFilters(ListFilters):
    """Contacts of one customer."""

    search = SearchFilter(about="Part of the name, email, phone, title or department")
    is_active = BooleanFilter("is_active", about="Whether the contact still works there")
