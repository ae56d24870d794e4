"""Payments."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Case, F, Q, Value, When

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from customers.models import Customer
from invoicing.models.invoice import Invoice
from invoicing.rules import PAYMENT_METHODS


def money() -> "models.DecimalField[Any, Any]":
    """An amount of money."""
    return models.DecimalField(max_digits=19, decimal_places=4)


class Payment(CompanyOwnedModel):
    """Money received from a customer, in the customer's currency.  Never edited or deleted; it can be voided.

    `invoice` is the one that it was recorded for, if any; what it settles is told by its allocations.  What is neither
    allocated nor refunded is the customer's credit, `unapplied`.  Both sums move under the payment's lock, and the
    database takes no others than those of the allocations and refunds.  `exchange_rate` is that of the day of the
    payment: company currency per unit.
    """

    OWNED_THROUGH = ("invoice", "customer")
    PREFIX = "pay"
    CHANGES_ARE_NOTED = True
    invoice = CompanyForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="payments")
    customer = CompanyForeignKey(Customer, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    currency = models.CharField(max_length=3)
    exchange_rate = models.DecimalField(max_digits=20, decimal_places=10)
    amount_allocated = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    amount_refunded = models.DecimalField(max_digits=19, decimal_places=4, default=ZERO)
    unapplied = models.GeneratedField(
        expression=Case(
            When(voided_at__isnull=False, then=Value(ZERO)),
            default=F("amount") - F("amount_allocated") - F("amount_refunded"),
            output_field=money(),
        ),
        output_field=money(),
        db_persist=True,
    )
    payment_date = models.DateField()
    payment_method = models.CharField(max_length=20, choices=[(method, method) for method in PAYMENT_METHODS])
    reference = models.CharField(max_length=100, blank=True)
    notes = models.TextField(blank=True)
    account_id = models.CharField(max_length=100, blank=True)
    search_text = models.TextField(editable=False)
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=500, blank=True)
    is_imported = models.BooleanField(default=False, db_default=False, editable=False)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("payment_company_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(exchange_rate__gt=0), name="payment_exchange_rate_positive"),
            models.CheckConstraint(
                condition=Q(amount_allocated__gte=0, amount_refunded__gte=0)
                & Q(amount__gte=F("amount_allocated") + F("amount_refunded")),
                name="payment_never_overspent",
            ),
            models.CheckConstraint(condition=Q(payment_method__in=PAYMENT_METHODS), name="payment_method_known"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=False) | Q(void_reason=""), name="payment_reason_of_void_only"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "payment_date", "id"], name="payment_by_date"),
            models.Index(fields=["company", "invoice"], name="payment_by_invoice"),
            models.Index(fields=["company", "customer", "payment_date", "id"], name="payment_by_customer"),
            models.Index(
                fields=["company", "customer", "payment_date", "id"],
                condition=Q(unapplied__gt=0),
                name="payment_with_credit",
            ),
            models.Index(fields=["company", "payment_method", "payment_date", "id"], name="payment_by_method"),
            models.Index(fields=["company", "amount", "id"], name="payment_by_amount"),
            models.Index(fields=["company", "created_at", "id"], name="payment_by_creation"),
            models.Index(fields=["company", "voided_at", "payment_date", "id"], name="payment_by_voiding"),
            GinIndex(OpClass(F("search_text"), name="gin_trgm_ops"), name="payment_search"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} on {self.payment_date}"

    @property
    def status(self) -> str:
        """`recorded` or `voided`."""
        return "voided" if self.voided_at else "recorded"
