"""The counters behind document numbers."""

from django.db import models

from bigledger_crm.tenancy.base_models import CompanyManager
from bigledger_crm.tenancy.models import Company


class DocumentSequence(models.Model):
    """The last number given in one series: a company's documents of one kind, by year (0 for series without years)."""

    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last_value = models.PositiveIntegerField()

    objects = CompanyManager()
    unscoped = models.Manager()  # noqa: DJ012  # a manager, taken for a field

    class Meta:
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["company", "kind", "year"], name="documentsequence_series"),
            models.CheckConstraint(condition=models.Q(last_value__gte=1), name="documentsequence_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last_value}"
