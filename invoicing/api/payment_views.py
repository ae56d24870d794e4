"""The resource of payments."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_day, by_number, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.kernel.errors import NotFound
from invoicing.api.inputs import TakeBackInput
from invoicing.api.payment_responses import PAYMENT_COLUMNS, PaymentObject, payment_object, payment_row
from invoicing.errors import PaymentAlreadyVoided
from invoicing.filters import PaymentFilters
from invoicing.models import Payment
from invoicing.queries import invoice_by_public_id, payment_by_public_id
from invoicing.services import void_payment

PAYMENT_SORTS = {
    "paymentDate": by_day("payment_date"),
    "amount": by_number("amount"),
    "createdAt": by_time("created_at"),
}


INVOICE_PAYMENTS = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate")


class BasePaymentViewSet(ApiViewSet):
    """What every address of one payment needs."""

    resource = "payments"

    def get_object(self) -> Payment:
        """The payment of the path."""
        return payment_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Payment) -> PaymentObject:
        """The whole payment."""
        return payment_object(row, self.actor.today())

    @extend_schema(request=TakeBackInput, responses=Answer(PaymentObject, refuses=[PaymentAlreadyVoided]))
    @action(detail=True, methods=["post"], verb="void")
    def void(self, request: Request, **path: str) -> Response:
        """Reverses a payment today: its amount is due again."""
        reason = self.input(TakeBackInput, "Payment", optional=True).get("reason", "")
        return single(self.serialize(void_payment(self.actor, self.get_object(), reason=reason)))


class PaymentViewSet(BasePaymentViewSet):
    """Payments; they are recorded at their invoice."""

    listing = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate", PaymentFilters)

    @extend_schema(responses=Answer(PaymentObject))
    def list(self, request: Request) -> Response:
        """A page of payments."""
        return self.page(Payment.objects.all(), payment_row(self.actor.today()))

    @extend_schema(responses=Answer(PaymentObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One payment."""
        return self.one()


class InvoicePaymentViewSet(BasePaymentViewSet):
    """A payment below its invoice."""

    lookup_url_kwarg = "payment_id"

    def get_object(self) -> Payment:
        """The payment of the path, if it is of the path's invoice."""
        invoice = invoice_by_public_id(self.kwargs["public_id"])
        payment = payment_by_public_id(self.kwargs["payment_id"])
        if payment.invoice_id != invoice.pk:
            raise NotFound("Payment", self.kwargs["payment_id"])
        return payment
