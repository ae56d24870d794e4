"""Where a company wants to hear of its events, and what became of telling."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key


class WebhookEndpoint(CompanyOwnedModel):
    """A URL that is told of events.

    The secret signs what is sent; while a rotation lasts, the previous one signs too.  `failing_since` is the first
    failure after the last success, `disabled_at` when it was switched off: by a person, or for `disabled_reason`, of
    which the company's owners are told.
    """

    NOT_ARCHIVED = "webhooks, their secrets and what they were told"
    PREFIX = "wh"
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = ArrayField(models.CharField(max_length=60))
    secret = models.CharField(max_length=80)
    previous_secret = models.CharField(max_length=80, blank=True)
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)
    owner_told_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("webhookendpoint_company_key"),
            models.CheckConstraint(condition=Q(events__len__gt=0), name="webhookendpoint_has_events"),
        ]
        indexes = [models.Index(fields=["company", "created_at", "id"], name="webhookendpoint_by_creation")]

    def __str__(self) -> str:
        return self.url


class DeliveryStatus(models.TextChoices):
    """Where the telling of an event stands."""

    QUEUED = "queued"
    RETRYING = "retrying"
    DELIVERED = "delivered"
    FAILED = "failed"


PENDING = (DeliveryStatus.QUEUED, DeliveryStatus.RETRYING)


class WebhookDelivery(CompanyOwnedModel):
    """One event for one endpoint.  This row is the truth: a worker's task is only a hint."""

    NOT_ARCHIVED = "webhooks, their secrets and what they were told"
    PREFIX = "dlv"
    endpoint = CompanyForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="deliveries")
    event = CompanyForeignKey(AuditEntry, related_name="+")
    event_type = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    round_attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now, null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "webhook deliveries"
        constraints = [
            company_key("webhookdelivery_company_key"),
            models.UniqueConstraint(fields=["company", "endpoint", "event"], name="webhookdelivery_once"),
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="webhookdelivery_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=PENDING, next_attempt_at__isnull=False)
                | (~Q(status__in=PENDING) & Q(next_attempt_at__isnull=True)),
                name="webhookdelivery_pending_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "endpoint", "created_at", "id"], name="webhookdelivery_by_endpoint"),
            models.Index(
                fields=["next_attempt_at"],
                name="webhookdelivery_due",
                condition=Q(next_attempt_at__isnull=False),
            ),
            models.Index(
                fields=["created_at"], name="webhookdelivery_failed", condition=Q(status=DeliveryStatus.FAILED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} ({self.status})"


class WebhookAttempt(CompanyOwnedModel):
    """One request.  Without `finished_at` the worker is at it, or stopped in the middle."""

    NOT_ARCHIVED = "webhooks, their secrets and what they were told"
    PREFIX = "try"
    delivery = CompanyForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    response_status = models.PositiveSmallIntegerField(null=True, blank=True)
    response_body = models.TextField(blank=True)
    error = models.TextField(blank=True)

    class Meta(CompanyOwnedModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["company", "delivery", "number"], name="webhookattempt_number")]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.response_status or self.error or 'unfinished'}"
