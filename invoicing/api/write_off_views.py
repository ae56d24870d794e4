"""The write-offs of an invoice."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_time
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from customers.queries import lock_customer_of
from invoicing.api.allocation_responses import WRITE_OFF_COLUMNS, WriteOffObject, write_off_object, write_off_row
from invoicing.api.inputs import TakeBackInput, WriteOffInput
from invoicing.errors import (
    InvoiceNotIssued,
    WriteOffAlreadyReversed,
    WriteOffExceedsAmountDue,
    WriteOffExceedsTolerance,
)
from invoicing.models import Invoice, WriteOff
from invoicing.queries import invoice_by_public_id
from invoicing.queries.settlement import write_off_by_public_id
from invoicing.services import reverse_write_off, write_off_invoice

WRITE_OFF_SORTS = {"writeOffDate": by_day("write_off_date"), "createdAt": by_time("created_at")}
REFUSES = (InvoiceNotIssued, WriteOffExceedsAmountDue, WriteOffExceedsTolerance)


class WriteOffViewSet(ApiViewSet):
    """Write-offs, below their invoice."""

    resource = "invoices"
    lookup_url_kwarg = "write_off_id"
    listing = Listing(WriteOffObject, WRITE_OFF_COLUMNS, WRITE_OFF_SORTS, "writeOffDate")

    def invoice(self) -> Invoice:
        """The invoice of the path."""
        return invoice_by_public_id(self.kwargs["public_id"])

    def get_object(self) -> WriteOff:
        """The write-off of the path, of the invoice of the path."""
        return write_off_by_public_id(self.invoice(), self.kwargs["write_off_id"])

    def lock_before(self, row: WriteOff) -> None:
        """The customer, as the services do."""
        lock_customer_of(row.invoice)

    def serialize(self, row: WriteOff) -> WriteOffObject:
        """The whole write-off."""
        return write_off_object(row)

    @extend_schema(responses=Answer(WriteOffObject))
    def list(self, request: Request, public_id: str) -> Response:
        """A page of the write-offs of an invoice."""
        return self.page(WriteOff.objects.filter(invoice=self.invoice()), write_off_row)

    @extend_schema(request=WriteOffInput, responses=Answer(WriteOffObject, 201, refuses=REFUSES))
    def create(self, request: Request, public_id: str) -> Response:
        """Gives up part of an invoice today; without an amount all that is due."""
        invoice = self.invoice()
        write_off = write_off_invoice(self.actor, invoice, self.input(WriteOffInput, "Write-off"))
        return created(self.serialize(write_off), f"/invoices/{public_id}/write-offs")

    @extend_schema(request=TakeBackInput, responses=Answer(WriteOffObject, refuses=[WriteOffAlreadyReversed]))
    @action(detail=True, methods=["post"])
    def reverse(self, request: Request, public_id: str, write_off_id: str) -> Response:
        """Reverses a write-off, dated today: its amount is due again."""
        reason = self.input(TakeBackInput, "Write-off", optional=True).get("reason", "")
        return single(self.serialize(reverse_write_off(self.actor, self.get_object(), reason=reason)))
