"""The resource of credit notes."""

import msgspec
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_text, by_time
from bigledger_crm.api.pdf import PdfMixin
from bigledger_crm.api.responses import created, single
from bigledger_crm.documents.services import RenderedPdf
from bigledger_crm.outbox.errors import EmailLimitReached
from invoicing.api.allocation_responses import allocations_of
from invoicing.api.credit_note_responses import (
    CREDIT_NOTE_COLUMNS,
    CreditNoteObject,
    CreditNoteRow,
    SentCreditNote,
    credit_line_object,
    credit_note_object,
    credit_note_row,
)
from invoicing.api.credit_views import ALLOCATING, UNALLOCATING, CreditMixin
from invoicing.api.einvoice_views import EInvoiceMixin
from invoicing.api.inputs import AllocateInput, CreditNoteInput, UnallocateInput
from invoicing.errors import (
    CreditExceedsAmountDue,
    CreditExceedsRemaining,
    InvoiceAlreadyCredited,
    InvoiceNotIssued,
)
from invoicing.filters import CreditNoteFilters
from invoicing.models import CreditNote, CreditNoteLine
from invoicing.queries import credit_note_by_public_id
from invoicing.queries.settlement import notes_with_applied
from invoicing.services import create_credit_note, render_credit_note_pdf, send_credit_note
from sales.api.document_responses import delivery_object, lines_of
from sales.api.email_inputs import SendInput, email_options

CREDIT_NOTE_SORTS = {
    "creditNoteDate": by_day("credit_note_date"),
    "creditNoteNumber": by_text("number_sort"),
    "total": by_number("total"),
    "createdAt": by_time("created_at"),
}


class CreditNoteViewSet(EInvoiceMixin, PdfMixin, CreditMixin):
    """Credit notes."""

    resource = "credit-notes"
    listing = Listing(
        row=CreditNoteRow,
        columns=CREDIT_NOTE_COLUMNS,
        sorts=CREDIT_NOTE_SORTS,
        default_sort="creditNoteDate",
        filters=CreditNoteFilters,
        expand={
            "items": lines_of(CreditNoteLine, "credit_note", credit_line_object),
            "allocations": allocations_of(CreditNote),
        },
    )
    expands = ("items", "allocations")

    def get_object(self) -> CreditNote:
        """The credit note of the path."""
        return credit_note_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: CreditNote) -> CreditNoteObject:
        """The whole credit note."""
        return credit_note_object(row)

    @extend_schema(responses=Answer(CreditNoteRow))
    def list(self, request: Request) -> Response:
        """A page of credit notes."""
        return self.page(notes_with_applied(), credit_note_row)

    @extend_schema(
        request=CreditNoteInput,
        responses=Answer(
            CreditNoteObject,
            201,
            refuses=[InvoiceNotIssued, InvoiceAlreadyCredited, CreditExceedsRemaining, CreditExceedsAmountDue],
        ),
    )
    def create(self, request: Request) -> Response:
        """Credits an invoice, whole or in part, and issues the credit note at once."""
        note = create_credit_note(self.actor, self.input(CreditNoteInput, "Credit note"))
        return created(self.serialize(note), f"/credit-notes/{note.public_id}")

    @extend_schema(responses=Answer(CreditNoteObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One credit note."""
        return self.one()

    @extend_schema(request=AllocateInput, responses=Answer(CreditNoteObject, refuses=ALLOCATING))
    @action(detail=True, methods=["post"])
    def allocate(self, request: Request, public_id: str) -> Response:
        """Settles invoices with what is left of a credit note, today."""
        return single(self.allocated())

    @extend_schema(request=UnallocateInput, responses=Answer(CreditNoteObject, refuses=UNALLOCATING))
    @action(detail=True, methods=["post"])
    def unallocate(self, request: Request, public_id: str) -> Response:
        """Reverses allocations, dated today: their amounts are due again, and are the customer's credit."""
        return single(self.unallocated())

    @extend_schema(request=SendInput, responses=Answer(SentCreditNote, refuses=[EmailLimitReached]))
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        """Queues the email of a credit note, which stays as it was issued."""
        message = email_options(self.input(SendInput, "Email", optional=True))
        note = self.get_object()
        email = send_credit_note(self.actor, note, message)
        shown = msgspec.structs.asdict(self.serialize(note))
        return single(SentCreditNote(**shown, delivery=delivery_object(email)))

    def render_pdf(self, row: CreditNote) -> RenderedPdf:
        """The PDF that was issued."""
        return render_credit_note_pdf(self.actor, row)
