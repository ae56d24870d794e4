"""The audit trail."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, company_key
from bigledger_crm.tenancy.own_records import own_rows_about


class AuditEntry(CompanyOwnedModel):
    """One thing that happened to one or more objects.  Never changed, but for being redacted: see Erasure."""

    PREFIX = "evt"
    occurred_at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=60)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=200)
    # From which network address; "" for what the product did itself.
    address = models.CharField(max_length=45, blank=True, default="", db_default="")
    subjects = ArrayField(models.UUIDField())
    note = models.TextField(blank=True)
    changes = models.JSONField(encoder=ExactEncoder, decoder=ExactDecoder, default=dict)
    redacted_at = models.DateTimeField(null=True, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "audit entries"
        ordering = ["-occurred_at", "-id"]
        constraints = [company_key("auditentry_company_key")]
        indexes = [
            models.Index(fields=["company", "-occurred_at", "-id"], name="auditentry_recent"),
            GinIndex(fields=["subjects"], name="auditentry_subjects"),
        ]

    def __str__(self) -> str:
        return f"{self.event} by {self.actor_name}"

    @classmethod
    def seen_by(cls, owner: UUID) -> models.Q:
        """What happened to an object that the owner sees."""
        return own_rows_about("subjects", owner, several=True)


class Erasure(CompanyOwnedModel):
    """Whose personal data was taken out: a customer, a contact, a document, or an entry of the audit trail.

    What the database refuses otherwise it lets pass for the key in `subject_id`: emptying columns with personal data,
    redacting audit entries and, where `is_whole`, deleting stored PDFs.  Not whole is a document that the law makes us
    keep: only contact data goes.  Append-only.
    """

    subject_id = models.UUIDField()
    is_whole = models.BooleanField()
    erased_at = models.DateTimeField(default=clock.now)
    erased_by = models.CharField(max_length=40)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "subject_id", "is_whole"], name="erasure_once")]

    def __str__(self) -> str:
        return f"{self.subject_id} on {self.erased_at:%Y-%m-%d}"
