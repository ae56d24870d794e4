"""The credit that is left of a payment or credit note: it settles invoices, or is refunded."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_time
from bigledger_crm.api.responses import ApiStruct, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from customers.api.customer_views import BaseCustomerViewSet
from customers.api.locking import CustomerFirstMixin
from customers.queries import lock_customer_of
from invoicing.api.allocation_responses import (
    REFUND_COLUMNS,
    CustomerCredits,
    RefundObject,
    customer_credits,
    refund_object,
    refund_row,
)
from invoicing.api.credit_note_responses import CreditNoteObject, credit_note_object
from invoicing.api.inputs import AllocateInput, GoodwillInput, RefundInput, TakeBackInput, UnallocateInput
from invoicing.errors import (
    AllocationAlreadyReversed,
    AllocationExceedsAmountDue,
    AllocationExceedsCredit,
    InvoiceNotIssued,
    NothingAllocated,
    PaymentAlreadyVoided,
    RefundAlreadyVoided,
    RefundExceedsCredit,
)
from invoicing.filters import RefundFilters
from invoicing.models import Refund
from invoicing.queries.settlement import key_of, refund_by_public_id
from invoicing.services import allocate_credit, create_goodwill_note, refund_credit, unallocate_credit, void_refund

REFUND_SORTS = {"refundDate": by_day("refund_date"), "createdAt": by_time("created_at")}
ALLOCATING = (InvoiceNotIssued, AllocationExceedsAmountDue, AllocationExceedsCredit)
UNALLOCATING = (NothingAllocated, AllocationAlreadyReversed)
SOURCE_REFUNDS = Listing(RefundObject, REFUND_COLUMNS, REFUND_SORTS, "refundDate")


class CreditMixin(CustomerFirstMixin, ApiViewSet):
    """The verbs of payments and of credit notes."""

    def allocated(self) -> ApiStruct:
        """The payment or credit note after `allocate`."""
        values = self.input(AllocateInput, "Allocation")
        auto = values.get("auto_allocate") or "none"
        source = self.get_object()
        stored: Any = allocate_credit(self.actor, source, values.get("allocations"), auto_allocate=auto)
        return self.serialize(stored)  # type: ignore[no-any-return]

    def unallocated(self) -> ApiStruct:
        """The payment or credit note after `unallocate`."""
        values = self.input(UnallocateInput, "Allocation", optional=True)
        stored: Any = unallocate_credit(self.actor, self.get_object(), values.get("allocation_ids"))
        return self.serialize(stored)  # type: ignore[no-any-return]

    @extend_schema(responses=Answer(RefundObject))
    @action(detail=True, methods=["get"], listing=SOURCE_REFUNDS)
    def refunds(self, request: Request, public_id: str) -> Response:
        """A page of the refunds."""
        return self.page(Refund.objects.filter(**key_of(self.get_object())), refund_row)

    @extend_schema(
        request=RefundInput,
        responses=Answer(RefundObject, 201, refuses=[PaymentAlreadyVoided, RefundExceedsCredit]),
    )
    @refunds.mapping.post
    def refund(self, request: Request, public_id: str) -> Response:
        """Refunds what is left to the customer, or part of it."""
        refund = refund_credit(self.actor, self.get_object(), self.input(RefundInput, "Refund"))
        return created(refund_object(refund), f"/refunds/{refund.public_id}")


class RefundViewSet(ApiViewSet):
    """Refunds; they are made at their payment or credit note."""

    resource = "payments"
    listing = Listing(RefundObject, REFUND_COLUMNS, REFUND_SORTS, "refundDate", RefundFilters)

    def get_object(self) -> Refund:
        """The refund of the path."""
        return refund_by_public_id(self.kwargs["public_id"])

    def lock_before(self, row: Refund) -> None:
        """The customer, as the services do."""
        lock_customer_of(row.source)

    def serialize(self, row: Refund) -> RefundObject:
        """The whole refund."""
        return refund_object(row)

    @extend_schema(responses=Answer(RefundObject))
    def list(self, request: Request) -> Response:
        """A page of refunds."""
        return self.page(Refund.objects.all(), refund_row)

    @extend_schema(responses=Answer(RefundObject))
    def retrieve(self, request: Request, public_id: str) -> Any:
        """One refund."""
        return self.one()

    @extend_schema(request=TakeBackInput, responses=Answer(RefundObject, refuses=[RefundAlreadyVoided]))
    @action(detail=True, methods=["post"], verb="refund")
    def void(self, request: Request, public_id: str) -> Response:
        """Voids a refund, dated today: its amount is the customer's credit again."""
        reason = self.input(TakeBackInput, "Refund", optional=True).get("reason", "")
        return single(self.serialize(void_refund(self.actor, self.get_object(), reason=reason)))


class CustomerCreditViewSet(BaseCustomerViewSet):
    """What a customer has for invoices to come."""

    resource = "payments"

    @extend_schema(responses=Answer(CustomerCredits))
    @action(detail=True, methods=["get"])
    def credits(self, request: Request, public_id: str) -> Response:
        """The payments and credit notes of which something is left, oldest first."""
        return single(customer_credits(self.get_object()))

    @extend_schema(request=GoodwillInput, responses=Answer(CreditNoteObject, 201))
    @action(detail=True, methods=["post"], url_path="credit-notes", resource="credit-notes", verb="goodwill")
    def goodwill(self, request: Request, public_id: str) -> Response:
        """Credits a customer without an invoice, and issues the credit note at once."""
        inputs = self.input(GoodwillInput, "Credit note", customer=self.get_object())
        note = create_goodwill_note(self.actor, inputs)
        return created(credit_note_object(note), f"/credit-notes/{note.public_id}")
