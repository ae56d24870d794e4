"""Batches in the admin, to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, one_of
from invoicing.models import Batch, BatchItem
from invoicing.rules.batches import ACTIONS, ITEM_STATUSES, STATUSES


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    """Actions for many invoices, and how far they are."""

    list_display = ["created_at", "company", "action", "status", "total", "succeeded", "failed", "next_attempt_at"]
    list_filter = [one_of("status", STATUSES), one_of("action", ACTIONS), "created_at"]
    search_fields = ["created_by"]


@admin.register(BatchItem)
class BatchItemAdmin(ReadOnlyAdmin):
    """What became of each invoice."""

    list_display = ["batch", "company", "position", "invoice", "status", "error_code", "finished_at"]
    list_filter = [one_of("status", ITEM_STATUSES), "finished_at"]
    list_select_related = ["batch", "invoice"]
    search_fields = ["error_code"]
