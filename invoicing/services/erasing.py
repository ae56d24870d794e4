"""Taking personal data out of invoices that were never issued."""

from django.db.models import QuerySet

from invoicing.models import BatchItem, Invoice, InvoiceLine
from sales.services.erasing import erase_documents


def erase_invoices(rows: QuerySet[Invoice], name: str) -> None:
    """Empties invoices that were drafts; numbers, days, items and amounts stay."""
    BatchItem.objects.filter(invoice__in=rows).update(error="")  # it may name the customer
    texts = {"purchase_order": "", "cancel_reason": "", "tags": []}
    erase_documents(rows, name, number="invoice_number", lines=InvoiceLine, parent="invoice", **texts)
