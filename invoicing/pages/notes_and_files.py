"""Notes and files of invoices."""

from invoicing.queries import invoice_by_public_id
from sales.pages.notes_and_files import document_subject

INVOICE = document_subject("invoices", "invoice", "invoicing:invoice", invoice_by_public_id, kind="invoice")
