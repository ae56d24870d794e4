"""Saved reports as they are in JSON."""

from typing import Any, Literal

from msgspec import UNSET

from bigledger_crm.api import fields
from bigledger_crm.api.responses import ApiStruct, timestamp, word
from bigledger_crm.api.serializers import StrictSerializer
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.inputs import given_or
from invoicing import inputs
from invoicing.models import SavedReport
from invoicing.reports import REPORT_BY_SLUG
from invoicing.rules.saved_reports import FILE_FORMATS, LONGEST_NAME, MOST_RECIPIENTS, SENDS


class SavedReportInput(StrictSerializer):
    """A report with its filters under a name."""

    makes = inputs.SavedReportInput
    ignored = frozenset({"id", "createdBy", "createdAt", "updatedAt"})
    needed = frozenset({"report", "name"})
    report = fields.TextField(choices=tuple(REPORT_BY_SLUG))
    name = fields.TextField(max_length=LONGEST_NAME)
    filters = fields.ObjectField(required=False)
    is_shared = fields.FlagField(required=False)
    sends = fields.TextField(choices=tuple(SENDS))
    send_day = fields.IntegerField(required=False, allow_null=True, minimum=1, maximum=31)
    file_format = fields.TextField(choices=FILE_FORMATS)
    recipients = fields.TextListField(required=False, limit=MOST_RECIPIENTS)

    def rule_errors(self, values: inputs.SavedReportInput) -> list[FieldError]:
        """What is needed, and filters with texts as in a URL."""
        missing = [name for name in sorted(self.needed) if getattr(values, name) is UNSET]
        found = given_or(values.filters, {}).items()
        return [
            *(FieldError((name,), "This field is required") for name in missing),
            *(FieldError(("filters", name), "Must be a text") for name, value in found if not isinstance(value, str)),
        ]


class SavedReportUpdate(SavedReportInput):
    """What of a saved report is to change."""

    needed = frozenset[str]()


class SavedReportObject(ApiStruct):
    """A saved report."""

    id: str
    report: str
    name: str
    filters: dict[str, str]
    is_shared: bool
    sends: Literal["weekly", "monthly"] | None
    send_day: int | None
    file_format: Literal["pdf", "xlsx"] | None
    recipients: list[str]
    created_by: str
    created_at: str | None
    updated_at: str | None


class SavedReportList(ApiStruct):
    """The saved reports that a key sees, by name."""

    saved_reports: list[SavedReportObject]


def saved_report_object(saved: SavedReport, recipients: list[str]) -> SavedReportObject:
    """A saved report with its recipients."""
    return SavedReportObject(
        id=saved.public_id,
        report=saved.report,
        name=saved.name,
        filters=dict[str, Any](saved.filters),
        is_shared=saved.is_shared,
        sends=word(saved.sends) or None,
        send_day=saved.send_day,
        file_format=word(saved.file_format) or None,
        recipients=recipients,
        created_by=saved.person,
        created_at=timestamp(saved.created_at),
        updated_at=timestamp(saved.updated_at),
    )
