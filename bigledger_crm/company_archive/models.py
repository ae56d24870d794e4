"""Exports of companies: who asked for one, and whether it is ready."""

from django.db import models
from django.db.models import Q

from bigledger_crm.requested_archives import RequestedArchive


class CompanyExport(RequestedArchive):
    """All data of the company, as `export_company` writes it.

    `rows` and `files` say how much it is, `missing` how many files are recorded and were not there.
    """

    NOT_ARCHIVED = "exports of the company"
    PREFIX = "export"
    NOUN = "Company export"
    EVENT = "company_export"
    FOLDER = "exports"
    TASK = "bigledger_crm.company_archive.tasks.make_company_export"
    rows = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)

    class Meta(RequestedArchive.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company"], condition=Q(status="queued"), name="companyexport_queued_once"),
            *RequestedArchive.Meta.constraints,
        ]

    def __str__(self) -> str:
        return f"{self.company_id} {self.requested_at:%Y-%m-%d %H:%M}"
