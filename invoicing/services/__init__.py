"""Changing invoices, credit notes and payments."""

from invoicing.services.cancellation import cancel_invoice, void_payment
from invoicing.services.conversion import convert_order_to_invoice, price_parts
from invoicing.services.copying import duplicate_invoice
from invoicing.services.credit_notes import create_credit_note, credit_note_paper
from invoicing.services.credit_parts import Creditable, creditable, price_credit
from invoicing.services.editing import OF_AN_ISSUED_ONE, change_invoice_tags, update_invoice
from invoicing.services.invoices import (
    create_invoice,
    invoice_email,
    invoice_filename,
    invoice_letter,
    invoice_paper,
    issue_invoice,
    send_invoice,
)
from invoicing.services.papers import receipt, statement
from invoicing.services.payments import record_payment
from invoicing.services.reminder_steps import create_step, remove_step, schedule_of, set_reminders, update_step
from invoicing.services.reminders import send_due_reminders
from invoicing.services.upcoming import Upcoming, upcoming

__all__ = [
    "OF_AN_ISSUED_ONE",
    "Creditable",
    "Upcoming",
    "cancel_invoice",
    "change_invoice_tags",
    "convert_order_to_invoice",
    "create_credit_note",
    "create_invoice",
    "create_step",
    "credit_note_paper",
    "creditable",
    "duplicate_invoice",
    "invoice_email",
    "invoice_filename",
    "invoice_letter",
    "invoice_paper",
    "issue_invoice",
    "price_credit",
    "price_parts",
    "receipt",
    "record_payment",
    "remove_step",
    "schedule_of",
    "send_due_reminders",
    "send_invoice",
    "set_reminders",
    "statement",
    "upcoming",
    "update_invoice",
    "update_step",
    "void_payment",
]
