"""Email that must go out, and what became of it."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.languages import DEFAULT, LANGUAGES
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from bigledger_crm.tenancy.own_records import own_rows_about


class EmailStatus(models.TextChoices):
    """Where an email stands.

    `sending`: the conversation with the mail server has begun.  `unknown`: it broke off at a point where the server
    may have taken the email; it is sent once more, later, under the same Message-ID, and stays unknown after that.
    `withdrawn`: taken back before the conversation began.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"


WAITING = (EmailStatus.QUEUED, EmailStatus.RETRYING, EmailStatus.UNKNOWN)


class OutboxEmail(CompanyOwnedModel):
    """One email.  This row is the truth: a worker's task is only a hint.

    Of its attempts, those up to `attempts_before` were made before somebody asked to try again, and
    `uncounted_attempts` of the others did not reach our own mail server.
    """

    PREFIX = "dlv"
    kind = models.CharField(max_length=60)
    related_id = models.UUIDField()
    to = ArrayField(models.CharField(max_length=254))
    cc = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=10, choices=list(LANGUAGES.items()), default=DEFAULT)
    figure = models.CharField(max_length=60, blank=True)
    figure_note = models.CharField(max_length=120, blank=True)
    stored_document = CompanyForeignKey(StoredDocument, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=EmailStatus.choices, default=EmailStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempts_before = models.PositiveSmallIntegerField(default=0)
    uncounted_attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now, null=True, blank=True)
    # It goes when somebody releases it, as with the number that an authority has yet to give.
    is_held = models.BooleanField(default=False, db_default=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    delivered_to = ArrayField(models.CharField(max_length=254), default=list, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=255, unique=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.CharField(max_length=40)
    # When receivers, subject and text were taken out.
    emptied_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            company_key("outboxemail_company_key"),
            models.CheckConstraint(condition=Q(status__in=EmailStatus.values), name="outboxemail_status_known"),
            models.CheckConstraint(
                condition=~Q(status=EmailStatus.SENT) | Q(sent_at__isnull=False), name="outboxemail_sent_has_time"
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-created_at", "-id"], name="outboxemail_recent"),
            models.Index(fields=["company", "related_id", "-created_at"], name="outboxemail_related"),
            models.Index(
                fields=["next_attempt_at"],
                name="outboxemail_due",
                condition=Q(status__in=WAITING, next_attempt_at__isnull=False),
            ),
            models.Index(fields=["created_at"], name="outboxemail_failed", condition=Q(status=EmailStatus.FAILED)),
            models.Index(fields=["claimed_at"], name="outboxemail_sending", condition=Q(status=EmailStatus.SENDING)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.status})"

    @classmethod
    def seen_by(cls, owner: UUID) -> models.Q:
        """Emails about an object that the owner sees."""
        return own_rows_about("related_id", owner)

    @property
    def recent_attempts(self) -> int:
        """The attempts that count since it was queued, or since somebody asked to try again."""
        return self.attempts - self.attempts_before - self.uncounted_attempts


class OutboxAttempt(CompanyOwnedModel):
    """One try to deliver an email.  No outcome: the worker is at it, or stopped in the middle."""

    OWNED_THROUGH = ("email",)
    PREFIX = "try"
    email = CompanyForeignKey(OutboxEmail, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True)
    server_reply = models.TextField(blank=True)
    error = models.TextField(blank=True)

    class Meta(CompanyOwnedModel.Meta):
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["company", "email", "number"], name="outboxattempt_number")]

    def __str__(self) -> str:
        return f"Attempt {self.number}: {self.outcome or 'unfinished'}"
