"""Saved reports in the admin, to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline, one_of
from invoicing.models import SavedReport, SavedReportEmail, SavedReportRecipient
from invoicing.rules.saved_reports import SENDS


class SavedReportRecipientInline(ReadOnlyInline):
    """To whom a saved report is sent."""

    model = SavedReportRecipient
    fields = ["user", "since"]


class SavedReportEmailInline(ReadOnlyInline):
    """What was sent."""

    model = SavedReportEmail
    fields = ["day", "person", "email", "created_at"]


@admin.register(SavedReport)
class SavedReportAdmin(ReadOnlyAdmin):
    """Reports as people want to find them again."""

    list_display = ["name", "company", "report", "person", "is_shared", "on_home", "sends", "updated_at"]
    list_filter = ["is_shared", "on_home", one_of("sends", tuple(SENDS))]
    inlines = [SavedReportRecipientInline, SavedReportEmailInline]
    search_fields = ["name", "report", "person"]
