"""Invoices, credit notes and payments in the admin: to be read."""

from django.contrib import admin

from bigledger_crm.tenancy.admin_base import ReadOnlyAdmin, ReadOnlyInline
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment


class InvoiceLineInline(ReadOnlyInline):
    """The lines of an invoice."""

    model = InvoiceLine
    fields = [
        "position",
        "item_code",
        "description",
        "quantity",
        "unit_price",
        "discount_amount",
        "line_total",
        "tax_code",
        "tax_rate",
        "tax_amount",
    ]


class PaymentInline(ReadOnlyInline):
    """What was paid of an invoice."""

    model = Payment
    fields = ["payment_date", "amount", "currency", "payment_method", "reference", "voided_at", "created_by"]


@admin.register(Invoice)
class InvoiceAdmin(ReadOnlyAdmin):
    """Demands for payment."""

    list_display = [
        "invoice_number",
        "company",
        "customer_name",
        "status",
        "invoice_date",
        "due_date",
        "currency",
        "total",
        "amount_paid",
    ]
    list_filter = ["company", "status"]
    search_fields = ["invoice_number", "customer_name", "reference"]
    ordering = ["-invoice_date", "-pk"]
    inlines = [InvoiceLineInline, PaymentInline]


class CreditNoteLineInline(ReadOnlyInline):
    """The lines of a credit note."""

    model = CreditNoteLine
    fields = InvoiceLineInline.fields


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    """What is taken back of invoices."""

    list_display = [
        "credit_note_number",
        "company",
        "invoice",
        "customer_name",
        "credit_note_date",
        "currency",
        "total",
        "reason",
    ]
    list_filter = ["company"]
    list_select_related = ["company", "invoice"]
    search_fields = ["credit_note_number", "customer_name", "invoice__invoice_number"]
    ordering = ["-credit_note_date", "-pk"]
    inlines = [CreditNoteLineInline]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money received."""

    list_display = ["payment_date", "company", "invoice", "customer", "amount", "currency", "payment_method", "status"]
    list_filter = ["company", "payment_method"]
    list_select_related = ["company", "customer", "invoice"]
    search_fields = ["reference", "invoice__invoice_number"]
    ordering = ["-payment_date", "-pk"]
