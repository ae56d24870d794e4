"""Frozen documents and attached files in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(StoredDocument)
class StoredDocumentAdmin(ReadOnlyAdmin):
    """What a document said when it was sent, and the file made from it."""

    list_display = ["number", "company", "kind", "created_at", "rendered_at", "file"]
    search_fields = ["number", "filename"]
    ordering = ["-created_at"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Files that people attached to documents."""

    list_display = ["filename", "company", "kind", "content_type", "size", "created_by", "created_at"]
    search_fields = ["filename"]
    ordering = ["-created_at"]
