"""Changing invoices, credit notes and payments."""

from invoicing.services.credit_note_email import credit_note_email, credit_note_letter, send_credit_note
from invoicing.services.credit_note_pdf import credit_note_filename, render_credit_note_pdf
from invoicing.services.credit_note_quantities import Creditable, creditable, price_credit
from invoicing.services.credit_notes import create_credit_note
from invoicing.services.invoice_email import invoice_email, invoice_letter, send_invoice
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
from invoicing.services.order_conversion import convert_order_to_invoice, price_parts
from invoicing.services.payments import record_payment, void_payment
from invoicing.services.receipt_pdf import render_receipt_pdf
from invoicing.services.reminder_email import reminder_email, reminder_letter, send_reminder
from invoicing.services.reminder_schedule import create_step, remove_step, schedule_of, set_reminders, update_step
from invoicing.services.reminders import send_due_reminders
from invoicing.services.statement_email import send_statement, statement_email, statement_letter
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
    "convert_order_to_invoice",
    "create_credit_note",
    "create_invoice",
    "create_step",
    "credit_note_email",
    "credit_note_filename",
    "credit_note_letter",
    "creditable",
    "duplicate_invoice",
    "invoice_email",
    "invoice_filename",
    "invoice_letter",
    "issue_invoice",
    "note_overdue",
    "price_credit",
    "price_parts",
    "record_payment",
    "reminder_email",
    "reminder_letter",
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
    "statement_email",
    "statement_filename",
    "statement_letter",
    "upcoming",
    "update_invoice",
    "update_step",
    "void_payment",
]
