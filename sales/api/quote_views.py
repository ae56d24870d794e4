"""The resource of quotes."""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.attachments import objects_by_document
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_rank, by_text, by_time
from bigledger_crm.api.pdf import PdfMixin
from bigledger_crm.api.responses import created, single
from bigledger_crm.custom_fields.api.listing import CustomFieldsMixin
from bigledger_crm.custom_fields.errors import CustomFieldTaken
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.documents.services import RenderedPdf
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.outbox.errors import EmailLimitReached
from customers.api.locking import CustomerFirstMixin
from customers.errors import CustomerAnonymised
from sales.api.attachment_views import AttachmentsMixin
from sales.api.bulk import DocumentBulkMixin
from sales.api.document_responses import delivery_object, line_object, lines_of
from sales.api.email_inputs import SendInput, email_options
from sales.api.inputs import AcceptInput, ConvertQuoteInput, QuoteInput, QuoteUpdate, ReasonInput
from sales.api.order_responses import OrderObject, order_object
from sales.api.quote_responses import QUOTE_COLUMNS, QuoteObject, QuoteRow, SentQuote, quote_object, quote_row
from sales.errors import (
    CreditLimitExceeded,
    CustomerBlocked,
    DiscountExceedsLimit,
    QuoteConversionFailed,
    QuoteExpired,
    QuoteNotEditable,
    QuoteNotRevisable,
)
from sales.filters import QuoteFilters
from sales.models import Quote, QuoteLine
from sales.queries import quote_by_public_id, quote_ranks
from sales.services import (
    accept_quote,
    cancel_quote,
    convert_quote_to_order,
    create_quote,
    decline_quote,
    duplicate_quote,
    render_quote_pdf,
    revise_quote,
    send_quote,
    update_quote,
)

QUOTE_SORTS = {
    "quoteNumber": by_text("number_sort"),
    "quoteDate": by_day("quote_date"),
    "validUntil": by_day("valid_until"),
    "total": by_number("total"),
    "status": by_rank(quote_ranks, "quote_date"),
    "createdAt": by_time("created_at"),
}


class QuoteViewSet(CustomerFirstMixin, CustomFieldsMixin, DocumentBulkMixin, AttachmentsMixin, PdfMixin):
    """Quotes."""

    resource = "quotes"
    custom_fields_of = "quotes"
    listing = Listing(
        row=QuoteRow,
        columns=QUOTE_COLUMNS,
        sorts=QUOTE_SORTS,
        default_sort="quoteDate",
        filters=QuoteFilters,
        expand={"items": lines_of(QuoteLine, "quote", line_object), "attachments": objects_by_document},
    )
    expands = ("items", "attachments")
    kind = "quote"
    noun = "Quote"
    row_input = QuoteInput

    def get_object(self) -> Quote:
        """The quote of the path."""
        return quote_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Quote, **extra: Any) -> QuoteObject:
        """The whole quote."""
        return quote_object(row, self.actor.today(), self.custom_fields, **extra)

    @extend_schema(responses=Answer(QuoteRow))
    def list(self, request: Request) -> Response:
        """A page of quotes."""
        return self.page(Quote.objects.all(), quote_row(self.actor.today(), self.custom_fields))

    @extend_schema(
        request=QuoteInput, responses=Answer(QuoteObject, 201, refuses=[DiscountExceedsLimit, CustomFieldTaken])
    )
    def create(self, request: Request) -> Response:
        """A new draft of a quote."""
        return self.created(create_quote(self.actor, self.input(QuoteInput, self.noun)))

    @extend_schema(responses=Answer(QuoteObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One quote."""
        return self.one()

    @extend_schema(
        request=QuoteUpdate,
        responses=Answer(QuoteObject, refuses=[QuoteNotEditable, DiscountExceedsLimit, CustomFieldTaken]),
    )
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the given fields of a draft."""
        quote = self.get_object()
        return single(
            self.serialize(update_quote(self.actor, quote, self.input(QuoteUpdate, self.noun, document=quote)))
        )

    partial_update = update

    @extend_schema(
        request=SendInput,
        responses=Answer(SentQuote, refuses=[QuoteExpired, InvalidStatusTransition, EmailLimitReached]),
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        """Marks the quote sent and queues its email."""
        message = email_options(self.input(SendInput, "Email", optional=True))
        quote, email = send_quote(self.actor, self.get_object(), message)
        return single(self.serialize(quote, delivery=delivery_object(email)))

    @extend_schema(request=AcceptInput, responses=Answer(QuoteObject, refuses=[QuoteExpired, InvalidStatusTransition]))
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, public_id: str) -> Response:
        """Marks the quote accepted."""
        values = self.input(AcceptInput, self.noun, optional=True)
        return single(self.serialize(accept_quote(self.actor, self.get_object(), **values)))

    @extend_schema(
        request=ConvertQuoteInput,
        responses=Answer(
            OrderObject, 201, refuses=[QuoteConversionFailed, CustomerBlocked, CreditLimitExceeded, CustomerAnonymised]
        ),
    )
    @action(detail=True, methods=["post"], url_path="convert-to-order", resource="sales-orders")
    def convert_to_order(self, request: Request, public_id: str) -> Response:
        """Makes the order of an accepted quote."""
        override = self.input(ConvertQuoteInput, self.noun, optional=True).get("override_credit_limit", False)
        order = convert_quote_to_order(self.actor, self.get_object(), override_credit_limit=override)
        return created(order_object(order, fields_for(self.actor, "sales-orders")), f"/sales-orders/{order.public_id}")

    @extend_schema(request=ReasonInput, responses=Answer(QuoteObject, refuses=[InvalidStatusTransition]))
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, public_id: str) -> Response:
        """Marks a sent quote declined by the customer."""
        reason = self.input(ReasonInput, self.noun, optional=True).get("reason", "")
        return single(self.serialize(decline_quote(self.actor, self.get_object(), reason=reason)))

    @extend_schema(request=ReasonInput, responses=Answer(QuoteObject, refuses=[InvalidStatusTransition]))
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancels a draft or sent quote."""
        reason = self.input(ReasonInput, self.noun, optional=True).get("reason", "")
        return single(self.serialize(cancel_quote(self.actor, self.get_object(), reason=reason)))

    @extend_schema(responses=Answer(QuoteObject, 201, refuses=[QuoteNotRevisable, CustomerAnonymised]))
    @action(detail=True, methods=["post"])
    def revise(self, request: Request, public_id: str) -> Response:
        """Makes the next version of a sent quote as a draft, and cancels the sent one."""
        return self.created(revise_quote(self.actor, self.get_object()))

    @extend_schema(responses=Answer(QuoteObject, 201))
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, public_id: str) -> Response:
        """Makes a new draft of today with the same lines and prices."""
        return self.created(duplicate_quote(self.actor, self.get_object()))

    def created(self, quote: Quote) -> Response:
        """The answer of a new quote."""
        return created(self.serialize(quote), f"/quotes/{quote.public_id}")

    def create_row(self, values: Any) -> QuoteObject:
        """One draft of many."""
        return self.serialize(create_quote(self.actor, values))

    def render_pdf(self, row: Quote) -> RenderedPdf:
        """The PDF that was sent, else what the quote says now."""
        return render_quote_pdf(self.actor, row)
