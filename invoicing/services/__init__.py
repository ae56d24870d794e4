"""Changing invoices, credit notes and payments."""

from invoicing.services.credit_note_email import credit_note_email_content, draft_credit_note_email, send_credit_note
from invoicing.services.credit_note_pdf import credit_note_filename, render_credit_note_pdf
from invoicing.services.credit_note_quantities import Creditable, creditable, price_credit
from invoicing.services.credit_notes import create_credit_note
from invoicing.services.invoice_email import draft_invoice_email, invoice_email_content, send_invoice
from invoicing.services.invoice_pdf import invoice_filename, render_invoice_pdf
from invoicing.services.invoice_settlement import note_overdue
from invoicing.services.invoice_transitions import cancel_invoice, issue_invoice
from invoicing.services.invoices import (
    OF_AN_ISSUED_ONE,
    change_invoice_tags,
    create_invoice,
    duplicate_invoice,
    update_invoice,
)
from invoicing.services.numbering import check_numbering, update_numbering
from invoicing.services.order_conversion import convert_order_to_invoice, price_parts
from invoicing.services.payments import record_payment, void_payment
from invoicing.services.receipt_pdf import render_receipt_pdf
from invoicing.services.reminder_email import draft_reminder_email, reminder_email_content, send_reminder
from invoicing.services.reminder_schedule import create_step, remove_step, schedule_of, set_reminders, update_step
from invoicing.services.reminders import send_due_reminders
from invoicing.services.statement_email import draft_statement_email, send_statement, statement_email_content
from invoicing.services.statement_pdf import Span, ages_of, render_statement_pdf, statement_filename
from invoicing.services.upcoming_reminders import Upcoming, upcoming

__all__ = [
    "OF_AN_ISSUED_ONE",
    "Creditable",
    "Span",
    "Upcoming",
    "ages_of",
    "cancel_invoice",
    "change_invoice_tags",
    "check_numbering",
    "convert_order_to_invoice",
    "create_credit_note",
    "create_invoice",
    "create_step",
    "credit_note_email_content",
    "credit_note_filename",
    "creditable",
    "draft_credit_note_email",
    "draft_invoice_email",
    "draft_reminder_email",
    "draft_statement_email",
    "duplicate_invoice",
    "invoice_email_content",
    "invoice_filename",
    "issue_invoice",
    "note_overdue",
    "price_credit",
    "price_parts",
    "record_payment",
    "reminder_email_content",
    "remove_step",
    "render_credit_note_pdf",
    "render_invoice_pdf",
    "render_receipt_pdf",
    "render_statement_pdf",
    "schedule_of",
    "send_credit_note",
    "send_due_reminders",
    "send_invoice",
    "send_reminder",
    "send_statement",
    "set_reminders",
    "statement_email_content",
    "statement_filename",
    "upcoming",
    "update_invoice",
    "update_numbering",
    "update_step",
    "void_payment",
]
