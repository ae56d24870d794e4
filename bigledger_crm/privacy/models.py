"""Archives of data about people, and how long data is kept."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock, ids
from bigledger_crm.requested_archives import RequestedArchive
from bigledger_crm.tenancy.base_models import CompanyOwnedModel
from bigledger_crm.tenancy.models import User


class PersonArchive(RequestedArchive):
    """All that is kept about one person.  `kind` and `subject_id` say who it is about."""

    NOT_ARCHIVED = "archives about people"
    PREFIX = "archive"
    NOUN = "Archive"
    EVENT = "person_archive"
    FOLDER = "archives"
    TASK = "bigledger_crm.privacy.tasks.make_person_archive"
    kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    name = models.CharField(max_length=254)

    class Meta(RequestedArchive.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "subject_id", "requested_by"],
                condition=Q(status="queued"),
                name="personarchive_queued_once",
            ),
            *RequestedArchive.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def is_own(self) -> bool:
        """Whether somebody asked for it about themselves: it has what is for nobody else."""
        return self.kind == "member" and self.requested_by == ids.encode(User.PREFIX, self.subject_id)

    @property
    def subjects(self) -> tuple[UUID, ...]:
        """Itself, and whom it is about."""
        return (self.pk, self.subject_id)


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
