"""The PDFs of quotes and orders."""

from bigledger_crm.api.papers import PaperView
from bigledger_crm.documents.services import RenderedPdf
from sales.api.order_views import OrderView
from sales.api.quote_views import QuoteView
from sales.models import Quote, SalesOrder
from sales.services import render_order_pdf, render_quote_pdf


class QuotePdf(PaperView[Quote], QuoteView):
    """A quote as PDF."""

    def paper(self, row: Quote) -> RenderedPdf:
        """What was sent, else what it says now."""
        return render_quote_pdf(self.actor, row)


class OrderPdf(PaperView[SalesOrder], OrderView):
    """An order as PDF."""

    def paper(self, row: SalesOrder) -> RenderedPdf:
        """What it says now."""
        return render_order_pdf(self.actor, row)
