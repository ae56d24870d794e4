"""Taking personal data out of invoices that were never issued."""

from django.db.models import QuerySet

from invoicing.models import Invoice, InvoiceLine
from sales.services.erasing import erase_documents


def erase_invoices(rows: QuerySet[Invoice], name: str) -> None:
    """Empties invoices that were drafts; numbers, days, items and amounts stay."""
    texts = {"purchase_order": "", "cancel_reason": "", "tags": []}
    erase_documents(rows, name, number="invoice_number", lines=InvoiceLine, parent="invoice", **texts)
