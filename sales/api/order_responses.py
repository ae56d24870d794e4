"""Sales orders as they are in JSON."""

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import UNSET, UnsetType

from bigledger_crm.api.attachments import AttachmentObject, attachment_objects
from bigledger_crm.api.responses import ApiStruct, quantity, text, timestamp, word
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
    line_fields,
)
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.queries import lines_of_order
from sales.rules import fulfillment_status

if TYPE_CHECKING:
    from uuid import UUID

OrderState: TypeAlias = Literal["draft", "confirmed", "shipped", "delivered", "cancelled"]


class Fulfillment(ApiStruct):
    """How far an order is delivered, derived from its quantities."""

    status: Literal["pending", "partial", "shipped", "delivered"]
    shipped_quantity: Decimal
    remaining_quantity: Decimal
    shipping_method: str | None
    tracking_number: str | None
    estimated_delivery: str | None


class OrderLineObject(LineObject):
    """A line of an order."""

    shipped_quantity: Decimal
    invoiced_quantity: Decimal


class StatusChangeObject(ApiStruct):
    """One step in an order's life."""

    from_status: OrderState
    to_status: OrderState
    notes: str | None
    changed_by: str
    changed_at: str | None


class OrderRow(ApiStruct):
    """An order in a list; amounts in its currency."""

    id: str
    order_number: str
    quote_id: str | None
    customer_id: str
    customer: CustomerBrief
    owner_id: str | None
    order_date: str
    required_date: str | None
    promised_date: str | None
    status: OrderState
    priority: Literal["low", "normal", "high", "urgent"]
    currency: str
    exchange_rate: Decimal
    prices_include_tax: bool
    title: str | None
    reference: str | None
    notes: str | None
    terms: str | None
    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal
    fulfillment: Fulfillment
    custom_fields: dict[str, Any]
    created_by: str
    created_at: str | None
    updated_at: str | None
    items: list[OrderLineObject] | UnsetType = UNSET
    attachments: list[AttachmentObject] | UnsetType = UNSET


class OrderObject(OrderRow):
    """A whole order."""

    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    items: list[OrderLineObject]
    status_history: list[StatusChangeObject]
    attachments: list[AttachmentObject]


class SentOrder(OrderObject):
    """An order whose confirmation was just sent, with its email."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


_OWN = ("id", "quote_id", "owner_id", "updated_at")
_PLAIN = ("order_number", "status", "priority")
_DAYS = ("order_date", "required_date", "promised_date")
_TEXTS = ("title", "reference", "notes", "terms")
_SHIPPING = ("shipping_method", "tracking_number", "estimated_delivery")
ORDER_COLUMNS = (*_OWN, *DOCUMENT_COLUMNS, *_PLAIN, *_DAYS, *_TEXTS, *_SHIPPING, "ordered", "shipped", "custom_fields")


def order_row(declared: DeclaredFields) -> Callable[..., OrderRow]:
    """Makes list rows from ORDER_COLUMNS, with the custom fields `declared`."""

    def show(*columns: Any) -> OrderRow:
        return OrderRow(**_scalars(dict(zip(ORDER_COLUMNS, columns, strict=True)), declared))

    return show


def order_object(order: SalesOrder, declared: DeclaredFields) -> OrderObject:
    """A whole order with its lines and history."""
    lines = lines_of_order(order.pk)
    columns = {name: getattr(order, name) for name in ORDER_COLUMNS if name not in ("ordered", "shipped")}
    columns["ordered"] = sum((line.quantity for line in lines if line.type == "goods"), Decimal(0))
    columns["shipped"] = sum((line.shipped_quantity for line in lines), Decimal(0))
    return OrderObject(
        **_scalars(columns, declared),
        billing_address=order.billing_address,
        shipping_address=order.shipping_address,
        items=[order_line_object(line, order.currency) for line in lines],
        status_history=[
            StatusChangeObject(
                from_status=word(change.from_status),
                to_status=word(change.to_status),
                notes=text(change.note),
                changed_by=change.changed_by,
                changed_at=timestamp(change.changed_at),
            )
            for change in order.status_changes.all()
        ],
        attachments=attachment_objects(order.pk),
    )


def order_line_object(line: SalesOrderLine, currency: str) -> OrderLineObject:
    """A line of an order."""
    return OrderLineObject(
        **line_fields(line, currency),
        shipped_quantity=quantity(line.shipped_quantity),
        invoiced_quantity=quantity(line.invoiced_quantity),
    )


def _scalars(order: dict[str, Any], declared: DeclaredFields) -> dict[str, Any]:
    quote_id: UUID | None = order["quote_id"]
    ordered: Decimal = order["ordered"] or Decimal(0)
    shipped: Decimal = order["shipped"] or Decimal(0)
    return {
        "id": ids.encode(SalesOrder.PREFIX, order["id"]),
        "quote_id": ids.encode(Quote.PREFIX, quote_id) if quote_id else None,
        "owner_id": owner_public_id(order["owner_id"]),
        "updated_at": timestamp(order["updated_at"]),
        **document_fields(order),
        **{name: order[name] for name in _PLAIN},
        **{name: day(order[name]) for name in _DAYS},
        **{name: text(order[name]) for name in _TEXTS},
        "custom_fields": declared.shown(order["custom_fields"]),
        "fulfillment": Fulfillment(
            status=word(fulfillment_status(order["status"], ordered, shipped)),
            shipped_quantity=quantity(shipped),
            remaining_quantity=quantity(ordered - shipped),
            shipping_method=text(order["shipping_method"]),
            tracking_number=text(order["tracking_number"]),
            estimated_delivery=day(order["estimated_delivery"]),
        ),
    }
