"""The PDFs of invoices and credit notes."""

from bigledger_crm.api.papers import PaperView
from bigledger_crm.documents.services import Paper
from invoicing.api.credit_note_views import CreditNoteView
from invoicing.api.views import InvoiceView
from invoicing.models import CreditNote, Invoice
from invoicing.services import credit_note_paper, invoice_paper


class InvoicePdf(PaperView[Invoice], InvoiceView):
    """An invoice as PDF."""

    def paper(self, row: Invoice) -> Paper:
        """What was issued, else what it says now."""
        return invoice_paper(self.actor, row)


class CreditNotePdf(PaperView[CreditNote], CreditNoteView):
    """A credit note as PDF."""

    def paper(self, row: CreditNote) -> Paper:
        """What was issued."""
        return credit_note_paper(self.actor, row)
