"""Reports that people keep by a name."""

from typing import Any

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.base_models import CompanyOwnedModel, company_key
from invoicing.rules.saved_reports import LONGEST_NAME


class SavedReport(CompanyOwnedModel):
    """A report with its filters, as `person` wants to find it again: `user_…`, or `key_…` of an API key.

    `filters` are the values of the report's parameters as the API takes them; a period by its name moves with time.
    """

    PREFIX = "report"
    person = models.CharField(max_length=40)
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=LONGEST_NAME)
    filters: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(default=False)
    on_home = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("savedreport_company_key"),
            models.UniqueConstraint(fields=["company", "person", "name"], name="savedreport_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="savedreport_has_name"),
            models.CheckConstraint(condition=~Q(report=""), name="savedreport_of_report"),
        ]
        indexes = [
            models.Index(fields=["company", "name", "id"], name="savedreport_shared", condition=Q(is_shared=True))
        ]

    def __str__(self) -> str:
        return self.name
