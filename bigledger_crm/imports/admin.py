"""Imports in the admin: who imports what, and why it stops."""

from django.contrib import admin

from bigledger_crm.imports.models import Import
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    """Where imports are; their rows are the companies' data."""

    across_companies = True
    list_display = ["filename", "company", "kind", "status", "position", "row_count", "created_by_name", "created_at"]
    list_filter = ["status", "created_at"]
    search_fields = ["filename", "created_by_name", "error"]
