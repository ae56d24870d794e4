"""Archives of data about people, and how long data is kept."""

from django.db import models
from django.db.models import Q

from bigledger_crm.documents.storage import TEMPORARY
from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import User


class ArchiveStatus(models.TextChoices):
    """Where an archive stands."""

    QUEUED = "queued"
    READY = "ready"
    FAILED = "failed"


class PersonArchive(CompanyOwnedModel):
    """All that is kept about one person, as a file.  This row is the truth: a worker's task is only a hint.

    `kind` and `subject_id` say who it is about, `requested_by` who asked for it.  The row and its file are deleted at
    `expires_at`; `size` is in bytes.
    """

    NOT_ARCHIVED = "archives about people"
    PREFIX = "archive"
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=254)
    status = models.CharField(max_length=10, choices=ArchiveStatus.choices, default=ArchiveStatus.QUEUED)
    requested_by = models.CharField(max_length=40)
    requested_by_name = models.CharField(max_length=200)
    requested_at = models.DateTimeField(default=clock.now, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    size = models.BigIntegerField(default=0)
    error = models.TextField(blank=True, default="")

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject_id", "requested_by"],
                condition=Q(status="queued"),
                name="personarchive_queued_once",
            ),
            models.CheckConstraint(condition=Q(status__in=ArchiveStatus.values), name="personarchive_status_known"),
            models.CheckConstraint(
                condition=Q(status="queued", finished_at__isnull=True)
                | (~Q(status="queued") & Q(finished_at__isnull=False)),
                name="personarchive_finished_has_time",
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="personarchive_size_not_negative"),
        ]
        indexes = [
            models.Index(fields=["company", "-requested_at", "-id"], name="personarchive_recent"),
            models.Index(fields=["expires_at"], name="personarchive_by_expiry"),
            models.Index(fields=["requested_at"], name="personarchive_queued", condition=Q(status="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def is_own(self) -> bool:
        """Whether somebody asked for it about themselves: it has what is for nobody else."""
        return self.kind == "member" and self.requested_by == ids.encode(User.PREFIX, self.subject_id)

    @property
    def path(self) -> str:
        """The name of its file in the storage."""
        return f"{TEMPORARY}archives/{self.company_id}/{self.pk}.zip"


class RetentionSetting(CompanyOwnedModel):
    """After how many months a company's data of one kind is removed.  Without a row it is kept.

    `rule` names one of `retention_rules`; `applied_at` is when it was last applied or set.
    """

    rule = models.CharField(max_length=40)
    months = models.PositiveSmallIntegerField()
    applied_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "rule"], name="retentionsetting_once"),
            models.CheckConstraint(condition=Q(months__range=(1, 1200)), name="retentionsetting_months_range"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} after {self.months} months"
