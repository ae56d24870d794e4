"""The resource of sales orders; invoicing adds the action that makes an invoice."""

from typing import Any

import msgspec
from django.db.models import OuterRef, Q, Subquery, Sum
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.attachments import objects_by_document
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_rank, by_text, by_time
from bigledger_crm.api.pdf import PdfMixin
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.custom_fields.api.listing import CustomFieldsMixin
from bigledger_crm.custom_fields.errors import CustomFieldTaken
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.documents.services import RenderedPdf
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.outbox.errors import EmailLimitReached
from customers.api.locking import CustomerFirstMixin
from sales.api.attachment_views import AttachmentsMixin
from sales.api.bulk import DocumentBulkMixin
from sales.api.document_responses import delivery_object, lines_of
from sales.api.email_inputs import SendInput, email_options
from sales.api.inputs import OrderInput, OrderUpdate, ReasonInput, StatusInput
from sales.api.order_responses import (
    ORDER_COLUMNS,
    OrderObject,
    OrderRow,
    SentOrder,
    order_line_object,
    order_object,
    order_row,
)
from sales.api.part_inputs import ShipmentInput
from sales.api.shipment_responses import SHIPMENT_COLUMNS, ShipmentObject, shipment_object, show_shipment
from sales.errors import (
    CreditLimitExceeded,
    CustomerBlocked,
    DiscountExceedsLimit,
    OrderAlreadyShipped,
    OrderNotConfirmed,
    OrderNotEditable,
    QuantityExceedsRemaining,
)
from sales.filters import OrderFilters
from sales.models import SalesOrder, SalesOrderLine
from sales.queries import (
    order_by_public_id,
    order_status_ranks,
    priority_ranks,
    shipment_by_public_id,
    shipments_of,
)
from sales.services import (
    change_order_status,
    create_order,
    duplicate_order,
    render_order_pdf,
    send_order,
    ship_order,
    update_order,
)

ORDER_SORTS = {
    "orderNumber": by_text("number_sort"),
    "orderDate": by_day("order_date"),
    "requiredDate": by_day("required_date", nullable=True),
    "total": by_number("total"),
    "status": by_rank(order_status_ranks, "order_date"),
    "priority": by_rank(priority_ranks, "order_date"),
    "createdAt": by_time("created_at"),
}


SHIPMENTS = Listing(
    row=ShipmentObject,
    columns=SHIPMENT_COLUMNS,
    sorts={"createdAt": by_time("created_at"), "shippedOn": by_day("shipped_on")},
    default_sort="createdAt",
)


class BaseOrderViewSet(CustomerFirstMixin, ApiViewSet):
    """What every URL of one order needs; invoicing has one too."""

    resource = "sales-orders"

    def get_object(self) -> SalesOrder:
        """The order of the path."""
        return order_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: SalesOrder) -> OrderObject:
        """The whole order."""
        return order_object(row, fields_for(self.actor, "sales-orders"))


class OrderViewSet(CustomFieldsMixin, DocumentBulkMixin, AttachmentsMixin, PdfMixin, BaseOrderViewSet):
    """Sales orders."""

    custom_fields_of = "sales-orders"
    listing = Listing(
        row=OrderRow,
        columns=ORDER_COLUMNS,
        sorts=ORDER_SORTS,
        default_sort="orderDate",
        filters=OrderFilters,
        expand={"items": lines_of(SalesOrderLine, "order", order_line_object), "attachments": objects_by_document},
    )
    expands = ("items", "attachments")
    kind = "order"
    noun = "Sales order"
    row_input = OrderInput

    @extend_schema(responses=Answer(OrderRow))
    def list(self, request: Request) -> Response:
        """A page of orders."""
        lines = SalesOrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        orders = SalesOrder.objects.annotate(
            ordered=Subquery(lines.annotate(sum=Sum("quantity", filter=Q(type="goods"))).values("sum")),
            shipped=Subquery(lines.annotate(sum=Sum("shipped_quantity")).values("sum")),
        )
        return self.page(orders, order_row(self.custom_fields))

    @extend_schema(
        request=OrderInput, responses=Answer(OrderObject, 201, refuses=[DiscountExceedsLimit, CustomFieldTaken])
    )
    def create(self, request: Request) -> Response:
        """A new draft of an order."""
        return self.created(create_order(self.actor, self.input(OrderInput, self.noun)))

    @extend_schema(responses=Answer(OrderObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One order."""
        return self.one()

    @extend_schema(
        request=OrderUpdate,
        responses=Answer(OrderObject, refuses=[OrderNotEditable, DiscountExceedsLimit, CustomFieldTaken]),
    )
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the given fields: any of a draft, and how an agreed order is carried out."""
        order = self.get_object()
        values = self.input(OrderUpdate, self.noun, document=order)
        return single(self.serialize(update_order(self.actor, order, values)))

    partial_update = update

    @extend_schema(
        request=StatusInput,
        responses=Answer(OrderObject, refuses=[InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded]),
    )
    @action(detail=True, methods=["patch"])
    def status(self, request: Request, public_id: str) -> Response:
        """Moves the order along its lifecycle."""
        values = self.input(StatusInput, self.noun)
        order = change_order_status(
            self.actor,
            self.get_object(),
            values.get("status", ""),
            note=values.get("notes", ""),
            override_credit_limit=values.get("override_credit_limit", False),
        )
        return single(self.serialize(order))

    @extend_schema(request=SendInput, responses=Answer(SentOrder, refuses=[OrderNotConfirmed, EmailLimitReached]))
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        """Queues the email with the confirmation of an agreed order, as it is now."""
        message = email_options(self.input(SendInput, "Email", optional=True))
        order, email = send_order(self.actor, self.get_object(), message)
        shown = msgspec.structs.asdict(self.serialize(order))
        return single(SentOrder(**shown, delivery=delivery_object(email)))

    @extend_schema(request=ReasonInput, responses=Answer(OrderObject, refuses=[InvalidStatusTransition]))
    @action(detail=True, methods=["post"], verb="cancel")
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancels an order of which nothing is shipped or invoiced."""
        reason = self.input(ReasonInput, self.noun, optional=True).get("reason", "")
        return single(self.serialize(change_order_status(self.actor, self.get_object(), "cancelled", note=reason)))

    @extend_schema(responses=Answer(OrderObject, 201))
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, public_id: str) -> Response:
        """Makes a new draft of today with the same lines and prices."""
        return self.created(duplicate_order(self.actor, self.get_object()))

    @extend_schema(responses=Answer(ShipmentObject))
    @action(detail=True, listing=SHIPMENTS)
    def shipments(self, request: Request, public_id: str) -> Response:
        """A page of an order's shipments."""
        return self.page(shipments_of(self.get_object()), shipment_object)

    @extend_schema(
        request=ShipmentInput,
        responses=Answer(
            ShipmentObject, 201, refuses=[OrderNotConfirmed, OrderAlreadyShipped, QuantityExceedsRemaining]
        ),
    )
    @shipments.mapping.post
    def ship(self, request: Request, public_id: str) -> Response:
        """Ships lines of a confirmed order, in part or all that remains."""
        order = self.get_object()
        shipment = ship_order(self.actor, order, **self.input(ShipmentInput, "Shipment", optional=True))
        shown = show_shipment(shipment_by_public_id(order, shipment.public_id))
        return created(shown, f"/sales-orders/{public_id}/shipments/{shipment.public_id}")

    @extend_schema(responses=Answer(ShipmentObject))
    @action(detail=True, url_path="shipments/<str:shipment_id>")
    def shipment(self, request: Request, public_id: str, shipment_id: str) -> Response:
        """One shipment."""
        return single(show_shipment(shipment_by_public_id(self.get_object(), shipment_id)))

    def created(self, order: SalesOrder) -> Response:
        """The answer of a new order."""
        return created(self.serialize(order), f"/sales-orders/{order.public_id}")

    def create_row(self, values: Any) -> OrderObject:
        """One draft of many."""
        return self.serialize(create_order(self.actor, values))

    def render_pdf(self, row: SalesOrder) -> RenderedPdf:
        """The PDF of what the order says now."""
        return render_order_pdf(self.actor, row)
