"""Invoices, credit notes, payments and reminders in the admin, to be read, and checks of the books."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html_join

from bigledger_crm.tenancy.admin_base import (
    CompanyOwnedAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    amount,
    one_of,
    operator,
    shown_columns,
)
from invoicing import admin_batches as admin_batches  # its pages
from invoicing import admin_einvoices as admin_einvoices  # its pages
from invoicing import admin_reports as admin_reports  # its pages
from invoicing.models import (
    Allocation,
    BankAccount,
    BankMatch,
    BankStatement,
    BankTransaction,
    BooksCheck,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    JournalAccount,
    JournalEntry,
    Payment,
    Refund,
    Reminder,
    ReminderStep,
    WriteOff,
)
from invoicing.rules.reminders import SKIPPED_BECAUSE
from invoicing.services.books_checks import request_books_check

TOTAL, AMOUNT, AMOUNT_DUE = amount("total"), amount("amount"), amount("amount_due")


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
        TOTAL,
        AMOUNT_DUE,
    ]
    list_filter = ["status", "invoice_date", "due_date"]
    search_fields = ["search_text"]
    sortable_by = ["invoice_date", "due_date", TOTAL, AMOUNT_DUE]
    ordering = ["-invoice_date", "-pk"]
    inlines = [InvoiceLineInline, PaymentInline]


class CreditNoteLineInline(ReadOnlyInline):
    """The lines of a credit note."""

    model = CreditNoteLine
    fields = InvoiceLineInline.fields


@admin.register(CreditNote)
class CreditNoteAdmin(ReadOnlyAdmin):
    """Credits of invoices, and goodwill without one."""

    list_display = [
        "credit_note_number",
        "company",
        "invoice",
        "customer_name",
        "credit_note_date",
        "currency",
        TOTAL,
        "reason",
    ]
    list_filter = ["credit_note_date"]
    list_select_related = ["company", "invoice"]
    search_fields = ["search_text"]
    sortable_by = ["credit_note_date", TOTAL]
    ordering = ["-credit_note_date", "-pk"]
    inlines = [CreditNoteLineInline]


@admin.register(Payment)
class PaymentAdmin(ReadOnlyAdmin):
    """Money received."""

    list_display = ["payment_date", "company", "invoice", "customer", AMOUNT, "currency", "payment_method", "status"]
    list_filter = ["payment_method", "payment_date", ("voided_at", admin.EmptyFieldListFilter)]
    list_select_related = ["company", "customer", "invoice"]
    search_fields = ["search_text"]
    sortable_by = ["payment_date", AMOUNT]
    ordering = ["-payment_date", "-pk"]


@admin.register(Allocation)
class AllocationAdmin(ReadOnlyAdmin):
    """What settles invoices."""

    list_display = ["allocation_date", "company", "invoice", "payment", "credit_note", "amount", "realized_gain_loss"]
    list_filter = ["allocation_date"]
    list_select_related = ["company", "invoice", "payment", "credit_note"]
    search_fields = ["invoice__invoice_number"]


@admin.register(Refund)
class RefundAdmin(ReadOnlyAdmin):
    """Money given back."""

    list_display = ["refund_date", "company", "payment", "credit_note", "amount", "payment_method", "status"]
    list_filter = ["payment_method", "refund_date"]
    list_select_related = ["company", "payment", "credit_note"]
    search_fields = ["reference"]


@admin.register(WriteOff)
class WriteOffAdmin(ReadOnlyAdmin):
    """What was given up of invoices."""

    list_display = ["write_off_date", "company", "invoice", "amount", "kind", "reason", "status"]
    list_filter = ["kind", "write_off_date"]
    list_select_related = ["company", "invoice"]
    search_fields = ["invoice__invoice_number", "reason"]


@admin.register(ReminderStep)
class ReminderStepAdmin(ReadOnlyAdmin):
    """The steps of the companies' schedules, removed ones too."""

    list_display = ["document", "company", "days", "subject", "since", "removed_at"]
    list_filter = ["document", ("removed_at", admin.EmptyFieldListFilter)]
    search_fields = ["subject", "message"]
    ordering = ["days", "pk"]


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    """What became of each step."""

    list_display = ["created_at", "company", "step", "invoice", "quote", "email", "skipped_because"]
    list_filter = ["created_at", one_of("skipped_because", tuple(SKIPPED_BECAUSE))]
    list_select_related = ["company", "step", "invoice", "quote", "email"]
    search_fields = ["invoice__invoice_number", "quote__quote_number"]


@admin.register(JournalAccount)
class JournalAccountAdmin(ReadOnlyAdmin):
    """The accounts that the journal posts to."""

    list_display = ["purpose", "company", "code", "name"]
    list_select_related = ["company"]
    search_fields = ["code", "name"]


@admin.register(JournalEntry)
class JournalEntryAdmin(ReadOnlyAdmin):
    """Double entries."""

    list_display = ["document_number", "company", "kind", "customer", "entry_date", "debit"]
    list_filter = ["entry_date"]
    list_select_related = ["company", "customer"]
    search_fields = ["document_number"]


@admin.register(BankAccount)
class BankAccountAdmin(ReadOnlyAdmin):
    """The company's bank accounts."""

    list_display = ["name", "company", "bank", "currency", "is_active"]
    list_select_related = ["company"]
    search_fields = ["name", "iban"]


@admin.register(BankStatement)
class BankStatementAdmin(ReadOnlyAdmin):
    """Statement files that were imported."""

    list_display = ["created_at", "company", "account", "number", "first_date", "last_date", "added_count"]
    list_select_related = ["company", "account"]
    search_fields = ["number"]


@admin.register(BankTransaction)
class BankTransactionAdmin(ReadOnlyAdmin):
    """Movements of bank accounts."""

    list_display = ["booking_date", "company", "account", AMOUNT, "counterparty_name", "reference", "status"]
    list_select_related = ["company", "account"]
    search_fields = ["search_text"]


@admin.register(BankMatch)
class BankMatchAdmin(ReadOnlyAdmin):
    """What bank transactions were matched to."""

    list_display = ["created_at", "company", "transaction", "payment", "refund", "is_automatic", "undone_at"]
    list_select_related = ["company", "transaction", "payment", "refund"]
    search_fields = ["transaction__reference"]


@admin.register(BooksCheck)
class BooksCheckAdmin(CompanyOwnedAdmin):
    """What `check_books` finds of the chosen company; adding one lets a worker do it."""

    across_companies = True
    list_display = ["requested_at", "company", "state", "differences", "finished_at"]
    list_filter = ["requested_at", ("finished_at", admin.EmptyFieldListFilter)]
    search_fields = ["error"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Nothing is asked for; afterwards, what was found."""
        return ["state", *shown_columns(BooksCheck, ("id", "findings", "counted")), "found", "looked_at"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one is asked for with a word about it."""
        words = (
            "A worker recomputes all balances, amounts, quantities and numbers of the company from its documents. "
            "That takes seconds, or minutes for large books, and changes nothing."
        )
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": [], "description": words})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of it."""
        return self.get_fields(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    @admin.display(description="State")
    def state(self, check: BooksCheck) -> str:
        """How far it is, in words."""
        if check.error or check.is_stopped():
            return "Came to no end"
        if check.finished_at is None:
            return "Running" if check.started_at else "Waiting for a worker"
        return "Differences were found" if check.differences else "The books are correct"

    @admin.display(description="Findings")
    def found(self, check: BooksCheck) -> str:
        """The first differences, each in a line."""
        return format_html_join("\n", "{}", ((line,) for line in check.findings)) or "None"

    @admin.display(description="Looked at")
    def looked_at(self, check: BooksCheck) -> str:
        """How many rows of each kind."""
        return ", ".join(f"{number} {kind}" for kind, number in check.counted.items())

    def save_model(self, request: HttpRequest, obj: BooksCheck, form: Any, change: bool) -> None:
        """Asks a worker, through the service."""
        obj.__dict__.update(request_books_check(operator(request, form.company)).__dict__)

    def response_add(self, request: HttpRequest, obj: BooksCheck, post_url_continue: str | None = None) -> HttpResponse:
        """Leads to what it finds; the page is loaded anew to see more."""
        return HttpResponseRedirect(reverse("admin:invoicing_bookscheck_change", args=[obj.pk]))
