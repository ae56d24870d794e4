"""The input to create, change and price sales documents, and to change what a company says in them.

One dataclass per noun serves making and changing: what isn't given is UNSET, and the rules say what is required.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType


@dataclass(frozen=True, slots=True, kw_only=True)
class LineInput:
    """A line: an item (`item_…`), or a description and a price.  A line is given whole, so None is the same as nothing.

    With the `id` of a line that is there it takes that one's place.  No `tax_code` means the item's; "" means no tax.
    """

    id: str | None = None
    item_id: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    type: str | None = None
    unit_price: Decimal | None = None
    discount_percent: Decimal | None = None
    discount_amount: Decimal | None = None
    tax_code: str | None = None
    notes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantityInput:
    """How much of a line, which `item_id` names, to ship, to invoice or to credit."""

    item_id: str = ""
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentInput:
    """What every document takes.  `items` are all its lines; no `owner_id` means the customer's owner, "" nobody.

    `custom_fields` are as in JSON; credit notes have none.
    """

    customer_id: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    exchange_rate: Decimal | UnsetType | None = UNSET
    prices_include_tax: bool | UnsetType = UNSET
    title: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    terms: str | UnsetType = UNSET
    billing_address: Mapping[str, Any] | UnsetType | None = UNSET
    shipping_address: Mapping[str, Any] | UnsetType | None = UNSET
    shipping_cost: Decimal | UnsetType | None = UNSET
    owner_id: str | UnsetType = UNSET
    custom_fields: Mapping[str, Any] | UnsetType = UNSET
    items: Sequence[LineInput] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteInput(DocumentInput):
    """A quote."""

    quote_date: date | UnsetType | None = UNSET
    valid_until: date | UnsetType | None = UNSET
    description: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderInput(DocumentInput):
    """A sales order."""

    order_date: date | UnsetType | None = UNSET
    required_date: date | UnsetType | None = UNSET
    promised_date: date | UnsetType | None = UNSET
    estimated_delivery: date | UnsetType | None = UNSET
    priority: str | UnsetType = UNSET
    shipping_method: str | UnsetType = UNSET
    tracking_number: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculationInput:
    """What the amounts of a document are made from."""

    customer_id: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    exchange_rate: Decimal | UnsetType | None = UNSET
    document_date: date | UnsetType | None = UNSET
    prices_include_tax: bool | UnsetType = UNSET
    shipping_cost: Decimal | UnsetType | None = UNSET
    items: Sequence[LineInput] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyInput:
    """What a company says of itself, and what its new documents and customers begin with."""

    name: str | UnsetType = UNSET
    legal_name: str | UnsetType = UNSET
    registration_number: str | UnsetType = UNSET
    tin: str | UnsetType = UNSET
    tax_number: str | UnsetType = UNSET
    tourism_tax_number: str | UnsetType = UNSET
    msic_code: str | UnsetType = UNSET
    business_activity: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    website: str | UnsetType = UNSET
    address: Mapping[str, Any] | UnsetType | None = UNSET
    country: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    bank_details: str | UnsetType = UNSET
    iban: str | UnsetType = UNSET
    bic: str | UnsetType = UNSET
    static_qr: str | UnsetType = UNSET
    payment_terms: int | UnsetType = UNSET
    quote_validity_days: int | UnsetType = UNSET
    max_discount_percent: Decimal | UnsetType | None = UNSET
    small_difference_tolerance: Decimal | UnsetType | None = UNSET
    quote_terms: str | UnsetType = UNSET
    invoice_terms: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class BrandingInput:
    """How a company's documents look.  It is given whole: what is left out is taken away."""

    accent_color: str = ""
    letterhead: str = ""
    footer: str = ""
    paper_size: str = "A4"
