"""The audit trail in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.audit.models import AuditEntry, Erasure
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what, when."""

    across_companies = True
    list_display = ["occurred_at", "company", "event", "actor_name", "address", "note"]
    list_filter = ["occurred_at"]
    search_fields = ["event", "actor_name", "actor_id", "note", "address"]


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyAdmin):
    """Whose personal data was erased, by key: names are what is gone."""

    across_companies = True
    list_display = ["erased_at", "company", "subject_id", "is_whole", "erased_by"]
    list_filter = ["erased_at", "is_whole"]
    search_fields = ["subject_id", "erased_by"]
