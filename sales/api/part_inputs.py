"""What the API takes for parts of documents."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from sales.rules import MAX_LINES


class PartInput(StrictSerializer):
    """How much of a line to ship, to invoice or to credit."""

    needed = frozenset({"item_id"})
    item_id = fields.TextField(max_length=100)
    quantity = fields.NumberField(decimals=6)

    def rule_errors(self, values: Mapping[str, Any]) -> dict[str, str]:
        """A line, and more than nothing of it."""
        errors = {} if values.get("item_id") else {"itemId": "The line is required"}
        if values.get("quantity", 1) <= 0:
            errors["quantity"] = "Quantity must be above 0, with at most 6 decimals"
        return errors


class ShipmentInput(StrictSerializer):
    """Goods that left: without `items`, all that remains."""

    ignored = frozenset({"id", "salesOrderId", "createdBy", "createdAt"})
    items = serializers.ListField(child=PartInput(), required=False, allow_null=True, max_length=MAX_LINES)
    shipped_on = fields.DayField(required=False, allow_null=True)
    method = fields.TextField(max_length=100)
    tracking_number = fields.TextField(max_length=100)
