"""Checks of the books that operators asked for."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyOwnedModel

# A check that takes longer is given up; so is one whose worker was killed.
LONGEST = timedelta(minutes=15)


class BooksCheck(CompanyOwnedModel):
    """One check of a company's books, done by a worker; a company has one at a time that isn't finished.

    `differences` is how many there were, `findings` the first of them as texts; `counted` says how many rows of each
    kind were looked at.  With an `error` the check came to no end.
    """

    NOT_ARCHIVED = "results of checks of the books, which are made anew"
    PREFIX = "chk"
    requested_by = models.CharField(max_length=40)
    requested_at = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    differences = models.PositiveIntegerField(default=0)
    findings: "models.JSONField[list[str], list[str]]" = models.JSONField(default=list)
    counted: "models.JSONField[dict[str, int], dict[str, int]]" = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")

    class Meta(CompanyOwnedModel.Meta):
        verbose_name = "check of the books"
        verbose_name_plural = "checks of the books"
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(finished_at=None), name="bookscheck_one_at_a_time"),
        ]
        indexes = [models.Index(fields=["company", "-requested_at", "-id"], name="bookscheck_recent")]

    def is_stopped(self) -> bool:
        """Whether it was begun so long ago that its worker must be gone."""
        return self.finished_at is None and self.started_at is not None and clock.now() - self.started_at > LONGEST

    def __str__(self) -> str:
        return f"Books of {self.requested_at:%Y-%m-%d %H:%M}"
