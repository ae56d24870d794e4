"""Custom fields in the admin: what companies declared, for whoever helps them."""

from django.contrib import admin

from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    """Fields; what objects have in them is the companies' data."""

    across_companies = True
    list_display = ["label", "key", "company", "object_type", "type", "is_required", "is_unique", "deleted_at"]
    list_filter = ["object_type", "type"]
    search_fields = ["label", "key"]
