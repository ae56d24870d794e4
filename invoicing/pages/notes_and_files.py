"""Notes and files of invoices."""

from invoicing.queries import invoice_by_public_id
from sales.pages.notes_and_files import annotatable_document

INVOICE = annotatable_document("invoices", "invoice", "invoicing:invoice", invoice_by_public_id, kind="invoice")
