"""The audit trail in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when."""

    list_display = ["occurred_at", "company", "event", "actor_name", "note"]
    search_fields = ["event", "actor_name", "note"]
