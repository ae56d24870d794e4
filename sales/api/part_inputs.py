"""What the API takes for parts of documents."""

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError, field_error
from sales.inputs import QuantityInput
from sales.rules import MAX_LINES


class PartInput(StrictSerializer):
    """How much of a line to ship, to invoice or to credit."""

    makes = QuantityInput
    needed = frozenset({"item_id"})
    item_id = fields.TextField(max_length=100)
    quantity = fields.NumberField(decimals=6)

    def rule_errors(self, values: QuantityInput) -> list[FieldError]:
        """A line, and more than nothing of it."""
        is_enough = values.quantity is None or values.quantity > 0
        return [
            *field_error("item_id", None if values.item_id else "The line is required"),
            *field_error("quantity", None if is_enough else "Quantity must be above 0, with at most 6 decimals"),
        ]


class ShipmentInput(StrictSerializer):
    """Goods that left: without `items`, all that remains."""

    ignored = frozenset({"id", "salesOrderId", "createdBy", "createdAt"})
    items = serializers.ListField(child=PartInput(), required=False, allow_null=True, max_length=MAX_LINES)
    shipped_on = fields.DayField(required=False, allow_null=True)
    method = fields.TextField(max_length=100)
    tracking_number = fields.TextField(max_length=100)
