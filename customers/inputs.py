"""The input to create and change customers and contacts.

One dataclass per noun serves making and changing: what isn't given is UNSET, and the rules say what is required.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerInput:
    """A customer.  No `credit_limit` is no limit; addresses and `custom_fields` are as in JSON.

    `owner_id` is a member's; "" means nobody.
    """

    customer_number: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    status: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    website: str | UnsetType = UNSET
    tax_number: str | UnsetType = UNSET
    tin: str | UnsetType = UNSET
    identification_type: str | UnsetType = UNSET
    identification_number: str | UnsetType = UNSET
    einvoice_preference: str | UnsetType = UNSET
    is_government: bool | UnsetType = UNSET
    address: Mapping[str, Any] | UnsetType | None = UNSET
    billing_address: Mapping[str, Any] | UnsetType | None = UNSET
    shipping_address: Mapping[str, Any] | UnsetType | None = UNSET
    currency: str | UnsetType = UNSET
    payment_terms: int | UnsetType = UNSET
    credit_limit: Decimal | UnsetType | None = UNSET
    reminders_enabled: bool | UnsetType = UNSET
    language: str | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET
    custom_fields: Mapping[str, Any] | UnsetType = UNSET
    owner_id: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactInput:
    """A person at a customer; `custom_fields` are as in JSON."""

    name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    mobile: str | UnsetType = UNSET
    title: str | UnsetType = UNSET
    department: str | UnsetType = UNSET
    is_primary: bool | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    receives: Sequence[str] | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    custom_fields: Mapping[str, Any] | UnsetType = UNSET
