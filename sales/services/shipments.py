"""Shipping an order, whole or in part."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData, field_error, under
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from sales import rules
from sales.errors import OrderAlreadyShipped, OrderNotConfirmed, QuantityExceedsRemaining
from sales.inputs import QuantityInput
from sales.models import SalesOrder, SalesOrderLine, Shipment, ShipmentLine
from sales.queries import lock_order, order_lines
from sales.services.order_history import record_transition
from sales.services.shared.quantities import QuantityMessages, requested_quantities

_WANTED = QuantityMessages("items", "Shipment", "Sales order item", QuantityExceedsRemaining)


@transaction.atomic
def ship_order(
    actor: Actor,
    order: SalesOrder,
    *,
    items: Sequence[QuantityInput] | None = None,
    shipped_on: date | None = None,
    method: str = "",
    tracking_number: str = "",
) -> Shipment:
    """Ships the given `items` (`soi_…`) of a confirmed order, or all that remains.

    The order is shipped when nothing of its goods remains, and shows the method and tracking number that are given.
    Raises OrderNotConfirmed, OrderAlreadyShipped, QuantityExceedsRemaining, InvalidData, NotFound.
    """
    stored = lock_order(order.pk)
    detail = [{"salesOrderId": stored.public_id, "status": stored.status}]
    if stored.status in ("shipped", "delivered"):
        raise OrderAlreadyShipped(f"Order {stored.order_number} has already been shipped in full", details=detail)
    if stored.status != "confirmed":
        raise OrderNotConfirmed(f"Only a confirmed order can be shipped; this one is {stored.status}", details=detail)
    day = shipped_on or actor.today()
    given = {"method": text.clean_line(method), "tracking_number": text.clean_line(tracking_number)}
    too_long = "At most 100 characters are allowed"
    errors = [error for name in given for error in field_error(name, too_long if len(given[name]) > 100 else None)]
    errors += field_error("shipped_on", rules.check_shipped_on(day, stored.order_date, actor.today()))
    if errors:
        raise InvalidData("Shipment", errors)
    lines = list(order_lines(stored))
    left = {line.public_id: line.to_ship for line in lines}
    remaining = {key: quantity for key, quantity in left.items() if quantity > 0}
    if not remaining:
        message = f"Order {stored.order_number} contains only services: there is nothing to ship"
        raise OrderAlreadyShipped(message, details=detail)
    _refuse_services(items or (), lines)
    quantities = remaining if items is None else requested_quantities(items, left, _WANTED)
    stored.shipping_method = given["method"] or stored.shipping_method
    stored.tracking_number = given["tracking_number"] or stored.tracking_number
    stored.updated_at = clock.now()
    stored.save(update_fields=["shipping_method", "tracking_number", "updated_at"])
    shipment = insert_shipment(actor, stored, lines, quantities, day)
    if quantities == remaining:
        record_transition(actor, stored, "shipped")
    return shipment


def _refuse_services(items: Sequence[QuantityInput], lines: Sequence[SalesOrderLine]) -> None:
    services = {line.public_id for line in lines if line.type == "service"}
    errors = [
        error
        for index, part in enumerate(items)
        if part.item_id in services
        for error in under(field_error("item_id", "Services cannot be shipped"), "items", index)
    ]
    if errors:
        raise InvalidData("Shipment", errors)


def insert_shipment(
    actor: Actor, order: SalesOrder, lines: Sequence[SalesOrderLine], quantities: Mapping[str, Decimal], day: date
) -> Shipment:
    """A shipment of so much of each line, by its `soi_…` id; for the transaction that holds the order's lock."""
    shipment = Shipment.objects.create(
        company=actor.company,
        order=order,
        shipped_on=day,
        method=order.shipping_method,
        tracking_number=order.tracking_number,
        created_by=actor.id,
        created_at=clock.now(),
    )
    moved = [line for line in lines if line.public_id in quantities]
    ShipmentLine.objects.bulk_create(
        ShipmentLine(company=actor.company, shipment=shipment, order_line=line, quantity=quantities[line.public_id])
        for line in moved
    )
    for line in moved:
        line.shipped_quantity += quantities[line.public_id]
    SalesOrderLine.objects.bulk_update(moved, ["shipped_quantity"])
    note = " ".join(filter(None, [shipment.method, shipment.tracking_number]))
    record(actor, "shipment.created", shipment.pk, order.pk, order.customer_id, note=note)
    return shipment


def ship_the_rest(actor: Actor, order: SalesOrder) -> None:
    """Ships what remains today; for the transaction that holds the order's lock.  Raises InvalidData."""
    if early := rules.check_shipped_on(actor.today(), order.order_date, actor.today()):
        raise InvalidData("Shipment", field_error("shipped_on", early))
    lines = list(order_lines(order))
    left = {line.public_id: line.to_ship for line in lines}
    remaining = {key: quantity for key, quantity in left.items() if quantity > 0}
    if remaining:
        insert_shipment(actor, order, lines, remaining, actor.today())
