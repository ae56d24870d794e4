"""What lists of customers and contacts can be narrowed by."""

from django.db.models import Q

from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    ListFilters,
    MomentFilter,
    NumberFilter,
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
    type = ChoiceFilter("type", CUSTOMER_TYPES, about="Kind of customer")
    tags = TagsFilter("tags", about="All of these tags, with commas between")
    currency = TextFilter("currency", about="Currency, ISO 4217", check=clean_currency)
    credit_limit_min = NumberFilter("credit_limit", lookup="gte", about="Lowest credit limit")
    credit_limit_max = NumberFilter("credit_limit", lookup="lte", about="Highest credit limit")
    balance_min = NumberFilter("current_balance", lookup="gte", about="Lowest current balance")
    balance_max = NumberFilter("current_balance", lookup="lte", about="Highest current balance")
    created_after = MomentFilter("created_at", lookup="gte", about="First day or moment of creation")
    created_before = MomentFilter("created_at", lookup="lte", about="Last day or moment of creation")


class ContactFilters(ListFilters):
    """Contacts of one customer."""

    search = SearchFilter(about="Part of the name, email, phone, title or department")
    is_active = BooleanFilter("is_active", about="Still works there or not")
