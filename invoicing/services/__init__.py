"""Changing invoices, credit notes and payments."""

from invoicing.services.allocations import allocate_credit, unallocate_credit
from invoicing.services.bank_accounts import (
    check_bank_account,
    create_bank_account,
    delete_bank_account,
    update_bank_account,
)
from invoicing.services.bank_matching import ignore_transaction, match_transaction, unmatch_transaction
from invoicing.services.bank_statements import Rehearsal, import_statement, read_statement_file, rehearse_statement
from invoicing.services.bank_uploads import import_upload, keep_upload
from invoicing.services.batches import cancel_batch, create_batch
from invoicing.services.credit_note_email import credit_note_email_content, draft_credit_note_email, send_credit_note
from invoicing.services.credit_note_pdf import credit_note_filename, render_credit_note_pdf
from invoicing.services.credit_note_quantities import Creditable, creditable, price_credit
from invoicing.services.credit_note_reversal import is_reversed, reverse_credit_note
from invoicing.services.credit_notes import create_credit_note
from invoicing.services.einvoice_cancellation import cancel_einvoice, cancel_einvoice_of, why_not_cancellable
from invoicing.services.einvoice_client import client_of
from invoicing.services.einvoice_consolidation import Consolidation, consolidate, to_consolidate
from invoicing.services.einvoice_settings import (
    check_certificate_file,
    try_einvoice_connection,
    update_einvoice_settings,
)
from invoicing.services.einvoices import problems_of, submit_einvoice
from invoicing.services.goodwill import create_goodwill_note
from invoicing.services.invoice_email import draft_invoice_email, invoice_email_content, send_invoice
from invoicing.services.invoice_pdf import invoice_filename, qr_of, render_invoice_pdf
from invoicing.services.invoice_settlement import note_overdue
from invoicing.services.invoice_transitions import cancel_invoice, issue_invoice
from invoicing.services.invoices import (
    OF_AN_ISSUED_ONE,
    change_invoice_tags,
    create_invoice,
    duplicate_invoice,
    update_invoice,
)
from invoicing.services.journal import post_journal, update_journal_accounts
from invoicing.services.numbering import check_numbering, update_numbering
from invoicing.services.order_conversion import convert_order_to_invoice, price_parts
from invoicing.services.payments import record_customer_payment, record_payment, void_payment
from invoicing.services.receipt_pdf import render_receipt_pdf
from invoicing.services.refunds import refund_credit, void_refund
from invoicing.services.reminder_email import draft_reminder_email, reminder_email_content, send_reminder
from invoicing.services.reminder_schedule import create_step, remove_step, schedule_of, set_reminders, update_step
from invoicing.services.reminders import send_due_reminders
from invoicing.services.statement_email import draft_statement_email, send_statement, statement_email_content
from invoicing.services.statement_pdf import Span, ages_of, render_statement_pdf, statement_filename
from invoicing.services.upcoming_reminders import Upcoming, upcoming
from invoicing.services.write_offs import reverse_write_off, write_off_invoice

__all__ = [
    "OF_AN_ISSUED_ONE",
    "Consolidation",
    "Creditable",
    "Rehearsal",
    "Span",
    "Upcoming",
    "ages_of",
    "allocate_credit",
    "cancel_batch",
    "cancel_einvoice",
    "cancel_einvoice_of",
    "cancel_invoice",
    "change_invoice_tags",
    "check_bank_account",
    "check_certificate_file",
    "check_numbering",
    "client_of",
    "consolidate",
    "convert_order_to_invoice",
    "create_bank_account",
    "create_batch",
    "create_credit_note",
    "create_goodwill_note",
    "create_invoice",
    "create_step",
    "credit_note_email_content",
    "credit_note_filename",
    "creditable",
    "delete_bank_account",
    "draft_credit_note_email",
    "draft_invoice_email",
    "draft_reminder_email",
    "draft_statement_email",
    "duplicate_invoice",
    "ignore_transaction",
    "import_statement",
    "import_upload",
    "invoice_email_content",
    "invoice_filename",
    "is_reversed",
    "issue_invoice",
    "keep_upload",
    "match_transaction",
    "note_overdue",
    "post_journal",
    "price_credit",
    "price_parts",
    "problems_of",
    "qr_of",
    "read_statement_file",
    "record_customer_payment",
    "record_payment",
    "refund_credit",
    "rehearse_statement",
    "reminder_email_content",
    "remove_step",
    "render_credit_note_pdf",
    "render_invoice_pdf",
    "render_receipt_pdf",
    "render_statement_pdf",
    "reverse_credit_note",
    "reverse_write_off",
    "schedule_of",
    "send_credit_note",
    "send_due_reminders",
    "send_invoice",
    "send_reminder",
    "send_statement",
    "set_reminders",
    "statement_email_content",
    "statement_filename",
    "submit_einvoice",
    "to_consolidate",
    "try_einvoice_connection",
    "unallocate_credit",
    "unmatch_transaction",
    "upcoming",
    "update_bank_account",
    "update_einvoice_settings",
    "update_invoice",
    "update_journal_accounts",
    "update_numbering",
    "update_step",
    "void_payment",
    "void_refund",
    "why_not_cancellable",
    "write_off_invoice",
]
