"""The input to create and change items and tax codes.

One dataclass per noun serves making and changing: what isn't given is UNSET, and the rules say what is required.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemInput:
    """An item; `tax_code` is a code such as SST, `unit_price` is in the company's currency."""

    item_code: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    unit: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    unit_price: Decimal | UnsetType | None = UNSET
    tax_code: str | UnsetType | None = UNSET
    classification_code: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    custom_fields: Mapping[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRateInput:
    """A rate in percent from a day on."""

    rate: Decimal
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxCodeInput:
    """A tax code with `rate` or dated `rates`."""

    code: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    rate: Decimal | UnsetType | None = UNSET
    rates: Sequence[TaxRateInput] | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    tax_type: str | UnsetType = UNSET
    exemption_reason: str | UnsetType = UNSET
