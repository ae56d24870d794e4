"""What is done with an order: cancelling, copying and shipping it."""

from functools import cached_property

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.kernel.errors import InvalidStatusTransition
from sales.api.inputs import ReasonInput
from sales.api.order_objects import OrderObject, order_object
from sales.api.order_views import OrderView
from sales.api.part_inputs import ShipmentInput
from sales.api.shipment_objects import SHIPMENT_COLUMNS, ShipmentObject, shipment_object, show_shipment
from sales.errors import OrderAlreadyShipped, OrderNotConfirmed, QuantityExceedsRemaining
from sales.queries import shipment_by_public_id, shipments_of
from sales.services import change_order_status, duplicate_order, ship_order


class OrderCancel(OrderView):
    """Cancelling an order."""

    @operation(gives=OrderObject, takes=ReasonInput, refuses=(InvalidStatusTransition,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Cancels an order of which nothing is shipped or invoiced."""
        self.no_parameters()
        reason = self.input(ReasonInput, "Sales order", optional=True).get("reason", "")
        return single(self.show(change_order_status(self.actor, self.row, "cancelled", note=reason)))


class OrderDuplicate(OrderView):
    """Copying an order."""

    @operation(gives=OrderObject, status=201)
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes a new draft of today with the same lines and prices."""
        self.no_parameters()
        copy = duplicate_order(self.actor, self.row)
        return self.created(order_object(copy), f"/sales-orders/{copy.public_id}")


class OrderShipments(OrderView):
    """What has been shipped of an order; a new shipment."""

    listing = Listing(
        row=ShipmentObject,
        columns=SHIPMENT_COLUMNS,
        sorts={"createdAt": by_time("created_at"), "shippedOn": by_day("shipped_on")},
        default_sort="createdAt",
    )

    @operation(gives=ShipmentObject)
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A page of an order's shipments."""
        return self.list_page(shipments_of(self.row), shipment_object)

    @operation(
        gives=ShipmentObject,
        takes=ShipmentInput,
        status=201,
        refuses=(OrderNotConfirmed, OrderAlreadyShipped, QuantityExceedsRemaining),
    )
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Ships lines of a confirmed order, in part or all that remains."""
        self.no_parameters()
        order = self.row
        values = self.input(ShipmentInput, "Shipment", optional=True)
        shipment = ship_order(self.actor, order, **values)
        shown = show_shipment(shipment_by_public_id(order, shipment.public_id))
        return self.created(shown, f"/sales-orders/{public_id}/shipments/{shipment.public_id}")


class OrderShipment(OrderView):
    """One shipment of an order."""

    @cached_property
    def shipment(self) -> ShipmentObject:
        """The shipment of the path."""
        return show_shipment(shipment_by_public_id(self.row, self.kwargs["shipment_id"]))

    @operation(gives=ShipmentObject)
    def get(self, request: HttpRequest, public_id: str, shipment_id: str) -> HttpResponse:
        """One shipment."""
        self.no_parameters()
        return single(self.shipment)
