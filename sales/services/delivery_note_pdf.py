"""The PDF of a delivery note."""

from typing import Any

from django.db.models import Q, QuerySet, Sum

from bigledger_crm.documents.formatting import short
from bigledger_crm.documents.services import RenderedPdf, render_unstored
from bigledger_crm.kernel.money import plain_number
from bigledger_crm.tenancy.actor import Actor
from sales.models import Shipment
from sales.services.shared.print_context import base_context, customer_on


def render_delivery_note_pdf(actor: Actor, shipment: Shipment) -> RenderedPdf:
    """The delivery note of a shipment, as PDF."""
    return render_unstored(delivery_note_context(actor, shipment), shipment.created_at)


def delivery_note_number(shipment: Shipment) -> str:
    """The order's number and which of its shipments it is, such as `SO-2024-0001/2`."""
    return f"{shipment.order.order_number}/{_until(shipment).count()}"


def _until(shipment: Shipment) -> "QuerySet[Shipment]":
    """The shipments of the order up to this one."""
    found: QuerySet[Shipment] = shipment.order.shipments.filter(
        Q(created_at__lt=shipment.created_at) | Q(pk=shipment.pk)
    )
    return found


def delivery_note_context(actor: Actor, shipment: Shipment) -> dict[str, Any]:
    """What the PDF of the shipment says: what left, of what was ordered, without prices."""
    order, earlier = shipment.order, _until(shipment)
    before = Q(order_line__shipment_lines__shipment__in=earlier.values("pk"))
    lines = shipment.lines.select_related("order_line").annotate(
        so_far=Sum("order_line__shipment_lines__quantity", filter=before)
    )
    head = base_context(
        actor.company,
        order.customer,
        {**customer_on(order), "billing_address": order.shipping_address or order.billing_address},
        kind="delivery_note",
        title="Delivery note",
        number=delivery_note_number(shipment),
        currency=order.currency,
        dates=[("Shipped on", shipment.shipped_on), ("Order date", order.order_date)],
        references=[
            ("Our order", order.order_number),
            ("Your reference", order.reference),
            ("Carrier", shipment.method),
            ("Tracking number", shipment.tracking_number),
        ],
    )
    rows = [
        {
            "text": line.order_line.description,
            "aside": " · ".join(filter(None, (line.order_line.item_code, line.order_line.unit))),
            "figures": [
                short(plain_number(figure))
                for figure in (line.order_line.quantity, line.quantity, line.order_line.quantity - line.so_far)
            ],
        }
        for line in lines.order_by("order_line__position")
    ]
    table = {"columns": ["Ordered", "Delivered", "Outstanding"], "rows": rows}
    return {**head, "table": table, "notes": order.notes}
