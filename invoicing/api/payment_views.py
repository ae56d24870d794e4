"""The addresses of payments."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_number, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.serializers import validated
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from bigledger_crm.kernel.errors import NotFound
from invoicing.api.inputs import PaymentInput, TakeBackInput
from invoicing.api.payment_objects import PAYMENT_COLUMNS, PaymentObject, payment_object, payment_row
from invoicing.api.views import InvoiceView
from invoicing.errors import InvoiceNotIssued, PaymentAlreadyVoided, PaymentExceedsAmountDue
from invoicing.filters import PaymentFilters
from invoicing.models import Payment
from invoicing.queries import invoice_by_public_id, payment_by_public_id
from invoicing.services import record_payment, void_payment

PAYMENT_SORTS = {
    "paymentDate": by_day("payment_date"),
    "amount": by_number("amount"),
    "createdAt": by_time("created_at"),
}


class PaymentList(ApiView):
    """All payments."""

    resource = "payments"
    listing = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate", PaymentFilters)

    @operation(gives=PaymentObject)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of payments."""
        return self.list_page(Payment.objects.all(), payment_row(self.actor.today()))


class InvoicePayments(InvoiceView):
    """Payments of an invoice."""

    resource = "payments"
    listing = Listing(PaymentObject, PAYMENT_COLUMNS, PAYMENT_SORTS, "paymentDate")

    @operation(gives=PaymentObject)
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """A page of the payments of an invoice."""
        return self.list_page(Payment.objects.filter(invoice=self.row), payment_row(self.actor.today()))

    @operation(gives=PaymentObject, takes=PaymentInput, status=201, refuses=(InvoiceNotIssued, PaymentExceedsAmountDue))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Records a payment."""
        self.no_parameters()
        invoice = self.row
        values = validated(PaymentInput, self.body(), "Payment", actor=self.actor, invoice=invoice)
        payment = record_payment(self.actor, invoice, values)
        return self.created(payment_object(payment, self.actor.today()), f"/payments/{payment.public_id}")


class PaymentView(ObjectView[Payment]):
    """At one payment."""

    resource = "payments"

    def find(self, public_id: str) -> Payment:
        """The payment of the path."""
        return payment_by_public_id(public_id)

    def show(self, row: Payment) -> PaymentObject:
        """The whole payment."""
        return payment_object(row, self.actor.today())


class PaymentDetail(SingleView[Payment], PaymentView):
    """One payment."""


class PaymentVoid(PaymentView):
    """Voiding a payment."""

    @operation(gives=PaymentObject, takes=TakeBackInput, refuses=(PaymentAlreadyVoided,))
    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Reverses a payment today: its amount is due again."""
        values = self.input(TakeBackInput, "Payment", optional=True)
        return single(self.show(void_payment(self.actor, self.row, reason=values.get("reason", ""))))


class InvoicePaymentVoid(PaymentVoid):
    """Voiding a payment below its invoice."""

    def find(self, public_id: str) -> Payment:
        """The payment of the path, if it is of the path's invoice."""
        invoice = invoice_by_public_id(public_id)
        payment_id: Any = self.kwargs["payment_id"]
        payment = payment_by_public_id(payment_id)
        if payment.invoice_id != invoice.pk:
            raise NotFound("Payment", payment_id)
        return payment
