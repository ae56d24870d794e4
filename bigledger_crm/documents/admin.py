"""Frozen papers in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(StoredDocument)
class StoredDocumentAdmin(ReadOnlyAdmin):
    """What a document said when it was sent, and the file made from it."""

    list_display = ["number", "company", "kind", "created_at", "rendered_at", "file"]
    search_fields = ["number", "filename"]
    ordering = ["-created_at"]
