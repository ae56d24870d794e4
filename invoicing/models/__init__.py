"""The tables of invoicing."""

from invoicing.models.credit_note import CreditNote, CreditNoteLine
from invoicing.models.invoice import Invoice, InvoiceLine
from invoicing.models.payment import Payment
from invoicing.models.reminder import Reminder, ReminderStep

__all__ = ["CreditNote", "CreditNoteLine", "Invoice", "InvoiceLine", "Payment", "Reminder", "ReminderStep"]
