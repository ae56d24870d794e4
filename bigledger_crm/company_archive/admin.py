"""Exports of companies in the admin."""

from django.contrib import admin

from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(CompanyExport)
class CompanyExportAdmin(ReadOnlyAdmin):
    """Who asked for what; the files are for them alone."""

    across_companies = True
    list_display = ["company", "status", "rows", "files", "requested_by_name", "requested_at", "expires_at", "error"]
    list_filter = ["status", "requested_at"]
    search_fields = ["company__name", "requested_by_name", "error"]
