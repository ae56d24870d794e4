"""The tables of invoicing with rows about customers, and what erasing a customer does to its documents."""

from functools import partial
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from customers.personal_data import CustomerDocuments, CustomerTable, customer_documents, customer_tables
from invoicing.models import (
    Allocation,
    BankMatch,
    BankTransaction,
    BatchItem,
    CreditNote,
    CreditNoteLine,
    EInvoice,
    EInvoiceSource,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
    Refund,
    Reminder,
    WriteOff,
)
from invoicing.services import cancel_invoice
from invoicing.services.erasing import erase_invoices
from sales.services.erasing import soften_documents

INVOICES = CustomerTable("invoices", Invoice, is_document=True)
CREDIT_NOTES = CustomerTable("credit-notes", CreditNote, is_document=True)

# Whom a match of a bank transaction is about.
_MATCHED = ("payment__customer", "refund__payment__customer", "refund__credit_note__customer")

# Whom an e-invoice is about.
_REPORTED = ("sources__invoice__customer", "sources__credit_note__customer")


def register() -> None:
    """Registers them."""
    customer_documents.register(
        CustomerDocuments(
            "invoices",
            gettext_lazy("Invoices"),
            INVOICES,
            open=lambda actor: Q(stage="open"),
            draft=Q(status="draft"),
            cancel=cancel_invoice,
            kept=Q(issued_at__isnull=False),
            erase=erase_invoices,
            soften=partial(soften_documents, number="invoice_number"),
        ),
        CustomerDocuments(
            "creditNotes",
            gettext_lazy("Credit notes"),
            CREDIT_NOTES,
            open=lambda actor: Q(pk__in=()),
            draft=Q(pk__in=()),
            cancel=_no_draft,
            kept=Q(pk__isnull=False),
            erase=_no_draft,
            soften=partial(soften_documents, number="credit_note_number"),
        ),
    )
    customer_tables.register(
        INVOICES,
        CustomerTable("invoice-lines", InvoiceLine, ("invoice__customer",)),
        CREDIT_NOTES,
        CustomerTable("batch-items", BatchItem, ("invoice__customer",)),
        CustomerTable("credit-note-lines", CreditNoteLine, ("credit_note__customer",)),
        # A consolidated e-invoice names nobody, and holds the sales of many.
        CustomerTable("e-invoices", EInvoice, _REPORTED, only=Q(is_consolidated=False)),
        CustomerTable("e-invoice-sources", EInvoiceSource, ("invoice__customer", "credit_note__customer")),
        CustomerTable("payments", Payment, is_document=True),
        CustomerTable("allocations", Allocation, ("invoice__customer",)),
        CustomerTable("refunds", Refund, ("payment__customer", "credit_note__customer")),
        CustomerTable("write-offs", WriteOff, ("invoice__customer",)),
        CustomerTable("journal-entries", JournalEntry),
        CustomerTable("bank-matches", BankMatch, _MATCHED),
        CustomerTable("bank-transactions", BankTransaction, tuple(f"matches__{lookup}" for lookup in _MATCHED)),
        CustomerTable("invoice-reminders", Reminder, ("invoice__customer",)),
        CustomerTable("quote-reminders", Reminder, ("quote__customer",)),
    )


def _no_draft(*_arguments: Any) -> None:
    """Credit notes are issued when they are made."""
