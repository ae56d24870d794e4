"""Custom fields in the admin: what companies declared, for whoever helps them."""

from django.contrib import admin

from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.custom_fields.rules import FIELD_TYPES
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin
from bigledger_crm.tenancy.admin_parts import one_of


@admin.register(CustomField)
class CustomFieldAdmin(ReadOnlyAdmin):
    """Fields; what objects have in them is the companies' data."""

    across_companies = True
    list_display = ["label", "key", "company", "object_type", "type", "is_required", "is_unique", "deleted_at"]
    list_filter = [one_of("type", FIELD_TYPES), "is_required", "is_unique"]
    search_fields = ["label", "key", "object_type"]
