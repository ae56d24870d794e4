"""The audit trail."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.exact_json import ExactDecoder, ExactEncoder
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, company_key


class AuditEntry(CompanyOwnedModel):
    """One thing that happened to one or more objects.  Never changed: the database refuses it."""

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
