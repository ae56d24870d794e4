"""The resource of batches."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import Sort, by_time
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import FieldError, InvalidData, InvalidStatusTransition, NotFound
from bigledger_crm.tenancy.actor import Actor
from invoicing.api.batch_responses import (
    BATCH_COLUMNS,
    EITHER,
    RESULT_COLUMNS,
    BatchInput,
    BatchObject,
    BatchResultObject,
    BatchRow,
    batch_object,
    batch_result_row,
    batch_row,
)
from invoicing.filters import BatchFilters, BatchItemFilters, InvoiceFilters
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.queries.batches import batch_by_public_id, emails_of_batch
from invoicing.services import cancel_batch, create_batch

RESULTS = Listing(BatchResultObject, RESULT_COLUMNS, {"position": Sort("position", int)}, "position", BatchItemFilters)


class BatchViewSet(ApiViewSet):
    """Batches: one action for many invoices."""

    resource = "invoices"
    listing = Listing(BatchRow, BATCH_COLUMNS, {"createdAt": by_time("created_at")}, "createdAt", BatchFilters)

    def get_object(self) -> Batch:
        """The batch of the path."""
        return batch_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Batch) -> BatchObject:
        """The whole batch."""
        return batch_object(row, emails_of_batch(row))

    @extend_schema(responses=Answer(BatchRow))
    def list(self, request: Request) -> Response:
        """A page of batches."""
        return self.page(Batch.objects.all(), batch_row)

    @extend_schema(request=BatchInput, responses=Answer(BatchObject, 201))
    def create(self, request: Request) -> Response:
        """Sends or issues many invoices: workers do it one by one, and each succeeds or fails on its own."""
        values = self.input(BatchInput, "Batch")
        batch = create_batch(self.actor, values["action"], _chosen(self.actor, values))
        return created(self.serialize(batch), f"/batches/{batch.public_id}")

    @extend_schema(responses=Answer(BatchObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """How far a batch is."""
        return self.one()

    @extend_schema(responses=Answer(BatchObject, refuses=[InvalidStatusTransition]))
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Leaves the invoices alone that the batch has not come to."""
        return single(self.serialize(cancel_batch(self.actor, self.get_object())))

    @extend_schema(responses=Answer(BatchResultObject))
    @action(detail=True, listing=RESULTS)
    def results(self, request: Request, public_id: str) -> Response:
        """A page of the invoices of a batch, each with what became of it."""
        return self.page(BatchItem.objects.filter(batch=self.get_object()), batch_result_row)


def _chosen(actor: Actor, values: Mapping[str, Any]) -> QuerySet[Invoice]:
    """The invoices of a body.  Raises InvalidData, NotFound."""
    if "invoice_ids" in values:
        return _named(values["invoice_ids"])
    if "filters" not in values:
        raise InvalidData("Batch", [FieldError(("filters",), EITHER)])
    return _matching(actor, values["filters"])


def _named(public_ids: Sequence[str]) -> QuerySet[Invoice]:
    """The invoices with these ids.  Raises NotFound for the first that isn't there."""
    keys = {public_id: ids.decode(Invoice.PREFIX, public_id) for public_id in public_ids}
    rows = Invoice.objects.filter(pk__in=[key for key in keys.values() if key])
    found = set(rows.values_list("pk", flat=True))
    for public_id, key in keys.items():
        if key not in found:
            raise NotFound("Invoice", public_id)
    return rows


def _matching(actor: Actor, given: Mapping[str, str]) -> QuerySet[Invoice]:
    """The invoices that the filters of their list leave.  Raises InvalidData, NotFound."""
    known = InvoiceFilters.base_filters
    filters = InvoiceFilters(given, Invoice.objects.all(), company=actor.company)
    problems = {**{name: "Unknown filter" for name in given if name not in known}, **filters.problems()}
    if problems:
        raise InvalidData("Batch", [FieldError(("filters", name), text) for name, text in problems.items()])
    found: QuerySet[Invoice] = filters.qs
    return found
