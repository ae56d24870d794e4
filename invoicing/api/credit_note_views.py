"""The addresses of credit notes."""

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_number, by_text, by_time
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from invoicing.api.credit_note_objects import (
    CREDIT_NOTE_COLUMNS,
    CreditNoteObject,
    CreditNoteRow,
    credit_line_object,
    credit_note_object,
    credit_note_row,
)
from invoicing.api.inputs import CreditNoteInput
from invoicing.errors import (
    CreditExceedsAmountDue,
    CreditExceedsRemaining,
    InvoiceAlreadyCredited,
    InvoiceNotIssued,
)
from invoicing.filters import CreditNoteFilters
from invoicing.models import CreditNote, CreditNoteLine
from invoicing.queries import credit_note_by_public_id
from invoicing.services import create_credit_note
from sales.api.objects import lines_of

CREDIT_NOTE_SORTS = {
    "creditNoteDate": by_day("credit_note_date"),
    "creditNoteNumber": by_text("number_sort"),
    "total": by_number("total"),
    "createdAt": by_time("created_at"),
}


class CreditNoteList(ApiView):
    """All credit notes; a new one."""

    resource = "credit-notes"
    listing = Listing(
        row=CreditNoteRow,
        columns=CREDIT_NOTE_COLUMNS,
        sorts=CREDIT_NOTE_SORTS,
        default_sort="creditNoteDate",
        filters=CreditNoteFilters,
        expand={"items": lines_of(CreditNoteLine, "credit_note", credit_line_object)},
    )

    @operation(gives=CreditNoteRow)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of credit notes."""
        return self.list_page(CreditNote.objects.all(), credit_note_row)

    @operation(
        gives=CreditNoteObject,
        takes=CreditNoteInput,
        status=201,
        refuses=(InvoiceNotIssued, InvoiceAlreadyCredited, CreditExceedsRemaining, CreditExceedsAmountDue),
    )
    def post(self, request: HttpRequest) -> HttpResponse:
        """Credits an invoice, whole or in part, and issues the credit note at once."""
        note = create_credit_note(self.actor, self.input(CreditNoteInput, "Credit note"))
        return self.created(credit_note_object(note), f"/credit-notes/{note.public_id}")


class CreditNoteView(ObjectView[CreditNote]):
    """At one credit note."""

    resource = "credit-notes"

    def find(self, public_id: str) -> CreditNote:
        """The credit note of the path."""
        return credit_note_by_public_id(public_id)

    def show(self, row: CreditNote) -> CreditNoteObject:
        """The whole credit note."""
        return credit_note_object(row)


class CreditNoteDetail(SingleView[CreditNote], CreditNoteView):
    """One credit note."""
