"""Making many invoices."""

from typing import Any

from invoicing.api.inputs import InvoiceInput
from invoicing.api.objects import InvoiceObject, invoice_object
from invoicing.services import create_invoice
from sales.api.bulk_views import DocumentBulk


class InvoiceBulk(DocumentBulk):
    """Many invoices."""

    resource = "invoices"
    word = "Invoice"
    row_input = InvoiceInput

    def create(self, values: dict[str, Any]) -> InvoiceObject:
        """One draft."""
        return invoice_object(create_invoice(self.actor, values), self.actor.today())
