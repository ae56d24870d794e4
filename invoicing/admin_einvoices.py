"""E-invoices and what LHDN answered in the admin, to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline, amount, one_of
from invoicing.models import EInvoice, EInvoiceExchange, EInvoiceSource
from invoicing.myinvois.operations import Operation


class EInvoiceSourceInline(ReadOnlyInline):
    """The documents that an e-invoice reports."""

    model = EInvoiceSource
    fields = ["invoice", "credit_note", "is_live"]


@admin.register(EInvoice)
class EInvoiceAdmin(ReadOnlyAdmin):
    """Documents as they are reported to LHDN."""

    list_display = [
        "number",
        "company",
        "kind",
        "status",
        "environment",
        "currency",
        amount("total"),
        "submitted_at",
    ]
    list_filter = ["status", "environment", "submitted_at"]
    search_fields = ["number", "uuid", "submission_uid"]
    hidden_fields = ["document"]
    inlines = [EInvoiceSourceInline]


@admin.register(EInvoiceExchange)
class EInvoiceExchangeAdmin(ReadOnlyAdmin):
    """Calls to MyInvois, and its answers."""

    list_display = ["created_at", "company", "operation", "status_code", "duration_ms", "correlation_id"]
    list_filter = ["created_at", one_of("operation", tuple(Operation))]
    search_fields = ["correlation_id", "request"]
