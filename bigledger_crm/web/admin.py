"""Saved views in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin
from bigledger_crm.web.models import SavedView


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    """Lists as people want to find them again."""

    list_display = ["name", "company", "place", "person", "is_shared", "created_at"]
    list_filter = ["is_shared"]
    search_fields = ["name", "place", "person"]
