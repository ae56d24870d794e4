"""Invoices."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, Q, Value, When

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from invoicing.lifecycle import INVOICE
from sales.models import DocumentLine, OwnedDocument, SalesOrder, SalesOrderLine, document_checks, line_checks
from sales.pricing import Range

_AMOUNT = models.DecimalField(max_digits=19, decimal_places=4)
# Until when most invoices are settled.
IN_USUAL_TIME = ExpressionWrapper(F("invoice_date") + Value(120), output_field=models.DateField())
_SETTLED = F("amount_paid") + F("amount_credited") + F("amount_written_off")


class Invoice(OwnedDocument):
    """A demand for payment.

    `amount_paid` is what payments are allocated to it, `amount_credited` what credit notes are, and
    `amount_written_off` what the company gave up; they move under the invoice's lock.  What is due, paid and overdue
    is derived: see rules.standing.  For queries only, the database keeps what of that no clock can
    change: `amount_due`, and `stage`, in which an issued invoice is `open` or `paid`.
    """

    PREFIX = "inv"
    CHANGES_ARE_NOTED = True
    invoice_number = models.CharField(max_length=60)
    number_sort = number_sort_key("invoice_number")
    # What customers quote with a payment: ISO 11649, made with the invoice and never changed.
    payment_reference = models.CharField(max_length=25, editable=False)
    order = CompanyForeignKey(SalesOrder, null=True, related_name="invoices")
    invoice_date = models.DateField()
    due_date = models.DateField()
    status = models.CharField(max_length=20, choices=[(s, s) for s in INVOICE.states], default="draft")
    purchase_order = models.CharField(max_length=100, blank=True)
    issued_at = models.DateTimeField(null=True)
    send_reminders = models.BooleanField(default=False)
    amount_paid = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    amount_credited = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    amount_written_off = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    last_payment_date = models.DateField(null=True)
    amount_due = models.GeneratedField(
        expression=Case(
            When(status="cancelled", then=Value(ZERO)),
            default=F("total") - F("amount_paid") - F("amount_credited") - F("amount_written_off"),
            output_field=_AMOUNT,
        ),
        output_field=_AMOUNT,
        db_persist=True,
    )
    stage = models.GeneratedField(
        expression=Case(
            When(~Q(status="sent"), then=F("status")),
            When(total__gt=_SETTLED, then=Value("open")),
            default=Value("paid"),
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    # When webhooks were told that it is overdue, which is told once.  Whether it is, nothing stores.
    overdue_noted_at = models.DateTimeField(null=True, editable=False)
    cancel_reason = models.CharField(max_length=500, blank=True)
    # What a customer owed when the company began here, with one line.
    is_opening_balance = models.BooleanField(default=False, db_default=False, editable=False)

    OPEN = Q(stage__in=("draft", "open"))

    class Meta(OwnedDocument.Meta):
        constraints = [
            company_key("invoice_company_key"),
            models.UniqueConstraint(fields=["company", "invoice_number"], name="invoice_number_unique"),
            models.UniqueConstraint(fields=["company", "payment_reference"], name="invoice_payment_reference_unique"),
            models.CheckConstraint(
                condition=Q(payment_reference__regex=r"^RF[0-9]{2}[0-9A-Z]{1,21}$"),
                name="invoice_payment_reference_form",
            ),
            # What an opening balance is about was often due before the day of the balance.
            models.CheckConstraint(
                condition=Q(due_date__gte=F("invoice_date")) | Q(is_opening_balance=True),
                name="invoice_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(amount_paid__gte=0, amount_credited__gte=0, amount_written_off__gte=0)
                & Q(total__gte=_SETTLED),
                name="invoice_never_overpaid",
            ),
            models.CheckConstraint(
                condition=Q(status="sent") | Q(amount_paid=0, amount_credited=0, amount_written_off=0),
                name="invoice_paid_only_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", issued_at__isnull=True) | ~Q(status="draft"),
                name="invoice_draft_not_issued",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled") | Q(cancelled_at__isnull=True, cancel_reason=""),
                name="invoice_cancelled_with_reason_only",
            ),
            *document_checks("invoice", INVOICE.states),
        ]
        indexes = [
            # The second day comes last, so that a filter by it needs no look at the rows themselves.
            models.Index(fields=["company", "invoice_date", "id", "due_date"], name="invoice_by_days"),
            models.Index(fields=["company", "due_date", "id"], name="invoice_by_due_date"),
            models.Index(
                fields=["company", "due_date", "id"],
                condition=Q(stage="open", overdue_noted_at=None),
                name="invoice_overdue_untold",
            ),
            # With what a customer's summary and habits are made of.
            models.Index(
                fields=["company", "customer", "invoice_date", "id"],
                include=["status", "stage", "total", "exchange_rate", "due_date", "last_payment_date"],
                name="invoice_of_customer",
            ),
            models.Index(fields=["company", "owner", "invoice_date", "id"], name="invoice_by_owner"),
            models.Index(fields=["company", "number_sort", "id"], name="invoice_by_number"),
            models.Index(fields=["company", "total", "id"], name="invoice_by_total"),
            models.Index(fields=["company", "amount_due", "id"], name="invoice_by_amount_due"),
            # Of open ones by what is due: few rows of all, most of which are paid and have nothing due.
            models.Index(
                fields=["company", "amount_due", "id"], condition=Q(stage="open"), name="invoice_owed_by_amount"
            ),
            # Unpaid ones as lists know them, cancelled ones among them.
            models.Index(
                fields=["company", "due_date", "id"],
                condition=Q(amount_paid=0) & (Q(stage="draft") | Q(stage="open") | Q(stage="cancelled")),
                name="invoice_unpaid",
            ),
            # What a bank transaction may be for.
            models.Index(
                fields=["company", "currency", "amount_due", "id"],
                condition=Q(stage="open"),
                name="invoice_open_by_amount_due",
            ),
            models.Index(fields=["company", "stage", "invoice_date", "id"], name="invoice_by_stage"),
            # What is included is what the figures of home and analytics add up: they read no rows of the table.  Not in
            # the one above, which has to stay the cheapest for lists.
            models.Index(
                fields=["company", "stage", "invoice_date"],
                include=["id", "total", "total_tax", "shipping_cost", "exchange_rate", "customer", "owner"],
                name="invoice_sales_by_day",
            ),
            models.Index(
                fields=["company", "stage", "due_date", "id"],
                include=["amount_due", "exchange_rate"],
                name="invoice_by_standing",
            ),
            models.Index(
                fields=["company", "stage", "last_payment_date"],
                include=["id", "invoice_date", "due_date", "customer", "owner", "currency", "exchange_rate"],
                name="invoice_paid",
            ),
            models.Index(
                fields=["company", "last_payment_date"],
                include=["id", "invoice_date", "due_date", "customer", "owner", "currency", "exchange_rate"],
                condition=Q(stage="paid", last_payment_date__gt=IN_USUAL_TIME),
                name="invoice_paid_late",
            ),
            # How each customer pays.
            models.Index(
                fields=["company", "customer", "last_payment_date"],
                include=["invoice_date", "due_date"],
                condition=Q(stage="paid"),
                name="invoice_paid_by_customer",
            ),
            # What is owed by whom: few rows of all.
            models.Index(
                fields=["company", "due_date"],
                include=["id", "invoice_date", "customer", "owner", "currency", "exchange_rate", "amount_due"],
                condition=Q(stage="open"),
                name="invoice_owed",
            ),
            models.Index(fields=["company", "created_at", "id"], name="invoice_by_creation"),
            models.Index(fields=["company", "order"], name="invoice_by_order"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="invoice_search"),
        ]

    def __str__(self) -> str:
        return self.invoice_number


class InvoiceLine(DocumentLine):
    """A line of an invoice.

    A line that bills part of an order line says which: `billed_ranges` are pairs of quantities [from, to] of the
    order line, as text, and its amounts are those of sales.pricing.price_part over them.
    """

    COMES_WITH = "invoice_id"
    OWNED_THROUGH = ("invoice",)
    PREFIX = "invli"
    invoice = CompanyForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    order_line = CompanyForeignKey(SalesOrderLine, null=True, related_name="invoice_lines")
    billed_ranges = models.JSONField(default=list)

    class Meta(DocumentLine.Meta):
        ordering = ["position"]
        constraints = [company_key("invoiceline_company_key"), *line_checks("invoiceline", "invoice")]
        indexes = [models.Index(fields=["company", "order_line"], name="invoiceline_by_order_line")]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def ranges(self) -> list[Range]:
        """The quantities of the order line that this line bills."""
        return [(Decimal(start), Decimal(end)) for start, end in self.billed_ranges]
