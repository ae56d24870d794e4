"""What lists of items, tax codes, quotes and orders can be narrowed by."""

from django.db.models import Q

from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    DerivedFilter,
    ListFilters,
    NumberFilter,
    ObjectFilter,
    OwnerFilter,
    SearchFilter,
    TextFilter,
)
from customers.filters import DocumentSearchFilter
from customers.models import Customer
from sales.lifecycle import ORDER
from sales.queries import quotes_shown_as
from sales.rules import ITEM_TYPES, PRIORITIES, SHOWN_QUOTE_STATES


class ItemFilters(ListFilters):
    """Items."""

    search = SearchFilter(about="Part of the code or name")
    is_active = BooleanFilter("is_active", about="Whether the item is active")
    type = ChoiceFilter("type", ITEM_TYPES, about="Goods or services")
    tax_code = TextFilter("tax_code__code", about="Code of the tax")


class TaxCodeFilters(ListFilters):
    """Tax codes."""

    is_active = BooleanFilter("is_active", about="Whether the tax code is active")


class DocumentFilters(ListFilters):
    """What quotes, orders, invoices and credit notes have in common."""

    customer_id = ObjectFilter("customer", Customer, "Customer", about="The customer")
    total_min = NumberFilter("total", lookup="gte", about="Lowest total, in the document's currency")
    total_max = NumberFilter("total", lookup="lte", about="Highest total, in the document's currency")


class OwnedDocumentFilters(DocumentFilters):
    """What quotes, orders and invoices have in common."""

    owner_id = OwnerFilter()


class QuoteFilters(OwnedDocumentFilters):
    """Quotes."""

    search = DocumentSearchFilter(about="Part of the number, reference, title or customer's name, past or present")
    status = DerivedFilter(SHOWN_QUOTE_STATES, quotes_shown_as, about="Status, as shown today")
    quote_date_from = DayFilter("quote_date", lookup="gte", about="Earliest quote date")
    quote_date_to = DayFilter("quote_date", lookup="lte", about="Latest quote date")
    valid_until_from = DayFilter("valid_until", lookup="gte", about="Earliest valid-until date")
    valid_until_to = DayFilter("valid_until", lookup="lte", about="Latest valid-until date")


class OrderFilters(OwnedDocumentFilters):
    """Sales orders."""

    search = DocumentSearchFilter(about="Part of the number, reference, title or customer's name, past or present")
    status = ChoiceFilter("status", ORDER.states, about="Status")
    priority = ChoiceFilter("priority", PRIORITIES, about="Priority")
    order_date_from = DayFilter("order_date", lookup="gte", about="Earliest order date")
    order_date_to = DayFilter("order_date", lookup="lte", about="Latest order date")
    required_date_from = DayFilter("required_date", lookup="gte", about="Earliest required date")
    required_date_to = DayFilter("required_date", lookup="lte", about="Latest required date")


class ShipmentSearch(SearchFilter):
    """Part of what an order is found by, or of a tracking number."""

    def condition(self, value: str) -> Q:
        """Both are looked through."""
        return Q(order__search_text__contains=value) | Q(tracking_number__icontains=value)


class ShipmentFilters(ListFilters):
    """Shipments."""

    search = ShipmentSearch(about="Part of the order's number, reference or customer's name, or of the tracking number")
    shipped_on_from = DayFilter("shipped_on", lookup="gte", about="Earliest shipping date")
    shipped_on_to = DayFilter("shipped_on", lookup="lte", about="Latest shipping date")
