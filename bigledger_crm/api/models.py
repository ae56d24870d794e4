"""What the API remembers of requests."""

from django.db import models

from bigledger_crm.tenancy.base_models import CompanyOwnedModel


class IdempotencyRecord(CompanyOwnedModel):
    """The answer to a request with an Idempotency-Key, written in the transaction of its effect."""

    NOT_ARCHIVED = "stored responses of the API, which are kept for a day"
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta(CompanyOwnedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["company", "key"], name="idempotencyrecord_key_unique")]
        indexes = [models.Index(fields=["created_at"], name="idempotencyrecord_by_age")]

    def __str__(self) -> str:
        return self.key
