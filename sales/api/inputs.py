"""What the API takes for items, tax codes, quotes and orders."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.text import camel_case
from customers.rules import clean_address, field_errors
from sales import rules
from sales.lifecycle import ORDER
from sales.queries import active_tax_code

# What every document carries and works out by itself.
DERIVED = frozenset(
    "id customer status subtotal totalDiscount totalTax total createdBy createdAt updatedAt attachments".split()
)


def date_errors(
    values: Mapping[str, Any], first: tuple[str, str], later: Mapping[str, str], today: date
) -> dict[str, str]:
    """The errors of a document's own date, which is (field, label), and of given dates that lie before it."""
    name, label = first
    day = values.get(name)
    if day is None:
        return {}
    return rules.merge(
        {camel_case(name): rules.check_document_date(day, today)},
        {camel_case(other): rules.check_dates(day, values.get(other), label, words) for other, words in later.items()},
    )


class LineInput(StrictSerializer):
    """A line: an item or a description and a price."""

    ignored = frozenset({"id", "itemCode", "lineTotal", "taxRate", "taxAmount", "shippedQuantity", "invoicedQuantity"})
    item_id = fields.TextField(max_length=100)
    description = fields.TextField()
    quantity = fields.NumberField(decimals=6)
    unit = fields.TextField(max_length=rules.MAX_UNIT)
    type = fields.TextField(choices=rules.ITEM_TYPES)
    unit_price = fields.NumberField(decimals=6, required=False, allow_null=True)
    discount_percent = fields.NumberField(decimals=4, required=False, allow_null=True)
    discount_amount = fields.AmountField(required=False, allow_null=True)
    tax_code = fields.TextField(max_length=20)
    notes = fields.TextField()

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """The rules of a line that need no look-up; a missing field is named by its own check."""
        return rules.check_line(values, None, has_item=bool(values.get("item_id")))


class LineUpdate(LineInput):
    """A whole line of a document that is there; with the id of one of its lines it takes that one's place."""

    ignored = LineInput.ignored - {"id"}
    id = fields.TextField(max_length=100)


class DocumentInput(StrictSerializer):
    """What every document takes; what isn't `needed` may be left out, but not be nothing."""

    ignored = DERIVED
    needed = frozenset({"customer_id", "items"})
    customer_id = fields.TextField(max_length=100)
    currency = fields.TextField()
    exchange_rate = fields.NumberField(decimals=10, required=False, allow_null=True)
    prices_include_tax = fields.FlagField(required=False)
    title = fields.TextField(max_length=200)
    reference = fields.TextField(max_length=100)
    notes = fields.TextField()
    terms = fields.TextField()
    billing_address = fields.ObjectField(required=False, allow_null=True)
    shipping_address = fields.ObjectField(required=False, allow_null=True)
    shipping_cost = fields.AmountField(required=False, allow_null=True, minimum=0)
    items = serializers.ListField(child=LineInput(), required=False, max_length=rules.MAX_LINES)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What a document can't do without, and what needs no look-up."""
        errors = {}
        if not values.get("customer_id") and "customer_id" in {*self.needed, *values}:
            errors["customerId"] = "Customer is required"
        if not values.get("items") and "items" in {*self.needed, *values}:
            errors["items"] = "At least one line is required"
        for name in ("billing_address", "shipping_address"):
            try:
                clean_address(values.get(name))
            except ValueError as error:
                errors |= field_errors(camel_case(name), error)
        rate = values.get("exchange_rate")
        return errors | rules.merge({"exchangeRate": None if rate is None else rules.check_exchange_rate(rate)})


class QuoteInput(DocumentInput):
    """A new quote."""

    ignored = DERIVED | {
        "quoteNumber",
        "acceptedAt",
        "acceptedBy",
        "convertedToOrderAt",
        "salesOrderId",
        "declinedAt",
        "declineReason",
        "cancelledAt",
        "cancelReason",
        "version",
        "supersedes",
        "supersededBy",
    }
    quote_date = fields.DayField(required=False, allow_null=True)
    valid_until = fields.DayField(required=False, allow_null=True)
    description = fields.TextField()

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """As every document, with its dates in order."""
        today = self.context["actor"].today()
        return super().rule_errors(values) | date_errors(
            values, ("quote_date", "quote date"), {"valid_until": "Valid until"}, today
        )


class QuoteUpdate(QuoteInput):
    """What of a draft quote is to change; `items` are all its lines."""

    needed = frozenset()
    quote_date = fields.DayField(required=False)
    valid_until = fields.DayField(required=False)
    exchange_rate = fields.NumberField(decimals=10, required=False)
    shipping_cost = fields.AmountField(required=False, minimum=0)
    items = serializers.ListField(child=LineUpdate(), required=False, max_length=rules.MAX_LINES)


class FulfillmentInput(StrictSerializer):
    """How an order is to be shipped, as the order shows it; the fields beside `items` come first."""

    ignored = frozenset({"status", "shippedQuantity", "remainingQuantity"})
    shipping_method = fields.TextField(max_length=100)
    tracking_number = fields.TextField(max_length=100)
    estimated_delivery = fields.DayField(required=False, allow_null=True)


class OrderInput(DocumentInput):
    """A new order."""

    ignored = DERIVED | {"orderNumber", "statusHistory", "quoteId"}
    fulfillment = FulfillmentInput(required=False, allow_null=True)
    order_date = fields.DayField(required=False, allow_null=True)
    required_date = fields.DayField(required=False, allow_null=True)
    promised_date = fields.DayField(required=False, allow_null=True)
    estimated_delivery = fields.DayField(required=False, allow_null=True)
    priority = fields.TextField(choices=rules.PRIORITIES)
    shipping_method = fields.TextField(max_length=100)
    tracking_number = fields.TextField(max_length=100)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """As every document, with its dates in order."""
        later = {
            "required_date": "Required date",
            "promised_date": "Promised date",
            "estimated_delivery": "Delivery date",
        }
        today = self.context["actor"].today()
        errors = super().rule_errors(values) | date_errors(values, ("order_date", "order date"), later, today)
        return errors | rules.merge({"priority": rules.check_priority(values.get("priority") or "normal")})

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The values, with those of `fulfillment` among them."""
        values = super().to_internal_value(data)
        return {**(values.pop("fulfillment", None) or {}), **values}


class OrderUpdate(OrderInput):
    """What of an order is to change; `items` are all its lines."""

    needed = frozenset()
    order_date = fields.DayField(required=False)
    exchange_rate = fields.NumberField(decimals=10, required=False)
    shipping_cost = fields.AmountField(required=False, minimum=0)
    items = serializers.ListField(child=LineUpdate(), required=False, max_length=rules.MAX_LINES)


class ReasonInput(StrictSerializer):
    """Why something is taken back or turned down."""

    reason = fields.TextField(max_length=rules.MAX_REASON)


class AcceptInput(StrictSerializer):
    """Who agreed to a quote, and when."""

    accepted_at = fields.DayOrMomentField(required=False, allow_null=True)
    accepted_by = fields.TextField(max_length=200)


class ConvertQuoteInput(StrictSerializer):
    """Turning a quote into an order."""

    override_credit_limit = fields.FlagField(required=False)


class StatusInput(StrictSerializer):
    """A move of an order."""

    needed = frozenset({"status"})
    status = fields.TextField(choices=ORDER.states)
    notes = fields.TextField()
    override_credit_limit = fields.FlagField(required=False)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """A state that orders have."""
        if values.get("status") in ORDER.states:
            return {}
        return {"status": f"Status must be one of: {', '.join(ORDER.states)}"}


_NEVER_EMPTY = frozenset({"item_code", "name", "unit_price"})


class ItemInput(StrictSerializer):
    """An item's fields."""

    ignored = frozenset({"id", "createdAt", "updatedAt"})
    needed = _NEVER_EMPTY
    item_code = fields.TextField(max_length=50)
    name = fields.TextField(max_length=200)
    description = fields.TextField(max_length=5000)
    unit = fields.TextField(max_length=20)
    type = fields.TextField(choices=rules.ITEM_TYPES)
    unit_price = fields.NumberField(decimals=6, minimum=0, required=False)
    tax_code = fields.TextField()
    is_active = fields.FlagField(required=False)
    custom_fields = fields.ObjectField(required=False)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What an item can't do without."""
        asked = self.needed or (_NEVER_EMPTY | {"type"}) & values.keys()
        errors = {camel_case(name): "This field is required" for name in asked if values.get(name) in (None, "")}
        code, item = values.get("tax_code"), self.context.get("item")
        is_own = item is not None and item.tax_code is not None and item.tax_code.code == code
        if code and not is_own and not active_tax_code(code):
            errors["taxCode"] = f"Tax code '{code}' does not exist"
        return errors


class ItemUpdate(ItemInput):
    """What of an item is to change."""

    needed = frozenset()


class RateInput(StrictSerializer):
    """A rate from a day on."""

    rate = fields.NumberField(decimals=4, minimum=0, maximum=100)
    valid_from = fields.DayField()


class TaxCodeInput(StrictSerializer):
    """A tax code with `rate` or dated `rates`."""

    ignored = frozenset({"id"})
    needed = frozenset({"code"})
    code = fields.TextField(max_length=20)
    name = fields.TextField(max_length=100)
    rate = fields.NumberField(decimals=4, minimum=0, maximum=100, required=False, allow_null=True)
    rates = serializers.ListField(child=RateInput(), required=False, max_length=100)
    is_active = fields.FlagField(required=False)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What a tax code can't do without."""
        return {} if values.get("code") or not self.needed else {"code": "This field is required"}


class TaxCodeUpdate(TaxCodeInput):
    """What of a tax code is to change."""

    needed = frozenset()
