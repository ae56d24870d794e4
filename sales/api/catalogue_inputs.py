"""What the API takes for items and tax codes."""

from typing import Any

from msgspec import UNSET
from rest_framework import serializers

from bigledger_crm.api import fields
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.kernel.inputs import given_or
from sales import catalogue_inputs, rules
from sales.queries import active_tax_code

_NEVER_EMPTY = ("item_code", "name", "unit_price")


class ItemInput(StrictSerializer):
    """An item's fields."""

    makes = catalogue_inputs.ItemInput
    ignored = frozenset({"id", "createdAt", "updatedAt"})
    needed = frozenset(_NEVER_EMPTY)
    item_code = fields.TextField(max_length=50)
    name = fields.TextField(max_length=200)
    description = fields.TextField(max_length=5000)
    unit = fields.TextField(max_length=20)
    type = fields.TextField(choices=rules.ITEM_TYPES)
    unit_price = fields.NumberField(decimals=6, minimum=0, required=False)
    tax_code = fields.TextField()
    classification_code = fields.TextField(max_length=3)
    is_active = fields.FlagField(required=False)
    custom_fields = fields.ObjectField(required=False)

    def rule_errors(self, values: catalogue_inputs.ItemInput) -> list[FieldError]:
        """What an item can't do without."""
        errors: list[FieldError] = []
        for name in _NEVER_EMPTY if self.needed else (*_NEVER_EMPTY, "type"):
            value = getattr(values, name)
            if value in (None, "") or (value is UNSET and self.needed):
                errors += field_error(name, "This field is required")
        code, item = given_or(values.tax_code, None), self.context.get("item")
        is_own = item is not None and item.tax_code is not None and item.tax_code.code == code
        if code and not is_own and not active_tax_code(code):
            errors += field_error("tax_code", f"Tax code '{code}' does not exist")
        own = fields_for(self.context["actor"], "items")
        return errors + own.clean(values.custom_fields, item.custom_fields if item is not None else None)[1]


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
    tax_type = fields.TextField(choices=rules.TAX_TYPES)
    exemption_reason = fields.TextField(max_length=300)

    def make(self, values: dict[str, Any]) -> catalogue_inputs.TaxCodeInput:
        """The tax code, and its rates where each has what a rate needs."""
        rates = values.get("rates", UNSET)
        if rates is not UNSET:
            rates = [catalogue_inputs.TaxRateInput(**rate) for rate in rates]
        return catalogue_inputs.TaxCodeInput(**{**values, "rates": rates})

    def rule_errors(self, values: catalogue_inputs.TaxCodeInput) -> list[FieldError]:
        """What a tax code can't do without."""
        is_missing = self.needed and not given_or(values.code, "")
        return field_error("code", "This field is required" if is_missing else None)


class TaxCodeUpdate(TaxCodeInput):
    """What of a tax code is to change."""

    needed = frozenset()
