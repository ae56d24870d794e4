"""The resource of payments."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_time
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.kernel.errors import NotFound
from customers.api.locking import CustomerFirstMixin
from invoicing.api.allocation_responses import allocations_of
from invoicing.api.credit_views import ALLOCATING, UNALLOCATING, CreditMixin
from invoicing.api.inputs import AllocateInput, CustomerPaymentInput, TakeBackInput, UnallocateInput
from invoicing.api.payment_responses import PAYMENT_COLUMNS, PaymentObject, payment_object, payment_row
from invoicing.errors import PaymentAlreadyVoided, PaymentCreditSpent
from invoicing.filters import PaymentFilters
from invoicing.models import Allocation, Payment
from invoicing.queries import invoice_by_public_id, payment_by_public_id
from invoicing.services import record_customer_payment, void_payment

PAYMENT_SORTS = {
    "paymentDate": by_day("payment_date"),
    "amount": by_number("amount"),
    "createdAt": by_time("created_at"),
}


SETTLED = {"allocations": allocations_of(Payment)}
INVOICE_PAYMENTS = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate", always=SETTLED)


class BasePaymentViewSet(CustomerFirstMixin, ApiViewSet):
    """What every URL of one payment needs."""

    resource = "payments"

    def get_object(self) -> Payment:
        """The payment of the path."""
        return payment_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Payment) -> PaymentObject:
        """The whole payment."""
        return payment_object(row, self.actor.today())

    @extend_schema(
        request=TakeBackInput, responses=Answer(PaymentObject, refuses=[PaymentAlreadyVoided, PaymentCreditSpent])
    )
    @action(detail=True, methods=["post"], verb="void")
    def void(self, request: Request, **path: str) -> Response:
        """Voids a payment, dated today: what it settled when it was recorded is due again."""
        reason = self.input(TakeBackInput, "Payment", optional=True).get("reason", "")
        return single(self.serialize(void_payment(self.actor, self.get_object(), reason=reason)))


class PaymentViewSet(BasePaymentViewSet, CreditMixin):
    """Payments."""

    listing = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate", PaymentFilters, always=SETTLED)

    @extend_schema(responses=Answer(PaymentObject))
    def list(self, request: Request) -> Response:
        """A page of payments."""
        return self.page(Payment.objects.all(), payment_row(self.actor.today()))

    @extend_schema(request=CustomerPaymentInput, responses=Answer(PaymentObject, 201, refuses=ALLOCATING))
    def create(self, request: Request) -> Response:
        """Records a payment by a customer, for as many invoices as it says; the rest is the customer's credit."""
        payment = record_customer_payment(self.actor, self.input(CustomerPaymentInput, "Payment"))
        return created(self.serialize(payment), f"/payments/{payment.public_id}")

    @extend_schema(responses=Answer(PaymentObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One payment."""
        return self.one()

    @extend_schema(request=AllocateInput, responses=Answer(PaymentObject, refuses=[PaymentAlreadyVoided, *ALLOCATING]))
    @action(detail=True, methods=["post"])
    def allocate(self, request: Request, public_id: str) -> Response:
        """Settles invoices with what is left of a payment, today."""
        return single(self.allocated())

    @extend_schema(
        request=UnallocateInput, responses=Answer(PaymentObject, refuses=[PaymentAlreadyVoided, *UNALLOCATING])
    )
    @action(detail=True, methods=["post"])
    def unallocate(self, request: Request, public_id: str) -> Response:
        """Reverses allocations, dated today: their amounts are due again, and are the customer's credit."""
        return single(self.unallocated())


class InvoicePaymentViewSet(BasePaymentViewSet):
    """A payment below its invoice."""

    lookup_url_kwarg = "payment_id"

    def get_object(self) -> Payment:
        """The payment of the path, if it was recorded for the path's invoice or settled some of it."""
        invoice = invoice_by_public_id(self.kwargs["public_id"])
        payment = payment_by_public_id(self.kwargs["payment_id"])
        if (
            not Allocation.objects.filter(payment=payment, invoice=invoice).exists()
            and payment.invoice_id != invoice.pk
        ):
            raise NotFound("Payment", self.kwargs["payment_id"])
        return payment
