"""Saved reports in the admin, to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin
from invoicing.models import SavedReport


@admin.register(SavedReport)
class SavedReportAdmin(ReadOnlyAdmin):
    """Reports as people want to find them again."""

    list_display = ["name", "company", "report", "person", "is_shared", "on_home", "updated_at"]
    list_filter = ["is_shared", "on_home"]
    search_fields = ["name", "report", "person"]
