"""The PDFs of quotes and orders."""

from bigledger_crm.api.papers import PaperView
from bigledger_crm.documents.services import Paper
from sales.api.order_views import OrderView
from sales.api.quote_views import QuoteView
from sales.models import Quote, SalesOrder
from sales.services import order_paper, quote_paper


class QuotePdf(PaperView[Quote], QuoteView):
    """A quote as PDF."""

    def paper(self, row: Quote) -> Paper:
        """What was sent, else what it says now."""
        return quote_paper(self.actor, row)


class OrderPdf(PaperView[SalesOrder], OrderView):
    """An order as PDF."""

    def paper(self, row: SalesOrder) -> Paper:
        """What it says now."""
        return order_paper(self.actor, row)
