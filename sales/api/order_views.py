"""The addresses of sales orders; invoicing adds the one that makes an invoice."""

from django.db.models import OuterRef, Q, Subquery, Sum
from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.attachments import objects_by_document
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_number, by_rank, by_text, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from bigledger_crm.kernel.errors import InvalidStatusTransition
from sales.api.inputs import OrderInput, OrderUpdate, StatusInput
from sales.api.objects import lines_of
from sales.api.order_objects import ORDER_COLUMNS, OrderObject, OrderRow, order_line_object, order_object, order_row
from sales.errors import CreditLimitExceeded, CustomerBlocked, OrderNotEditable
from sales.filters import OrderFilters
from sales.models import SalesOrder, SalesOrderLine
from sales.queries import order_by_public_id, order_status_ranks, priority_ranks
from sales.services import change_order_status, create_order, update_order

ORDER_SORTS = {
    "orderNumber": by_text("number_sort"),
    "orderDate": by_day("order_date"),
    "requiredDate": by_day("required_date", nullable=True),
    "total": by_number("total"),
    "status": by_rank(order_status_ranks, "order_date"),
    "priority": by_rank(priority_ranks, "order_date"),
    "createdAt": by_time("created_at"),
}


class OrderList(ApiView):
    """All orders; a new order."""

    resource = "sales-orders"
    listing = Listing(
        row=OrderRow,
        columns=ORDER_COLUMNS,
        sorts=ORDER_SORTS,
        default_sort="orderDate",
        filters=OrderFilters,
        expand={"items": lines_of(SalesOrderLine, "order", order_line_object), "attachments": objects_by_document},
    )

    @operation(gives=OrderRow)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of orders."""
        lines = SalesOrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        orders = SalesOrder.objects.annotate(
            ordered=Subquery(lines.annotate(sum=Sum("quantity", filter=Q(type="goods"))).values("sum")),
            shipped=Subquery(lines.annotate(sum=Sum("shipped_quantity")).values("sum")),
        )
        return self.list_page(orders, order_row)

    @operation(gives=OrderObject, takes=OrderInput, status=201)
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new draft of an order."""
        self.no_parameters()
        order = create_order(self.actor, self.input(OrderInput, "Sales order"))
        return self.created(order_object(order), f"/sales-orders/{order.public_id}")


class OrderView(ObjectView[SalesOrder]):
    """At one order."""

    resource = "sales-orders"

    def find(self, public_id: str) -> SalesOrder:
        """The order of the path."""
        return order_by_public_id(public_id)

    def show(self, row: SalesOrder) -> OrderObject:
        """The whole order."""
        return order_object(row)


class OrderDetail(SingleView[SalesOrder], OrderView):
    """One order."""

    expands = ("items", "attachments")

    @operation(gives=OrderObject, takes=OrderUpdate, refuses=(OrderNotEditable,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the given fields: any of a draft, and how an agreed order is carried out."""
        self.no_parameters()
        return single(self.show(update_order(self.actor, self.row, self.input(OrderUpdate, "Sales order"))))

    patch = put


class OrderStatus(OrderView):
    """The state of an order."""

    @operation(
        gives=OrderObject,
        takes=StatusInput,
        refuses=(InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded),
    )
    def patch(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Moves the order along its lifecycle."""
        self.no_parameters()
        values = self.input(StatusInput, "Sales order")
        order = change_order_status(
            self.actor,
            self.row,
            values.get("status", ""),
            note=values.get("notes", ""),
            override_credit_limit=values.get("override_credit_limit", False),
        )
        return single(self.show(order))
