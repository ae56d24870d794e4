"""What the API takes for quotes and orders."""

from collections.abc import Mapping
from typing import Any, ClassVar

from msgspec import UNSET
from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.custom_fields.services import clean_custom_fields
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.tenancy.record_owners import read_owner
from customers.rules import clean_address, errors_of
from sales import inputs, rules
from sales.lifecycle import ORDER
from sales.models import OwnedDocument, Quote, SalesOrder

# What every document carries and works out by itself.
DERIVED = frozenset(
    "id customer status subtotal totalDiscount totalTax total createdBy createdAt updatedAt attachments".split()
)


_REQUIRED = {"customer_id": "Customer is required", "items": "At least one line is required"}


class LineInput(StrictSerializer):
    """A line: an item or a description and a price."""

    makes = inputs.LineInput
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

    def rule_errors(self, values: inputs.LineInput) -> list[FieldError]:
        """The rules of a line that need no look-up; a missing field is named by its own check."""
        return rules.check_line(values, None, has_item=bool(values.item_id))


class LineUpdate(LineInput):
    """A whole line of a document that is there; with the id of one of its lines it takes that one's place."""

    ignored = LineInput.ignored - {"id"}
    id = fields.TextField(max_length=100)


class DocumentInput(StrictSerializer):
    """What every document of a `model` takes; what isn't `needed` may be left out, but not be nothing."""

    model: ClassVar[type[OwnedDocument] | None] = None
    makes: ClassVar[type[inputs.DocumentInput]] = inputs.DocumentInput
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
    owner_id = fields.TextField(max_length=100)
    custom_fields = fields.ObjectField(required=False)
    items = serializers.ListField(child=LineInput(), required=False, max_length=rules.MAX_LINES)

    def rule_errors(self, values: inputs.DocumentInput) -> list[FieldError]:
        """What a document can't do without, and what needs no look-up."""
        errors: list[FieldError] = []
        for name, message in _REQUIRED.items():
            value = getattr(values, name)
            if not value and (name in self.needed or value is not UNSET):
                errors += field_error(name, message)
        for name in ("billing_address", "shipping_address"):
            try:
                clean_address(given_or(getattr(values, name), None))
            except ValueError as error:
                errors += errors_of(name, error)
        rate = given_or(values.exchange_rate, None)
        return errors + field_error("exchange_rate", None if rate is None else rules.check_exchange_rate(rate))

    def also_wrong(self, values: inputs.DocumentInput) -> list[FieldError]:
        """An owner who is no member, dates that aren't in order, and custom fields that aren't right."""
        actor, stored = self.context["actor"], self.context.get("document")
        owner_errors = read_owner(actor.company, given_or(values.owner_id, ""))[1]
        errors = [*owner_errors, *self.wrong_dates(values)]
        if self.model is None:
            return errors
        before = None if stored is None else stored.custom_fields
        return errors + clean_custom_fields(actor, self.model, values.custom_fields, before)[1]

    def wrong_dates(self, values: Any) -> list[FieldError]:
        """Dates that aren't in order."""
        return []


class QuoteInput(DocumentInput):
    """A new quote."""

    model = Quote
    makes = inputs.QuoteInput
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

    def wrong_dates(self, values: inputs.QuoteInput) -> list[FieldError]:
        if not values.quote_date:
            return []
        return rules.check_quote_dates(values.quote_date, values.valid_until or None, self.context["actor"].today())


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

    model = SalesOrder
    makes = inputs.OrderInput
    ignored = DERIVED | {"orderNumber", "statusHistory", "quoteId"}
    fulfillment = FulfillmentInput(required=False, allow_null=True)
    order_date = fields.DayField(required=False, allow_null=True)
    required_date = fields.DayField(required=False, allow_null=True)
    promised_date = fields.DayField(required=False, allow_null=True)
    estimated_delivery = fields.DayField(required=False, allow_null=True)
    priority = fields.TextField(choices=rules.PRIORITIES)
    shipping_method = fields.TextField(max_length=100)
    tracking_number = fields.TextField(max_length=100)

    def make(self, values: dict[str, Any]) -> inputs.OrderInput:
        """The order, with the fields of `fulfillment` where the order has none of its own."""
        others = {name: value for name, value in values.items() if name != "fulfillment"}
        return inputs.OrderInput(**{**(values.get("fulfillment") or {}), **others})

    def wrong_dates(self, values: inputs.OrderInput) -> list[FieldError]:
        """Dates that aren't in order, and a priority that there isn't."""
        errors = field_error("priority", rules.check_priority(values.priority or "normal"))
        if not values.order_date:
            return errors
        later = {name: getattr(values, name) or None for name in rules.LATER_ORDER_DATES}
        return rules.check_order_dates(values.order_date, later, self.context["actor"].today()) + errors


class OrderUpdate(OrderInput):
    """What of an order is to change; `items` are all its lines."""

    needed = frozenset()
    order_date = fields.DayField(required=False)
    exchange_rate = fields.NumberField(decimals=10, required=False)
    shipping_cost = fields.AmountField(required=False, minimum=0)
    items = serializers.ListField(child=LineUpdate(), required=False, max_length=rules.MAX_LINES)


class ReasonInput(StrictSerializer):
    """Why something is cancelled or declined."""

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

    def rule_errors(self, values: Mapping[str, Any]) -> list[FieldError]:
        """A state that orders have."""
        is_known = values.get("status") in ORDER.states
        return field_error("status", None if is_known else f"Status must be one of: {', '.join(ORDER.states)}")
