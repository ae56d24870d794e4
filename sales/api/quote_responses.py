"""Quotes as they are in JSON."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from msgspec import UNSET, UnsetType

from bigledger_crm.api.attachments import AttachmentObject, attachment_objects
from bigledger_crm.api.responses import ApiStruct, amount, percent, text, timestamp
from bigledger_crm.kernel import ids
from customers.models import Customer
from sales.api.document_responses import CustomerBrief, DeliveryObject, LineObject, customer_brief, day, line_object
from sales.models import Quote, SalesOrder
from sales.rules import shown_quote_status


class QuoteRow(ApiStruct):
    """A quote in a list; amounts in its currency."""

    id: str
    quote_number: str
    customer_id: str
    customer: CustomerBrief
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
    """A quote that was just sent, with its mail."""

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
_TIMES = ("accepted_at", "declined_at", "cancelled_at", "created_at", "updated_at")
_AMOUNTS = ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
QUOTE_COLUMNS = (
    "id",
    "quote_number",
    "customer_id",
    "customer_name",
    "customer_email",
    "quote_date",
    "valid_until",
    "status",
    "currency",
    "exchange_rate",
    "prices_include_tax",
    "reference",
    "title",
    "description",
    "notes",
    "terms",
    "subtotal",
    "total_discount",
    "total_tax",
    "shipping_cost",
    "total",
    "accepted_at",
    "accepted_by",
    "converted_at",
    "orders__id",
    "declined_at",
    "decline_reason",
    "cancelled_at",
    "cancel_reason",
    "version",
    "supersedes_id",
    "superseded_by__id",
    "created_by",
    "created_at",
    "updated_at",
)


def quote_row(today: date) -> Callable[..., QuoteRow]:
    """Makes list rows from QUOTE_COLUMNS, with the status of the company's day."""

    def show(*columns: Any) -> QuoteRow:
        return QuoteRow(**_scalars(dict(zip(QUOTE_COLUMNS, columns, strict=True)), today))

    return show


def quote_object(quote: Quote, today: date, **extra: Any) -> QuoteObject:
    """A whole quote with its lines; `delivery` makes it a SentQuote."""
    columns = {name: getattr(quote, name) for name in QUOTE_COLUMNS if not name.endswith("__id")}
    columns |= Quote.objects.values("orders__id", "superseded_by__id").get(pk=quote.pk)
    kind = SentQuote if extra else QuoteObject
    return kind(
        **_scalars(columns, today),
        billing_address=quote.billing_address,
        shipping_address=quote.shipping_address,
        items=[line_object(line, quote.currency) for line in quote.lines.all()],
        attachments=attachment_objects(quote.pk),
        **extra,
    )


def _scalars(quote: dict[str, Any], today: date) -> dict[str, Any]:
    currency: str = quote["currency"]
    order_id: UUID | None = quote["orders__id"]
    converted_at: datetime | None = quote["converted_at"]
    return {
        "id": ids.encode(Quote.PREFIX, quote["id"]),
        "quote_number": quote["quote_number"],
        "customer_id": ids.encode(Customer.PREFIX, quote["customer_id"]),
        "customer": customer_brief(quote["customer_id"], quote["customer_name"], quote["customer_email"]),
        "quote_date": day(quote["quote_date"]),
        "valid_until": day(quote["valid_until"]),
        "status": shown_quote_status(quote["status"], quote["valid_until"], today),
        "currency": currency,
        "exchange_rate": percent(quote["exchange_rate"]),
        "prices_include_tax": quote["prices_include_tax"],
        **{name: text(quote[name]) for name in _TEXTS},
        **{name: amount(quote[name], currency) for name in _AMOUNTS},
        **{name: timestamp(quote[name]) for name in _TIMES},
        "converted_to_order_at": timestamp(converted_at),
        "sales_order_id": ids.encode(SalesOrder.PREFIX, order_id) if order_id else None,
        "version": quote["version"],
        "supersedes": _quote_id(quote["supersedes_id"]),
        "superseded_by": _quote_id(quote["superseded_by__id"]),
        "created_by": quote["created_by"],
    }


def _quote_id(pk: UUID | None) -> str | None:
    return ids.encode(Quote.PREFIX, pk) if pk else None
