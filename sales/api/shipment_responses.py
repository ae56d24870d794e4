"""Shipments as they are in JSON."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, quantity, text, timestamp
from bigledger_crm.kernel import ids
from sales.models import SalesOrder, SalesOrderLine, Shipment


class ShipmentLineObject(ApiStruct):
    """How much of an order line went; `itemId` is the order line's."""

    item_id: str
    quantity: Decimal


class ShipmentObject(ApiStruct):
    """Goods that left."""

    id: str
    sales_order_id: str
    shipped_on: str
    method: str | None
    tracking_number: str | None
    items: list[ShipmentLineObject]
    created_by: str
    created_at: str | None


SHIPMENT_COLUMNS = ("id", "order_id", "shipped_on", "method", "tracking_number", "contents", "created_by", "created_at")


def shipment_object(
    pk: UUID,
    order_id: UUID,
    shipped_on: date,
    method: str,
    tracking_number: str,
    contents: Sequence[dict[str, Any]],
    created_by: str,
    created_at: datetime,
) -> ShipmentObject:
    """A shipment from SHIPMENT_COLUMNS."""
    return ShipmentObject(
        id=ids.encode(Shipment.PREFIX, pk),
        sales_order_id=ids.encode(SalesOrder.PREFIX, order_id),
        shipped_on=shipped_on.isoformat(),
        method=text(method),
        tracking_number=text(tracking_number),
        items=[
            ShipmentLineObject(item_id=ids.encode(SalesOrderLine.PREFIX, UUID(line)), quantity=quantity(Decimal(units)))
            for line, units in ((part["line"], part["quantity"]) for part in contents)
        ],
        created_by=created_by,
        created_at=timestamp(created_at),
    )


def show_shipment(shipment: Shipment) -> ShipmentObject:
    """A shipment as `queries.shipments_of` finds it."""
    return shipment_object(*(getattr(shipment, name) for name in SHIPMENT_COLUMNS))
