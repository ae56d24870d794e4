"""What bank transactions are matched to."""

from typing import cast

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from customers.models import Customer
from invoicing.models.allocation import Refund, WriteOff
from invoicing.models.bank import BankTransaction
from invoicing.models.payment import Payment


class BankMatch(CompanyOwnedModel):
    """The payment or refund that a bank transaction is, and the bank's charge on it; it can be undone once.

    `makes_payment` says that the payment was made by the match, so that it is voided with it; one that was recorded by
    hand stays.  `is_automatic` matches were made by the payment reference when the statement was imported.
    """

    PREFIX = "bm"
    transaction = CompanyForeignKey(BankTransaction, on_delete=models.PROTECT, related_name="matches")
    payment = CompanyForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="bank_matches")
    refund = CompanyForeignKey(Refund, null=True, on_delete=models.PROTECT, related_name="bank_matches")
    write_off = CompanyForeignKey(WriteOff, null=True, on_delete=models.PROTECT, related_name="bank_matches")
    makes_payment = models.BooleanField(default=False)
    is_automatic = models.BooleanField(default=False)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)
    undone_by = models.CharField(max_length=40, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("bankmatch_company_key"),
            *(
                models.UniqueConstraint(
                    fields=["company", name], condition=Q(undone_at=None), name=f"bankmatch_{name}_once"
                )
                for name in ("transaction", "payment", "refund")
            ),
            models.CheckConstraint(
                condition=Q(payment__isnull=False, refund__isnull=True) | Q(payment__isnull=True, refund__isnull=False),
                name="bankmatch_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(makes_payment=False) | Q(payment__isnull=False), name="bankmatch_makes_payments_only"
            ),
            models.CheckConstraint(
                condition=Q(makes_payment=True) | Q(write_off__isnull=True, is_automatic=False),
                name="bankmatch_by_hand_only_links",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="") | (Q(undone_at__isnull=False) & ~Q(undone_by="")),
                name="bankmatch_undone_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "transaction", "created_at", "id"], name="bankmatch_by_transaction"),
        ]

    def __str__(self) -> str:
        return f"{self.transaction_id} is {self.payment_id or self.refund_id}"

    @property
    def customer(self) -> Customer:
        """Whose payment or refund it is."""
        found = self.payment if self.payment is not None else cast("Refund", self.refund).source
        return cast("Customer", found.customer)
