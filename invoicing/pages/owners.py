"""Who looks after an invoice."""

from bigledger_crm.web.owners import ChangeOwnerView
from invoicing.inputs import InvoiceInput
from invoicing.models import Invoice
from invoicing.pages.invoices import invoice_href
from invoicing.queries import invoice_by_public_id
from invoicing.services import update_invoice


class InvoiceOwnerView(ChangeOwnerView):
    """The owner of an invoice."""

    def find(self, public_id: str) -> Invoice:
        """The invoice."""
        return invoice_by_public_id(public_id)

    def change(self, owner_id: str) -> None:
        """Of the invoice only."""
        update_invoice(self.actor, self.record, InvoiceInput(owner_id=owner_id))

    def href(self) -> str:
        """The invoice's page."""
        return invoice_href(self.record.public_id)
