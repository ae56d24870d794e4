"""The pages about quotes."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField, StatusBadge
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from sales.models import Quote
from sales.pages import notes_and_files
from sales.pages.action_buttons import quote_buttons
from sales.pages.credit_caution import caution_of
from sales.pages.document_pages import DocumentView, headline, totals_of
from sales.pages.labels import QUOTE_NEXT, QUOTE_STATES
from sales.queries import quote_by_public_id, quote_with_customer
from sales.rules import shown_quote_status
from sales.services import (
    is_open_to_answer,
    render_quote_pdf,
)


def quote_href(public_id: str) -> str:
    """The page of a quote."""
    return reverse("sales:quote", args=[public_id])


def quote_badge(quote: Quote, actor: Actor) -> StatusBadge:
    """The state that people see today."""
    return QUOTE_STATES[shown_quote_status(quote.status, quote.valid_until, actor.today())]


class QuoteDetailView(DocumentView):
    """One quote."""

    resource = "quotes"
    added = notes_and_files.QUOTE
    owner_page = "sales:quote-owner"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        quote = quote_with_customer(public_id)
        lines = list(quote.lines.all())
        facts = [
            DetailField(_("Customer's reference"), quote.reference),
            DetailField(_("Quote date"), formatting.day(quote.quote_date)),
            DetailField(_("Valid until"), formatting.day(quote.valid_until)),
        ]
        is_open = is_open_to_answer(self.actor, quote, self.actor.today())
        if quote.description:
            facts.append(DetailField(_("Introduction"), quote.description, wide=True))
        return self.show(
            quote,
            lines,
            number=quote.quote_number,
            badge=quote_badge(quote, self.actor),
            lead=headline(quote, quote.title),
            next_step=QUOTE_NEXT.get(quote.status if is_open else "expired", ""),
            details=facts,
            actions=quote_buttons(quote, self.actor),
            totals=totals_of(quote, lines),
            caution=caution_of(self.actor, quote),
        )


class QuotePdfView(CompanyView):
    """A quote as PDF."""

    resource = "quotes"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The kept one, or a preview of the draft."""
        pdf = render_quote_pdf(self.actor, quote_by_public_id(public_id))
        return pdf_response(pdf.content, pdf.filename)
