"""The pages about quotes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Fact, Pill
from bigledger_crm.web.form_views import FormPage
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from customers.queries import addresses_for
from sales.errors import QuoteConversionFailed
from sales.models import Quote
from sales.pages import about
from sales.pages.credit import caution_of
from sales.pages.documents import DocumentPage, headline, totals_of
from sales.pages.forms import CreditForm, SendForm
from sales.pages.moves import quote_moves
from sales.pages.sending import SendPage
from sales.pages.words import QUOTE_NEXT, QUOTE_STATES
from sales.queries import quote_by_public_id
from sales.rules import shown_quote_status
from sales.services import (
    Message,
    convert_quote_to_order,
    is_open_to_answer,
    quote_email,
    quote_filename,
    quote_letter,
    quote_paper,
    send_quote,
)


def quote_href(public_id: str) -> str:
    """The page of a quote."""
    return reverse("sales:quote", args=[public_id])


def quote_pill(quote: Quote, actor: Actor) -> Pill:
    """The state that people see today."""
    return QUOTE_STATES[shown_quote_status(quote.status, quote.valid_until, actor.today())]


class QuotePage(DocumentPage):
    """One quote."""

    resource = "quotes"
    added = about.QUOTE

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        quote = quote_by_public_id(public_id)
        lines = list(quote.lines.all())
        facts = [
            Fact(_("Customer's reference"), quote.reference),
            Fact(_("Quote date"), formatting.day(quote.quote_date)),
            Fact(_("Valid until"), formatting.day(quote.valid_until)),
        ]
        is_open = is_open_to_answer(self.actor, quote, self.actor.today())
        if quote.description:
            facts.append(Fact(_("Introduction"), quote.description, wide=True))
        return self.show(
            quote,
            lines,
            number=quote.quote_number,
            state=quote_pill(quote, self.actor),
            lead=headline(quote, quote.title),
            next=QUOTE_NEXT.get(quote.status if is_open else "expired", ""),
            facts=facts,
            moves=quote_moves(quote, self.actor),
            totals=totals_of(quote, lines),
            caution=caution_of(self.actor, quote),
        )


class SendQuote(SendPage):
    """Sends a quote."""

    resource = "quotes"
    quote: Quote

    def prepare(self, public_id: str = "") -> None:
        """The quote."""
        self.quote = quote_by_public_id(public_id)

    def defaults(self) -> Mapping[str, Any]:
        """To the customer, in the company's words."""
        letter, _language = quote_letter(self.actor, self.quote)
        receivers = ", ".join(addresses_for(self.quote.customer_id, "quotes"))
        return {"to": receivers, "subject": letter.subject, "message": letter.body}

    def draft(self, message: Message) -> OutboxEmail:
        """The quote's mail."""
        return quote_email(self.actor, self.quote, message)

    def filename(self) -> str:
        """The quote's."""
        return quote_filename(self.quote)

    def save(self, form: SendForm) -> str:
        """Back to the quote."""
        _quote, email = send_quote(self.actor, self.quote, self.message(form))
        self.sent(_("The quote is on its way to %(receivers)s."), email)
        return quote_href(self.quote.public_id)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Send %(number)s") % {"number": self.quote.quote_number},
            "submit": _("Send quote"),
            "back": quote_href(self.quote.public_id),
            "paper": reverse("sales:quote-pdf", args=[self.quote.public_id]),
            "preview": reverse("sales:quote-mail-preview", args=[self.quote.public_id]),
        }


class ConvertQuote(FormPage):
    """Makes the order.  The form only shows when the customer's credit limit stands against it."""

    resource = "sales-orders"
    quote: Quote

    def prepare(self, public_id: str = "") -> None:
        """The quote."""
        self.quote = quote_by_public_id(public_id)

    def make_form(self, data: Any = None) -> CreditForm:
        """Who may override the limit may say so."""
        return CreditForm(data, may_override=OVERRIDE_CREDIT_LIMIT in self.actor.permissions)

    def save(self, form: CreditForm) -> str:
        """To the order."""
        override = form.cleaned_data.get("override_credit_limit", False)
        order = convert_quote_to_order(self.actor, self.quote, override_credit_limit=override)
        self.done(_("Order %(number)s created and confirmed") % {"number": order.order_number})
        return reverse("sales:order", args=[order.public_id])

    def refuse(self, form: CreditForm, error: DomainError) -> None:
        """A second click is told so."""
        if isinstance(error, QuoteConversionFailed) and "salesOrderId" in error.details[0]:
            form.add_error(None, _("This quote is already ordered."))
        else:
            super().refuse(form, error)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Convert %(number)s to an order") % {"number": self.quote.quote_number},
            "text": _("The customer has agreed, so the order is confirmed at once."),
            "submit": _("Convert to order"),
            "back": quote_href(self.quote.public_id),
        }


class QuotePaper(CompanyView):
    """A quote as PDF."""

    resource = "quotes"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The kept one, or a preview of the draft."""
        paper = quote_paper(self.actor, quote_by_public_id(public_id))
        return pdf_response(paper.content, paper.filename)
