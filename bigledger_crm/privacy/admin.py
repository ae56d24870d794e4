"""Archives of data about people in the admin, and how long companies keep data."""

from django.contrib import admin

from bigledger_crm.privacy.models import PersonArchive, RetentionSetting
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(PersonArchive)
class PersonArchiveAdmin(ReadOnlyAdmin):
    """Who asked for what; the files are for them alone."""

    across_companies = True
    list_display = ["name", "company", "kind", "status", "requested_by_name", "requested_at", "expires_at", "error"]
    list_filter = ["status", "requested_at"]
    search_fields = ["name", "requested_by_name", "error"]


@admin.register(RetentionSetting)
class RetentionSettingAdmin(ReadOnlyAdmin):
    """What is removed when it is old, and when it was last done; without a row nothing is."""

    across_companies = True
    list_display = ["rule", "company", "months", "applied_at"]
    list_filter = ["applied_at"]
    search_fields = ["rule"]
