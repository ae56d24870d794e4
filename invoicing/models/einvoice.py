"""E-invoices: what was reported to LHDN, byte for byte, and what became of it."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from bigledger_crm.tenancy.sorting import number_sort_key
from invoicing.lifecycle import EINVOICE, LIVE_EINVOICE
from invoicing.models.credit_note import CreditNote
from invoicing.models.einvoice_settings import ENVIRONMENTS, VERSIONS
from invoicing.models.invoice import Invoice

KINDS = ("01", "02", "03", "04")
_LIVE = Q(status__in=LIVE_EINVOICE)


class EInvoice(CompanyOwnedModel):
    """A document as it is sent to LHDN: an invoice, a credit note, or many invoices of consumers as one.

    `document` are its bytes, `document_hash` their SHA-256; they stay as they are from `sent_at` on, when they may have
    reached LHDN.  Those that are sent together have the same `batch`: after a lost answer the same batch is sent again.
    `next_attempt_at` is when LHDN is spoken to next: to send, to ask for the result, or to cancel; None for never.
    Times from LHDN are its own.  `cancel_reason` with `cancel_requested_at` is what LHDN is asked for, or was.
    """

    PREFIX = "einv"
    CHANGES_ARE_NOTED = True
    kind = models.CharField(max_length=2, choices=[(kind, kind) for kind in KINDS])
    number = models.CharField(max_length=50)
    number_sort = number_sort_key("number")
    is_consolidated = models.BooleanField(default=False)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=19, decimal_places=4)
    environment = models.CharField(max_length=10, choices=[(name, name) for name in ENVIRONMENTS])
    version = models.CharField(max_length=3, choices=[(name, name) for name in VERSIONS])
    status = models.CharField(
        max_length=10, default="pending", choices=[(status, status) for status in EINVOICE.states]
    )
    is_live = models.GeneratedField(
        expression=ExpressionWrapper(_LIVE, models.BooleanField()), output_field=models.BooleanField(), db_persist=True
    )
    document = models.BinaryField()
    document_hash = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    batch = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    submission_uid = models.CharField(max_length=40, blank=True)
    uuid = models.CharField(max_length=40, blank=True)
    long_id = models.CharField(max_length=120, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_by = models.CharField(max_length=40, blank=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    rejection_requested_at = models.DateTimeField(null=True, blank=True)
    rejection_reason = models.CharField(max_length=300, blank=True)
    errors = models.JSONField(default=list, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True, default=clock.now)
    last_error = models.TextField(blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name = "e-invoice"
        constraints = [
            company_key("einvoice_company_key"),
            models.UniqueConstraint(fields=["company", "id", "is_live"], name="einvoice_live_key"),
            models.UniqueConstraint(
                fields=["company", "environment", "uuid"], condition=~Q(uuid=""), name="einvoice_uuid_unique"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="einvoice_kind_known"),
            models.CheckConstraint(condition=Q(environment__in=ENVIRONMENTS), name="einvoice_environment_known"),
            models.CheckConstraint(condition=Q(version__in=VERSIONS), name="einvoice_version_known"),
            models.CheckConstraint(condition=Q(status__in=EINVOICE.states), name="einvoice_status_known"),
            models.CheckConstraint(condition=Q(total__gt=0), name="einvoice_total_positive"),
            models.CheckConstraint(condition=Q(document_hash__regex=r"^[0-9a-f]{64}$"), name="einvoice_hash_form"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, uuid="") | Q(sent_at__isnull=False, batch__isnull=False),
                name="einvoice_sent_in_batch",
            ),
            models.CheckConstraint(
                condition=Q(status__in=("pending", "rejected", "cancelled"))
                | ~Q(uuid="") & Q(submitted_at__isnull=False),
                name="einvoice_submitted_has_uuid",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | ~Q(long_id="") & Q(accepted_at__isnull=False),
                name="einvoice_accepted_has_link",
            ),
            models.CheckConstraint(
                condition=Q(status="rejected", rejected_at__isnull=False)
                | ~Q(status="rejected") & Q(rejected_at__isnull=True),
                name="einvoice_rejected_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_at__isnull=False)
                | ~Q(status="cancelled") & Q(cancelled_at__isnull=True),
                name="einvoice_cancelled_has_time",
            ),
            models.CheckConstraint(
                condition=Q(cancel_requested_at__isnull=True, cancel_requested_by="")
                | Q(cancel_requested_at__isnull=False) & ~Q(cancel_requested_by="") & ~Q(cancel_reason=""),
                name="einvoice_cancel_has_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="einvoice_due",
            ),
            models.Index(fields=["company", "created_at", "id"], name="einvoice_by_creation"),
            models.Index(fields=["company", "status", "created_at", "id"], name="einvoice_by_status"),
            models.Index(fields=["company", "kind", "created_at", "id"], name="einvoice_by_kind"),
            models.Index(fields=["company", "is_consolidated", "created_at", "id"], name="einvoice_by_consolidation"),
            models.Index(fields=["company", "number_sort", "id"], name="einvoice_by_number"),
        ]

    def __str__(self) -> str:
        return self.number

    @classmethod
    def seen_by(cls, owner: UUID) -> Q:
        """Those of the documents that a member sees who is limited to own records; none that is of many owners."""
        own = EInvoiceSource.unscoped.filter(EInvoiceSource.seen_by(owner), einvoice=OuterRef("pk"))
        return Q(Exists(own), is_consolidated=False)


class EInvoiceSource(CompanyOwnedModel):
    """A document that an e-invoice reports.  While one is live, no other reports the same document.

    `is_live` is the e-invoice's: a foreign key over both keeps them alike.
    """

    OWNED_THROUGH = ("invoice", "credit_note")
    PREFIX = "eins"
    einvoice = CompanyForeignKey(EInvoice, on_delete=models.CASCADE, related_name="sources")
    invoice = CompanyForeignKey(Invoice, null=True, on_delete=models.PROTECT, related_name="einvoice_sources")
    credit_note = CompanyForeignKey(CreditNote, null=True, on_delete=models.PROTECT, related_name="einvoice_sources")
    is_live = models.BooleanField(default=True)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("einvoicesource_company_key"),
            models.UniqueConstraint(
                fields=["company", "invoice"], condition=Q(is_live=True), name="einvoicesource_invoice_once"
            ),
            models.UniqueConstraint(
                fields=["company", "credit_note"], condition=Q(is_live=True), name="einvoicesource_credit_note_once"
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=False, credit_note__isnull=True)
                | Q(invoice__isnull=True, credit_note__isnull=False),
                name="einvoicesource_one_document",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "einvoice"], name="einvoicesource_by_einvoice"),
            models.Index(fields=["company", "invoice", "id"], name="einvoicesource_by_invoice"),
            models.Index(fields=["company", "credit_note", "id"], name="einvoicesource_by_credit_note"),
        ]

    def __str__(self) -> str:
        return str(self.invoice or self.credit_note)


class EInvoiceExchange(CompanyOwnedModel):
    """One call to MyInvois and its answer as it came: only ever added.  `einvoices` are the keys of those it was about.

    Neither tokens nor secrets are in it.  `status_code` is None where no answer came.
    """

    PREFIX = "einx"
    einvoices = ArrayField(models.UUIDField(), default=list)
    operation = models.CharField(max_length=40)
    request = models.CharField(max_length=300)
    status_code = models.PositiveSmallIntegerField(null=True)
    correlation_id = models.CharField(max_length=100, blank=True)
    answer = models.TextField(blank=True)
    duration_ms = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name = "e-invoice exchange"
        constraints = [company_key("einvoiceexchange_company_key")]
        indexes = [
            models.Index(fields=["company", "created_at", "id"], name="einvoiceexchange_by_creation"),
            GinIndex(F("einvoices"), name="einvoiceexchange_by_einvoice"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.status_code}"

    @classmethod
    def seen_by(cls, owner: UUID) -> Q:
        """None: an answer can be about many documents, those of other owners among them."""
        return Q(pk__in=())
