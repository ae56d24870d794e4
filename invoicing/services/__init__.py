"""Changing invoices and payments."""

from invoicing.services.conversion import convert_order_to_invoice
from invoicing.services.invoices import create_invoice, invoice_paper, issue_invoice, send_invoice
from invoicing.services.payments import record_payment

__all__ = [
    "convert_order_to_invoice",
    "create_invoice",
    "invoice_paper",
    "issue_invoice",
    "record_payment",
    "send_invoice",
]
