"""Reports that people keep by a name."""

from typing import Any

from django.db import models
from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.base_models import CompanyForeignKey, CompanyOwnedModel, company_key
from invoicing.rules.saved_reports import FILE_FORMATS, LONGEST_NAME, SENDS


class SavedReport(CompanyOwnedModel):
    """A report with its filters, as `person` wants to find it again: `user_…`, or `key_…` of an API key.

    `filters` are the values of the report's parameters as the API takes them; a period by its name moves with time.
    One that `sends` itself does so on a day of the week, Monday is 1, or of the month.
    """

    PREFIX = "report"
    person = models.CharField(max_length=40)
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=LONGEST_NAME)
    filters: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(default=False)
    on_home = models.BooleanField(default=False)
    sends = models.CharField(
        max_length=10, blank=True, default="", db_default="", choices=[(one, one) for one in SENDS]
    )
    send_day = models.PositiveSmallIntegerField(null=True, blank=True)
    file_format = models.CharField(
        max_length=4, blank=True, default="", db_default="", choices=[(one, one) for one in FILE_FORMATS]
    )
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            company_key("savedreport_company_key"),
            models.UniqueConstraint(fields=["company", "person", "name"], name="savedreport_name_unique"),
            models.CheckConstraint(condition=~Q(name=""), name="savedreport_has_name"),
            models.CheckConstraint(condition=~Q(report=""), name="savedreport_of_report"),
            models.CheckConstraint(
                condition=Q(sends="", send_day=None, file_format="")
                | Q(sends="weekly", send_day__isnull=False, send_day__range=(1, 7), file_format__in=FILE_FORMATS)
                | Q(sends="monthly", send_day__isnull=False, send_day__range=(1, 31), file_format__in=FILE_FORMATS),
                name="savedreport_sends_on_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "name", "id"], name="savedreport_shared", condition=Q(is_shared=True))
        ]

    def __str__(self) -> str:
        return self.name


class SavedReportRecipient(CompanyOwnedModel):
    """A member to whom a saved report is sent, from the day `since` on; the database takes off those who leave."""

    PREFIX = "reportto"
    saved_report = CompanyForeignKey(SavedReport, on_delete=models.CASCADE, related_name="recipients")
    user = CompanyForeignKey("tenancy.User", on_delete=models.CASCADE, related_name="+")
    since = models.DateField()

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "saved_report", "user"], name="savedreportrecipient_once")
        ]

    def __str__(self) -> str:
        return f"{self.saved_report} to {self.user}"


class SavedReportEmail(CompanyOwnedModel):
    """The email of a saved report to a person, `user_…`, for a day on which it was due: one for each, for good."""

    PREFIX = "reportemail"
    saved_report = CompanyForeignKey(SavedReport, on_delete=models.CASCADE, related_name="emails")
    day = models.DateField()
    person = models.CharField(max_length=40)
    email = CompanyForeignKey(OutboxEmail, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta(CompanyOwnedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "saved_report", "day", "person"], name="savedreportemail_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.saved_report} of {self.day} to {self.person}"
