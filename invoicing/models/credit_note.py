"""Credit notes."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from invoicing.models.invoice import Invoice, InvoiceLine
from invoicing.models.payment import money
from sales.models import DocumentLine, SaleDocument, amount_checks, line_checks
from sales.pricing import Range


class CreditNote(SaleDocument):
    """What is credited of an issued invoice: parts of its lines and of its shipping cost; or goodwill without one.

    It is issued when it is made and never changes; parties, currency and exchange rate are the invoice's.  What is
    neither allocated to invoices nor refunded is the customer's credit, `unapplied`, as of a payment.
    """

    OWNED_THROUGH = ("invoice", "customer")
    PREFIX = "cn"
    CHANGES_ARE_NOTED = True
    credit_note_number = models.CharField(max_length=60)
    number_sort = number_sort_key("credit_note_number")
    invoice = CompanyForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="credit_notes")
    credit_note_date = models.DateField()
    amount_allocated = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    amount_refunded = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    unapplied = models.GeneratedField(
        expression=F("total") - F("amount_allocated") - F("amount_refunded"), output_field=money(), db_persist=True
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta(SaleDocument.Meta):
        constraints = [
            company_key("creditnote_company_key"),
            models.UniqueConstraint(fields=["company", "credit_note_number"], name="creditnote_number_unique"),
            *amount_checks("creditnote"),
            models.CheckConstraint(
                condition=Q(amount_allocated__gte=0, amount_refunded__gte=0)
                & Q(total__gte=F("amount_allocated") + F("amount_refunded")),
                name="creditnote_never_overspent",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False) | ~Q(reason=""), name="creditnote_goodwill_has_reason"
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "credit_note_date", "id"],
                include=[
                    "total",
                    "total_tax",
                    "shipping_cost",
                    "exchange_rate",
                    "customer",
                    "invoice",
                ],  # what analytics adds up
                name="creditnote_sales_by_day",
            ),
            models.Index(fields=["company", "created_at", "id"], name="creditnote_by_creation"),
            models.Index(fields=["company", "number_sort", "id"], name="creditnote_by_number"),
            models.Index(fields=["company", "total", "id"], name="creditnote_by_total"),
            models.Index(fields=["company", "invoice", "credit_note_date", "id"], name="creditnote_by_invoice"),
            models.Index(fields=["company", "customer", "credit_note_date", "id"], name="creditnote_by_customer"),
            models.Index(
                fields=["company", "customer", "credit_note_date", "id"],
                condition=Q(unapplied__gt=0),
                name="creditnote_with_credit",
            ),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="creditnote_search"),
        ]

    def __str__(self) -> str:
        return self.credit_note_number


class CreditNoteLine(DocumentLine):
    """What is credited of a line of an invoice.

    `credited_ranges` are pairs of quantities [from, to] of that line, as text; its amounts are those that the invoice
    line has over them, so that parts add up to the line to the last cent.  A line of goodwill takes back no line.
    """

    OWNED_THROUGH = ("credit_note",)
    PREFIX = "cnli"
    credit_note = CompanyForeignKey(CreditNote, on_delete=models.PROTECT, related_name="lines")
    invoice_line = CompanyForeignKey(InvoiceLine, null=True, on_delete=models.PROTECT, related_name="credit_lines")
    credited_ranges = models.JSONField(default=list)

    class Meta(DocumentLine.Meta):
        ordering = ["position"]
        constraints = [company_key("creditnoteline_company_key"), *line_checks("creditnoteline", "credit_note")]
        indexes = [models.Index(fields=["company", "invoice_line"], name="creditnoteline_by_invoice_line")]

    def __str__(self) -> str:
        return f"{self.position}. {self.description}"

    @property
    def ranges(self) -> list[Range]:
        """The quantities of the invoice line that this line takes back."""
        return [(Decimal(start), Decimal(end)) for start, end in self.credited_ranges]
