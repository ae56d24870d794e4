"""What settles invoices: allocations of payments and credit notes, refunds of what is left of them, write-offs."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.models.credit_note import CreditNote
from invoicing.models.invoice import IN_USUAL_TIME, Invoice
from invoicing.models.payment import Payment
from invoicing.rules import PAYMENT_METHODS, WRITE_OFF_KINDS

ONE_SOURCE = Q(payment__isnull=False, credit_note__isnull=True) | Q(payment__isnull=True, credit_note__isnull=False)


def _base_amount() -> "models.DecimalField[Any, Any]":
    """An amount in the company's currency: any amount at any exchange rate."""
    return models.DecimalField(max_digits=28, decimal_places=4)


class Allocation(CompanyOwnedModel):
    """Part of a payment, or of a credit note, that settles an invoice; or the reversal of such a part.

    `amount` is in the invoice's currency, the base amounts in the company's: at the rate of the source and at that of
    the invoice.  A reversal has the same amounts below zero and says what it reverses.  Rows are only ever added.
    `is_initial` are those that were made together with their source.  `invoice_date` and `source_date` are the dates of
    the invoice and of the source, which never change: the database fills them in.
    """

    OWNED_THROUGH = ("invoice",)
    PREFIX = "alc"
    payment = CompanyForeignKey(Payment, null=True, related_name="allocations")
    credit_note = CompanyForeignKey(CreditNote, null=True, related_name="allocations")
    invoice = CompanyForeignKey(Invoice, related_name="allocations")
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    source_base_amount = _base_amount()
    invoice_base_amount = _base_amount()
    realized_gain_loss = models.GeneratedField(
        expression=F("source_base_amount") - F("invoice_base_amount"), output_field=_base_amount(), db_persist=True
    )
    allocation_date = models.DateField()
    invoice_date = models.DateField(editable=False)
    source_date = models.DateField(editable=False)
    is_initial = models.BooleanField(default=False)
    reverses = CompanyForeignKey("invoicing.Allocation", null=True, related_name="reversals")
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("allocation_company_key"),
            models.UniqueConstraint(fields=["company", "reverses"], name="allocation_reversed_once"),
            models.CheckConstraint(condition=ONE_SOURCE, name="allocation_of_one_source"),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True, amount__gt=0) | Q(reverses__isnull=False, amount__lt=0),
                name="allocation_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "payment", "id"], name="allocation_by_payment"),
            models.Index(fields=["company", "credit_note", "id"], name="allocation_by_credit_note"),
            models.Index(fields=["company", "invoice", "id"], name="allocation_by_invoice"),
            # What was settled after a day, for balances at its end: of invoices until then, and of what was paid or
            # credited until then, which are few.  So are those that settle an invoice after more than 120 days.
            models.Index(
                fields=["company", "allocation_date"],
                include=["invoice_date", "invoice", "amount"],
                name="allocation_by_days",
            ),
            models.Index(
                fields=["company", "allocation_date"],
                include=["invoice_date", "invoice", "amount"],
                condition=Q(allocation_date__gt=IN_USUAL_TIME),
                name="allocation_late",
            ),
            models.Index(
                fields=["company", "allocation_date"],
                include=["source_date", "payment", "credit_note", "amount"],
                condition=Q(allocation_date__gt=F("source_date")),
                name="allocation_after_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.allocation_date}"


class Refund(CompanyOwnedModel):
    """Money given back to a customer of what is left of a payment or of a credit note.  Never changed, but voided once.

    `amount` is in the currency of its source, `base_amount` in the company's at the source's rate.
    """

    OWNED_THROUGH = ("payment", "credit_note")
    PREFIX = "rf"
    payment = CompanyForeignKey(Payment, null=True, related_name="refunds")
    credit_note = CompanyForeignKey(CreditNote, null=True, related_name="refunds")
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    base_amount = _base_amount()
    refund_date = models.DateField()
    payment_method = models.CharField(max_length=20, choices=[(method, method) for method in PAYMENT_METHODS])
    reference = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    voided_at = models.DateTimeField(null=True)
    void_date = models.DateField(null=True)
    void_reason = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("refund_company_key"),
            models.CheckConstraint(condition=ONE_SOURCE, name="refund_of_one_source"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(condition=Q(payment_method__in=PAYMENT_METHODS), name="refund_method_known"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, void_date__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, void_date__isnull=False),
                name="refund_voided_with_day",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "payment", "id"], name="refund_by_payment"),
            models.Index(fields=["company", "credit_note", "id"], name="refund_by_credit_note"),
            models.Index(fields=["company", "refund_date", "id"], name="refund_by_date"),
            models.Index(fields=["company", "created_at", "id"], name="refund_by_creation"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.refund_date}"

    @property
    def status(self) -> str:
        """`recorded` or `voided`."""
        return "voided" if self.voided_at else "recorded"

    @property
    def source(self) -> Payment | CreditNote:
        """What the money is given back of."""
        source: Payment | CreditNote = self.payment or self.credit_note
        return source


class WriteOff(CompanyOwnedModel):
    """What the company gives up of an invoice, in its currency.  Never changed, but reversed once.

    `base_amount` is in the company's currency, at the invoice's rate.
    """

    OWNED_THROUGH = ("invoice",)
    PREFIX = "wo"
    invoice = CompanyForeignKey(Invoice, related_name="write_offs")
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    base_amount = _base_amount()
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in WRITE_OFF_KINDS])
    reason = models.CharField(max_length=500, blank=True)
    write_off_date = models.DateField()
    reversed_at = models.DateTimeField(null=True)
    reversal_date = models.DateField(null=True)
    reversal_reason = models.CharField(max_length=500, blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("writeoff_company_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="writeoff_amount_positive"),
            models.CheckConstraint(condition=Q(kind__in=WRITE_OFF_KINDS), name="writeoff_kind_known"),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversal_date__isnull=True, reversal_reason="")
                | Q(reversed_at__isnull=False, reversal_date__isnull=False),
                name="writeoff_reversed_with_day",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "invoice", "id"], name="writeoff_by_invoice"),
            models.Index(fields=["company", "write_off_date", "id"], name="writeoff_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.write_off_date}"

    @property
    def status(self) -> str:
        """`written_off` or `reversed`."""
        return "reversed" if self.reversed_at else "written_off"
