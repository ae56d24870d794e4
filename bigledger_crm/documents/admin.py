"""Frozen documents and attached files in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin


@admin.register(StoredDocument)
class StoredDocumentAdmin(ReadOnlyAdmin):
    """What a document said when it was sent, and the file made from it."""

    list_display = ["number", "company", "kind", "created_at", "rendered_at", "file"]
    list_filter = ["created_at", ("rendered_at", admin.EmptyFieldListFilter)]
    search_fields = ["number", "filename", "sha256"]


@admin.register(Attachment)
class AttachmentAdmin(ReadOnlyAdmin):
    """Files that people attached to documents."""

    list_display = ["filename", "company", "kind", "content_type", "size", "created_by", "created_at"]
    list_filter = ["created_at"]
    search_fields = ["filename", "sha256"]
