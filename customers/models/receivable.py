"""The receivables ledger."""

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel
from customers.models.customer import Customer

RAISING = ("invoice", "void", "refund", "write_off_reversal")
LOWERING = ("payment", "credit_note", "cancellation", "write_off", "refund_void")
ENTRY_KINDS = (*RAISING, *LOWERING)


class ReceivableEntry(CompanyOwnedModel):
    """One change of what a customer owes, in the customer's currency.  Never changed: the database refuses it.

    `amount` adds to the balance, `sales_amount` to the sales: an invoice adds to both, a payment takes off the
    balance only, as a write-off does, and a refund adds to it again.  A document posts at most one entry of each kind.
    """

    OWNED_THROUGH = ("customer",)
    PREFIX = "rcv"
    customer = CompanyForeignKey(Customer, related_name="receivable_entries")
    kind = models.CharField(max_length=20)
    amount = models.DecimalField(max_digits=19, decimal_places=4)
    sales_amount = models.DecimalField(max_digits=19, decimal_places=4)
    currency = models.CharField(max_length=3)
    entry_date = models.DateField()
    document_id = models.UUIDField()
    document_number = models.CharField(max_length=60)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "receivable entries"
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "document_id"], name="receivableentry_once"),
            models.CheckConstraint(condition=Q(kind__in=ENTRY_KINDS), name="receivableentry_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=RAISING, amount__gte=0) | Q(kind__in=LOWERING, amount__lte=0),
                name="receivableentry_sign",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "customer", "entry_date", "id"], name="receivableentry_by_customer"),
            # The only days of withdrawals: documents say no more than that they were withdrawn.
            models.Index(
                fields=["company", "entry_date"],
                include=["kind", "document_id"],
                condition=Q(kind="cancellation") | Q(kind="void"),
                name="receivableentry_withdrawals",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.document_number} {self.amount} {self.currency}"
