"""Quotes as they are in JSON."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from bigledger_crm.api.attachments import AttachmentObject, attachment_objects
from bigledger_crm.api.responses import ApiStruct, text, timestamp
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.record_owners import owner_public_id
from sales.api.document_responses import (
    DOCUMENT_COLUMNS,
    CustomerBrief,
    DeliveryObject,
    LineObject,
    day,
    document_fields,
    line_object,
)
from sales.models import Quote, SalesOrder
from sales.queries import lines_of_quote
from sales.rules import shown_quote_status


class QuoteRow(ApiStruct):
    """A quote in a list; amounts in its currency."""

    id: str
    quote_number: str
    customer_id: str
    customer: CustomerBrief
    owner_id: str | None
    quote_date: str
    valid_until: str
    status: Literal["draft", "sent", "accepted", "declined", "cancelled", "converted", "expired"]
    currency: str
    exchange_rate: Decimal
    prices_include_tax: bool
    reference: str | None
    title: str | None
    description: str | None
    notes: str | None
    terms: str | None
    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal
    accepted_at: str | None
    accepted_by: str | None
    converted_to_order_at: str | None
    sales_order_id: str | None
    declined_at: str | None
    decline_reason: str | None
    cancelled_at: str | None
    cancel_reason: str | None
    version: int
    supersedes: str | None
    superseded_by: str | None
    custom_fields: dict[str, Any]
    created_by: str
    created_at: str | None
    updated_at: str | None
    items: list[LineObject] | UnsetType = UNSET
    attachments: list[AttachmentObject] | UnsetType = UNSET


class QuoteObject(QuoteRow):
    """A whole quote."""

    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    items: list[LineObject]
    attachments: list[AttachmentObject]


class SentQuote(QuoteObject):
    """A quote that was just sent, with its email."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


_TEXTS = (
    "reference",
    "title",
    "description",
    "notes",
    "terms",
    "accepted_by",
    "decline_reason",
    "cancel_reason",
)
_TIMES = ("accepted_at", "declined_at", "cancelled_at", "updated_at")
QUOTE_COLUMNS = (
    *("id", "quote_number", "owner_id", "quote_date", "valid_until", "status", "version"),
    *DOCUMENT_COLUMNS,
    *_TEXTS,
    *_TIMES,
    *("converted_at", "orders__id", "supersedes_id", "superseded_by__id", "custom_fields"),
)


def quote_row(today: date, declared: DeclaredFields) -> Callable[..., QuoteRow]:
    """Makes list rows from QUOTE_COLUMNS, with the status of the company's day and the custom fields `declared`."""

    def show(*columns: Any) -> QuoteRow:
        return QuoteRow(**_scalars(dict(zip(QUOTE_COLUMNS, columns, strict=True)), today, declared))

    return show


def quote_object(quote: Quote, today: date, declared: DeclaredFields, **extra: Any) -> QuoteObject:
    """A whole quote with its lines; `delivery` makes it a SentQuote."""
    columns = {name: getattr(quote, name) for name in QUOTE_COLUMNS if not name.endswith("__id")}
    columns |= Quote.objects.values("orders__id", "superseded_by__id").get(pk=quote.pk)
    kind = SentQuote if extra else QuoteObject
    return kind(
        **_scalars(columns, today, declared),
        billing_address=quote.billing_address,
        shipping_address=quote.shipping_address,
        items=[line_object(line, quote.currency) for line in lines_of_quote(quote.pk)],
        attachments=attachment_objects(quote.pk),
        **extra,
    )


def _scalars(quote: dict[str, Any], today: date, declared: DeclaredFields) -> dict[str, Any]:
    order_id: UUID | None = quote["orders__id"]
    converted_at: datetime | None = quote["converted_at"]
    return {
        "id": ids.encode(Quote.PREFIX, quote["id"]),
        "quote_number": quote["quote_number"],
        "owner_id": owner_public_id(quote["owner_id"]),
        "quote_date": day(quote["quote_date"]),
        "valid_until": day(quote["valid_until"]),
        "status": shown_quote_status(quote["status"], quote["valid_until"], today),
        **document_fields(quote),
        **{name: text(quote[name]) for name in _TEXTS},
        **{name: timestamp(quote[name]) for name in _TIMES},
        "converted_to_order_at": timestamp(converted_at),
        "sales_order_id": ids.encode(SalesOrder.PREFIX, order_id) if order_id else None,
        "version": quote["version"],
        "custom_fields": declared.shown(quote["custom_fields"]),
        "supersedes": _quote_id(quote["supersedes_id"]),
        "superseded_by": _quote_id(quote["superseded_by__id"]),
    }


def _quote_id(pk: UUID | None) -> str | None:
    return ids.encode(Quote.PREFIX, pk) if pk else None
