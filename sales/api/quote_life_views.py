"""What is done with a quote besides sending, accepting and converting it."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.operations import operation
from bigledger_crm.api.responses import single
from bigledger_crm.kernel.errors import InvalidStatusTransition
from sales.api.inputs import ReasonInput
from sales.api.quote_objects import QuoteObject
from sales.api.quote_views import QuoteView
from sales.errors import QuoteNotRevisable
from sales.models import Quote
from sales.services import cancel_quote, decline_quote, duplicate_quote, revise_quote


class QuoteDecline(QuoteView):
    """Declining a quote."""

    @operation(gives=QuoteObject, takes=ReasonInput, refuses=(InvalidStatusTransition,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Marks a sent quote declined by the customer."""
        self.no_parameters()
        reason = self.input(ReasonInput, "Quote", optional=True).get("reason", "")
        return single(self.show(decline_quote(self.actor, self.row, reason=reason)))


class QuoteCancel(QuoteView):
    """Taking a quote back."""

    @operation(gives=QuoteObject, takes=ReasonInput, refuses=(InvalidStatusTransition,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Cancels a draft or sent quote."""
        self.no_parameters()
        reason = self.input(ReasonInput, "Quote", optional=True).get("reason", "")
        return single(self.show(cancel_quote(self.actor, self.row, reason=reason)))


class _NewQuote(QuoteView):
    def answer(self, quote: Quote) -> HttpResponse:
        """The quote that was made."""
        return self.created(self.show(quote), f"/quotes/{quote.public_id}")


class QuoteRevise(_NewQuote):
    """Revising a quote."""

    @operation(gives=QuoteObject, status=201, refuses=(QuoteNotRevisable,))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes the next version of a sent quote as a draft, and cancels the sent one."""
        self.no_parameters()
        return self.answer(revise_quote(self.actor, self.row))


class QuoteDuplicate(_NewQuote):
    """Copying a quote."""

    @operation(gives=QuoteObject, status=201)
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes a new draft of today with the same lines and prices."""
        self.no_parameters()
        return self.answer(duplicate_quote(self.actor, self.row))
