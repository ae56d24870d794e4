"""The resource of the journal."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_time
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.tenancy.queries import by_public_id
from invoicing.api.journal_responses import (
    JOURNAL_COLUMNS,
    JournalEntryObject,
    journal_entry_object,
    journal_row,
)
from invoicing.filters import JournalFilters
from invoicing.models import JournalEntry
from invoicing.services.journal import post_journal

JOURNAL_SORTS = {"entryDate": by_day("entry_date"), "createdAt": by_time("created_at")}


class JournalViewSet(ApiViewSet):
    """Double entries, for the accountant's books."""

    resource = "journal"
    listing = Listing(JournalEntryObject, JOURNAL_COLUMNS, JOURNAL_SORTS, "entryDate", JournalFilters)

    def get_object(self) -> JournalEntry:
        """The entry of the path."""
        return by_public_id(JournalEntry.objects.all(), "Journal entry", self.kwargs["public_id"])

    def serialize(self, row: JournalEntry) -> JournalEntryObject:
        """The whole entry."""
        return journal_entry_object(row, self.actor.company.currency)

    @extend_schema(responses=Answer(JournalEntryObject))
    def list(self, request: Request) -> Response:
        """A page of the journal; what happened before its first page was asked for is in it."""
        if "cursor" not in request.query_params:
            post_journal(self.actor)
        return self.page(JournalEntry.objects.all(), journal_row(self.actor.company.currency))

    @extend_schema(responses=Answer(JournalEntryObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One entry."""
        return self.one()
