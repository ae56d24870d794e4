"""The PDFs of invoices and credit notes."""

from bigledger_crm.api.papers import PaperView
from bigledger_crm.documents.services import RenderedPdf
from invoicing.api.credit_note_views import CreditNoteView
from invoicing.api.views import InvoiceView
from invoicing.models import CreditNote, Invoice
from invoicing.services import render_credit_note_pdf, render_invoice_pdf


class InvoicePdf(PaperView[Invoice], InvoiceView):
    """An invoice as PDF."""

    def paper(self, row: Invoice) -> RenderedPdf:
        """What was issued, else what it says now."""
        return render_invoice_pdf(self.actor, row)


class CreditNotePdf(PaperView[CreditNote], CreditNoteView):
    """A credit note as PDF."""

    def paper(self, row: CreditNote) -> RenderedPdf:
        """What was issued."""
        return render_credit_note_pdf(self.actor, row)
