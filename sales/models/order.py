"""Sales orders and what has been shipped of them."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from sales.lifecycle import ORDER
from sales.models.document import DocumentLine, OwnedDocument, document_checks, line_checks
from sales.models.quote import Quote
from sales.rules import PRIORITIES


class SalesOrder(OwnedDocument):
    """What a customer ordered.  At most one order comes from a quote."""

    PREFIX = "so"
    CHANGES_ARE_NOTED = True
    order_number = models.CharField(max_length=60)
    number_sort = number_sort_key("order_number")
    quote = CompanyForeignKey(Quote, null=True, related_name="orders")
    order_date = models.DateField()
    required_date = models.DateField(null=True)
    promised_date = models.DateField(null=True)
    status = models.CharField(max_length=20, choices=[(s, s) for s in ORDER.states], default="draft")
    priority = models.CharField(max_length=10, choices=[(p, p) for p in PRIORITIES], default="normal")
    shipping_method = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    estimated_delivery = models.DateField(null=True)
    # What issued invoices of the order come to; invoicing tells it, for the customer's credit.
    issued_total = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)

    OPEN = Q(status__in=("draft", "confirmed", "shipped"))

    class Meta(OwnedDocument.Meta):
        constraints = [
            company_key("salesorder_company_key"),
            models.UniqueConstraint(fields=["company", "order_number"], name="salesorder_number_unique"),
            models.UniqueConstraint(
                fields=["company", "quote"], condition=Q(quote__isnull=False), name="salesorder_one_per_quote"
            ),
            models.CheckConstraint(condition=Q(priority__in=PRIORITIES), name="salesorder_priority_known"),
            *document_checks("salesorder", ORDER.states),
        ]
        indexes = [
            # The second day comes last, so that a filter by it needs no look at the rows themselves.
            models.Index(fields=["company", "order_date", "id", "required_date"], name="salesorder_by_days"),
            # With what a customer's summary counts by: it reads no rows of the table.
            models.Index(
                fields=["company", "customer", "order_date", "id"], include=["status"], name="salesorder_of_customer"
            ),
            models.Index(fields=["company", "status", "order_date", "id"], name="salesorder_by_status"),
            # What the funnel adds up of orders without a quote.
            models.Index(
                fields=["company", "order_date"],
                include=["status", "total", "exchange_rate"],
                condition=Q(quote=None),
                name="salesorder_direct",
            ),
            models.Index(fields=["company", "priority", "order_date", "id"], name="salesorder_by_priority"),
            models.Index(fields=["company", "required_date", "id"], name="salesorder_by_required_date"),
            models.Index(fields=["company", "owner", "order_date", "id"], name="salesorder_by_owner"),
            models.Index(fields=["company", "number_sort", "id"], name="salesorder_by_number"),
            models.Index(fields=["company", "total", "id"], name="salesorder_by_total"),
            models.Index(fields=["company", "created_at", "id"], name="salesorder_by_creation"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="salesorder_search"),
        ]

    def __str__(self) -> str:
        return self.order_number


class SalesOrderLine(DocumentLine):
    """A line of an order, with how much of it is shipped and invoiced."""

    COMES_WITH = "order_id"
    OWNED_THROUGH = ("order",)
    PREFIX = "soi"
    order = CompanyForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="lines")
    shipped_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)
    invoiced_quantity = models.DecimalField(max_digits=18, decimal_places=6, default=ZERO)

    class Meta(DocumentLine.Meta):
        ordering = ["position"]
        constraints = [
            company_key("salesorderline_company_key"),
            *line_checks("salesorderline", "order"),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=0, shipped_quantity__lte=F("quantity")),
                name="salesorderline_shipped_at_most_ordered",
            ),
            models.CheckConstraint(
                condition=Q(type="goods") | Q(shipped_quantity=0), name="salesorderline_no_service_is_shipped"
            ),
            models.CheckConstraint(
                condition=Q(invoiced_quantity__gte=0, invoiced_quantity__lte=F("quantity")),
                name="salesorderline_invoiced_at_most_ordered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def to_ship(self) -> Decimal:
        """How much is still to be shipped; nothing of a service."""
        return self.quantity - self.shipped_quantity if self.type == "goods" else ZERO


class OrderStatusChange(CompanyOwnedModel):
    """One step in an order's life, with who took it and why.  Never changed: the database refuses it."""

    OWNED_THROUGH = ("order",)
    order = CompanyForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20)
    to_status = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    changed_by = models.CharField(max_length=40)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        ordering = ["changed_at", "id"]
        indexes = [models.Index(fields=["company", "order"], name="orderstatuschange_by_order")]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class Shipment(CompanyOwnedModel):
    """Goods that left for a customer."""

    OWNED_THROUGH = ("order",)
    PREFIX = "ship"
    order = CompanyForeignKey(SalesOrder, on_delete=models.PROTECT, related_name="shipments")
    shipped_on = models.DateField()
    method = models.CharField(max_length=100, blank=True)
    tracking_number = models.CharField(max_length=100, blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [company_key("shipment_company_key")]
        indexes = [
            models.Index(fields=["company", "order"], name="shipment_by_order"),
            models.Index(fields=["company", "shipped_on", "id"], name="shipment_by_day"),
        ]

    def __str__(self) -> str:
        return f"Shipment of {self.shipped_on}"


class ShipmentLine(CompanyOwnedModel):
    """How much of an order line a shipment holds."""

    OWNED_THROUGH = ("shipment",)
    shipment = CompanyForeignKey(Shipment, on_delete=models.PROTECT, related_name="lines")
    order_line = CompanyForeignKey(SalesOrderLine, on_delete=models.PROTECT, related_name="shipment_lines")
    quantity = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "shipment", "order_line"], name="shipmentline_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="shipmentline_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity}"
