"""Batches: one action for many invoices, done by workers."""

from uuid import UUID

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.models.invoice import Invoice
from invoicing.rules.batches import ACTIONS, ITEM_STATUSES, RUNNING, STATUSES, WAITING


class Batch(CompanyOwnedModel):
    """An action for invoices that were chosen when it was created, by `created_by`: `user_…`, `key_…` or `system`.

    The items say what is done.  `succeeded` and `failed` count them as they were after the last slice.  `turn` numbers
    the slices: a worker's task does one, and its number is the fence that keeps a second one from running beside it.
    `next_attempt_at` is when a sweeper may take it up; `retry_code` is the error for which it waits until then.
    """

    NOT_ARCHIVED = "batches"
    PREFIX = "batch"
    action = models.CharField(max_length=20, choices=[(one, one) for one in ACTIONS])
    status = models.CharField(max_length=10, choices=[(one, one) for one in STATUSES], default=RUNNING)
    total = models.PositiveIntegerField()
    succeeded = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)
    turn = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)
    retry_code = models.CharField(max_length=60, blank=True, default="")

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("batch_company_key"),
            models.CheckConstraint(condition=Q(action__in=ACTIONS), name="batch_action_known"),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="batch_status_known"),
            models.CheckConstraint(
                condition=Q(status=RUNNING, finished_at=None, next_attempt_at__isnull=False)
                | (~Q(status=RUNNING) & Q(finished_at__isnull=False, next_attempt_at=None, retry_code="")),
                name="batch_ends_with_its_work",
            ),
            models.CheckConstraint(condition=Q(total__gte=F("succeeded") + F("failed")), name="batch_counts_its_items"),
        ]
        indexes = [
            models.Index(fields=["company", "created_at", "id"], name="batch_recent"),
            models.Index(fields=["next_attempt_at"], name="batch_due", condition=Q(status=RUNNING)),
        ]
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return f"{self.action} of {self.created_at}"

    @property
    def waiting(self) -> int:
        """How many invoices it has not come to."""
        return self.total - self.succeeded - self.failed

    @classmethod
    def seen_by(cls, owner: UUID) -> Q:
        """Those with invoices that a member sees who is limited to own records."""
        return Q(Exists(BatchItem.unscoped.filter(BatchItem.seen_by(owner), batch=OuterRef("pk"))))


class BatchItem(CompanyOwnedModel):
    """An invoice of a batch: what became of it, and the email that was queued."""

    NOT_ARCHIVED = "batches"
    PREFIX = "bitem"
    OWNED_THROUGH = ("invoice",)
    batch = CompanyForeignKey(Batch, on_delete=models.CASCADE, db_index=False, related_name="items")
    position = models.PositiveIntegerField()
    invoice = CompanyForeignKey(Invoice, on_delete=models.PROTECT, db_index=False, related_name="+")
    status = models.CharField(max_length=10, choices=[(one, one) for one in ITEM_STATUSES], default=WAITING)
    email = CompanyForeignKey(OutboxEmail, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    error_code = models.CharField(max_length=60, blank=True, default="")
    error = models.CharField(max_length=500, blank=True, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "batch", "invoice"], name="batchitem_once"),
            models.UniqueConstraint(fields=["company", "batch", "position"], name="batchitem_in_order"),
            models.CheckConstraint(
                condition=Q(status="waiting", finished_at=None, error_code="", email=None)
                | Q(status="done", finished_at__isnull=False, error_code="")
                | (Q(status="failed", finished_at__isnull=False, email=None) & ~Q(error_code="")),
                name="batchitem_status_known",
            ),
        ]
        indexes = [models.Index(fields=["company", "batch", "status", "position"], name="batchitem_by_status")]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"
