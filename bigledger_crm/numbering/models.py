"""The counters behind document numbers, and the register of the numbers that they gave."""

from django.db import models

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyManager, CompanyOwnedModel
from bigledger_crm.tenancy.models import Company


class DocumentSequence(models.Model):
    """The last number given in one series: a company's documents of one kind, by year and month.

    0 stands for series that don't begin anew with the year, or with the month.
    """

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField(default=0, db_default=0)
    last_value = models.PositiveIntegerField()

    objects = CompanyManager()
    unscoped = models.Manager()  # noqa: DJ012  # a manager, taken for a field

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "year", "month"], name="documentsequence_one_per_series"
            ),
            models.CheckConstraint(condition=models.Q(last_value__gte=1), name="documentsequence_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last_value}"


class AssignedNumber(CompanyOwnedModel):
    """A number that was given, and its place in its series: patterns change, and a number alone doesn't tell.

    Append-only.  Of documents that a pattern without this register numbered, the number is read instead.
    """

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField()
    number = models.CharField(max_length=60)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "number"], name="assignednumber_once"),
            models.UniqueConstraint(
                fields=["company", "kind", "year", "month", "value"], name="assignednumber_value_once"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SkippedNumbers(CompanyOwnedModel):
    """Values of a series that are left out on purpose, both ends included: somebody set the next number forward.

    Append-only.
    """

    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    first_value = models.PositiveIntegerField()
    last_value = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta(CompanyOwnedModel.Meta):
        verbose_name_plural = "skipped numbers"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "kind", "year", "month", "first_value"], name="skippednumbers_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.first_value} to {self.last_value}"
