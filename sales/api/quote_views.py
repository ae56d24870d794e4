"""The addresses of quotes."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.attachments import objects_by_document
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_number, by_rank, by_text, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.outbox.errors import EmailLimitReached
from sales.api.inputs import AcceptInput, ConvertQuoteInput, QuoteInput, QuoteUpdate, SendInput
from sales.api.objects import delivery_object, line_object, lines_of
from sales.api.order_objects import OrderObject, order_object
from sales.api.quote_objects import QUOTE_COLUMNS, QuoteObject, QuoteRow, SentQuote, quote_object, quote_row
from sales.errors import CreditLimitExceeded, CustomerBlocked, QuoteConversionFailed, QuoteExpired, QuoteNotEditable
from sales.filters import QuoteFilters
from sales.models import Quote, QuoteLine
from sales.queries import quote_by_public_id, quote_ranks
from sales.services import EmailOptions, accept_quote, convert_quote_to_order, create_quote, send_quote, update_quote

QUOTE_SORTS = {
    "quoteNumber": by_text("number_sort"),
    "quoteDate": by_day("quote_date"),
    "validUntil": by_day("valid_until"),
    "total": by_number("total"),
    "status": by_rank(quote_ranks, "quote_date"),
    "createdAt": by_time("created_at"),
}


class QuoteList(ApiView):
    """All quotes; a new quote."""

    resource = "quotes"
    listing = Listing(
        row=QuoteRow,
        columns=QUOTE_COLUMNS,
        sorts=QUOTE_SORTS,
        default_sort="quoteDate",
        filters=QuoteFilters,
        expand={"items": lines_of(QuoteLine, "quote", line_object), "attachments": objects_by_document},
    )

    @operation(gives=QuoteRow)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of quotes."""
        return self.list_page(Quote.objects.all(), quote_row(self.actor.today()))

    @operation(gives=QuoteObject, takes=QuoteInput, status=201)
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new draft of a quote."""
        self.no_parameters()
        quote = create_quote(self.actor, self.input(QuoteInput, "Quote"))
        return self.created(quote_object(quote, self.actor.today()), f"/quotes/{quote.public_id}")


class QuoteView(ObjectView[Quote]):
    """At one quote."""

    resource = "quotes"

    def find(self, public_id: str) -> Quote:
        """The quote of the path."""
        return quote_by_public_id(public_id)

    def show(self, row: Quote, **extra: Any) -> QuoteObject:
        """The whole quote."""
        return quote_object(row, self.actor.today(), **extra)


class QuoteDetail(SingleView[Quote], QuoteView):
    """One quote."""

    expands = ("items", "attachments")

    @operation(gives=QuoteObject, takes=QuoteUpdate, refuses=(QuoteNotEditable,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the given fields of a draft."""
        self.no_parameters()
        return single(self.show(update_quote(self.actor, self.row, self.input(QuoteUpdate, "Quote"))))

    patch = put


class QuoteSend(QuoteView):
    """Sending a quote."""

    @operation(gives=SentQuote, takes=SendInput, refuses=(QuoteExpired, InvalidStatusTransition, EmailLimitReached))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Marks the quote sent and queues its mail."""
        self.no_parameters()
        message = message_of(self.input(SendInput, "Email", optional=True))
        quote, email = send_quote(self.actor, self.row, message)
        return single(self.show(quote, delivery=delivery_object(email)))


class QuoteAccept(QuoteView):
    """Accepting a quote."""

    @operation(gives=QuoteObject, takes=AcceptInput, refuses=(QuoteExpired, InvalidStatusTransition))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Marks the quote accepted."""
        self.no_parameters()
        values = self.input(AcceptInput, "Quote", optional=True)
        return single(self.show(accept_quote(self.actor, self.row, **values)))


class QuoteConvert(QuoteView):
    """Turning a quote into an order."""

    resource = "sales-orders"

    @operation(
        gives=OrderObject,
        takes=ConvertQuoteInput,
        status=201,
        refuses=(QuoteConversionFailed, CustomerBlocked, CreditLimitExceeded),
    )
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes the order of an accepted quote."""
        self.no_parameters()
        values = self.input(ConvertQuoteInput, "Quote", optional=True)
        order = convert_quote_to_order(
            self.actor, self.row, override_credit_limit=values.get("override_credit_limit", False)
        )
        return self.created(order_object(order), f"/sales-orders/{order.public_id}")


def message_of(values: dict[str, Any]) -> EmailOptions:
    """The mail that a SendInput asks for."""
    return EmailOptions(
        to=values.get("to"),
        cc=values.get("cc") or (),
        subject=values.get("subject") or None,
        message=values.get("message") or None,
        attach_pdf=values.get("attach_pdf", True),
    )
