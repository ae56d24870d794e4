"""What quotes, orders, invoices and credit notes share in JSON."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from uuid import UUID

from django.db.models import F

from bigledger_crm.api.listing import Expansion
from bigledger_crm.api.responses import ApiStruct, amount, percent, quantity, text, timestamp, word
from bigledger_crm.kernel import ids
from bigledger_crm.outbox.models import OutboxEmail
from customers.models import Customer
from sales.models import DocumentLine, Item

ItemType: TypeAlias = Literal["goods", "service"]
DOCUMENT_AMOUNTS = ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
DOCUMENT_COLUMNS = (
    *("customer_id", "customer_name", "customer_email", "currency", "exchange_rate", "prices_include_tax"),
    *("created_by", "created_at"),
    *DOCUMENT_AMOUNTS,
)


class CustomerBrief(ApiStruct):
    """The customer on a document, as it was when the document was made."""

    id: str
    name: str
    email: str | None


class LineObject(ApiStruct):
    """A line; amounts in the document's currency."""

    id: str
    item_id: str | None
    item_code: str | None
    description: str
    quantity: Decimal
    unit: str | None
    type: ItemType
    unit_price: Decimal
    discount_percent: Decimal
    discount_amount: Decimal
    line_total: Decimal
    tax_code: str | None
    tax_rate: Decimal
    tax_amount: Decimal
    notes: str | None


class DeliveryObject(ApiStruct):
    """An email on its way."""

    id: str
    status: Literal["queued", "sending", "sent", "retrying", "failed", "unknown", "withdrawn"]
    to: list[str]
    cc: list[str]
    subject: str


def price(value: Decimal, decimals: int = 2) -> Decimal:
    """A unit price with at least two decimals: 25.00, 0.123456."""
    exact = quantity(value)
    return exact if -int(exact.as_tuple().exponent) > decimals else exact.quantize(Decimal(1).scaleb(-decimals))


def document_fields(row: Mapping[str, Any]) -> dict[str, Any]:
    """What every kind of document has in JSON, from its columns; amounts are in its currency."""
    customer_id = ids.encode(Customer.PREFIX, row["customer_id"])
    return {
        "customer_id": customer_id,
        "customer": CustomerBrief(id=customer_id, name=row["customer_name"], email=text(row["customer_email"])),
        "currency": row["currency"],
        "exchange_rate": percent(row["exchange_rate"]),
        "prices_include_tax": row["prices_include_tax"],
        "created_by": row["created_by"],
        "created_at": timestamp(row["created_at"]),
        **{name: amount(row[name], row["currency"]) for name in DOCUMENT_AMOUNTS},
    }


def lines_of(model: type[DocumentLine], parent: str, show: Callable[[Any, str], LineObject]) -> Expansion:
    """What `expand=items` fetches: the lines of each of several documents, in one query."""

    def fetch(documents: Collection[UUID]) -> Callable[[UUID], list[LineObject]]:
        found: dict[UUID, list[LineObject]] = defaultdict(list)
        lines = model._default_manager.filter(**{f"{parent}__in": documents}).order_by("position")
        for line in lines.annotate(document_currency=F(f"{parent}__currency")):
            found[getattr(line, f"{parent}_id")].append(show(line, line.document_currency))
        return lambda document: found.get(document, [])

    return fetch


def line_object(line: DocumentLine, currency: str) -> LineObject:
    """A line of a quote or an invoice."""
    return LineObject(**line_fields(line, currency))


def line_fields(line: DocumentLine, currency: str) -> dict[str, Any]:
    """What every kind of line has in JSON."""
    return {
        "id": line.public_id,
        "item_id": ids.encode(Item.PREFIX, line.item_id) if line.item_id else None,
        "item_code": text(line.item_code),
        "description": line.description,
        "quantity": quantity(line.quantity),
        "unit": text(line.unit),
        "type": word(line.type),
        "unit_price": price(line.unit_price),
        "discount_percent": percent(line.discount_percent),
        "discount_amount": amount(line.discount_amount, currency),
        "line_total": amount(line.line_total, currency),
        "tax_code": text(line.tax_code),
        "tax_rate": percent(line.tax_rate),
        "tax_amount": amount(line.tax_amount, currency),
        "notes": text(line.notes),
    }


def delivery_object(email: OutboxEmail) -> DeliveryObject:
    """A queued email."""
    return DeliveryObject(
        id=email.public_id, status=word(email.status), to=list(email.to), cc=list(email.cc), subject=email.subject
    )


def day(value: date | None) -> str | None:
    """A day as YYYY-MM-DD."""
    return value.isoformat() if value else None
