"""The resource of invoices, and of turning an order into one."""

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
from invoicing.api.einvoice_views import EInvoiceMixin
from invoicing.api.inputs import (
    ConvertOrderInput,
    InvoiceInput,
    InvoiceUpdate,
    IssueInvoiceInput,
    PaymentInput,
    SendInvoiceInput,
    TakeBackInput,
)
from invoicing.api.invoice_responses import (
    INVOICE_COLUMNS,
    InvoiceObject,
    InvoiceRow,
    SentInvoice,
    invoice_object,
    invoice_row,
)
from invoicing.api.payment_responses import PaymentObject, payment_object, payment_row
from invoicing.api.payment_views import INVOICE_PAYMENTS
from invoicing.api.reminder_responses import RemindersInput
from invoicing.einvoice_errors import EInvoiceIsLive
from invoicing.errors import (
    InvoiceHasPayments,
    InvoiceNotEditable,
    InvoiceNotIssued,
    InvoiceNotOverdue,
    OrderAlreadyInvoiced,
    OrderNotInvoiceable,
    PaymentExceedsAmountDue,
)
from invoicing.filters import InvoiceFilters
from invoicing.models import Invoice, InvoiceLine, Payment
from invoicing.queries import invoice_by_public_id, invoice_ranks
from invoicing.queries.settlement import settling
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_invoice,
    duplicate_invoice,
    issue_invoice,
    record_payment,
    render_invoice_pdf,
    send_invoice,
    send_reminder,
    set_reminders,
    update_invoice,
)
from sales.api.attachment_views import AttachmentsMixin
from sales.api.bulk import DocumentBulkMixin
from sales.api.document_responses import delivery_object, line_object, lines_of
from sales.api.email_inputs import SendInput, email_options
from sales.api.order_views import BaseOrderViewSet
from sales.errors import CreditLimitExceeded, CustomerBlocked, DiscountExceedsLimit, QuantityExceedsRemaining

INVOICE_SORTS = {
    "invoiceNumber": by_text("number_sort"),
    "invoiceDate": by_day("invoice_date"),
    "dueDate": by_day("due_date"),
    "total": by_number("total"),
    "amountDue": by_number("amount_due"),
    "status": by_rank(invoice_ranks, "invoice_date"),
    "createdAt": by_time("created_at"),
}


class InvoiceViewSet(
    CustomerFirstMixin, CustomFieldsMixin, DocumentBulkMixin, AttachmentsMixin, EInvoiceMixin, PdfMixin
):
    """Invoices."""

    resource = "invoices"
    custom_fields_of = "invoices"
    listing = Listing(
        row=InvoiceRow,
        columns=INVOICE_COLUMNS,
        sorts=INVOICE_SORTS,
        default_sort="invoiceDate",
        filters=InvoiceFilters,
        expand={"items": lines_of(InvoiceLine, "invoice", line_object), "attachments": objects_by_document},
    )
    expands = ("items", "attachments")
    kind = "invoice"
    noun = "Invoice"
    row_input = InvoiceInput

    def get_object(self) -> Invoice:
        """The invoice of the path."""
        return invoice_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: Invoice, **extra: Any) -> InvoiceObject:
        """The whole invoice."""
        return invoice_object(row, self.actor.today(), self.custom_fields, **extra)

    @extend_schema(responses=Answer(InvoiceRow))
    def list(self, request: Request) -> Response:
        """A page of invoices."""
        return self.page(Invoice.objects.all(), invoice_row(self.actor.today(), self.custom_fields))

    @extend_schema(
        request=InvoiceInput, responses=Answer(InvoiceObject, 201, refuses=[DiscountExceedsLimit, CustomFieldTaken])
    )
    def create(self, request: Request) -> Response:
        """A new draft of an invoice."""
        return self.created(create_invoice(self.actor, self.input(InvoiceInput, self.noun)))

    @extend_schema(responses=Answer(InvoiceObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One invoice."""
        return self.one()

    @extend_schema(
        request=InvoiceUpdate,
        responses=Answer(InvoiceObject, refuses=[InvoiceNotEditable, DiscountExceedsLimit, CustomFieldTaken]),
    )
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the given fields: any of a draft; of an issued invoice reference, notes, tags and custom fields."""
        invoice = self.get_object()
        values = self.input(InvoiceUpdate, self.noun, document=invoice)
        return single(self.serialize(update_invoice(self.actor, invoice, values)))

    partial_update = update

    @extend_schema(
        request=IssueInvoiceInput,
        responses=Answer(InvoiceObject, refuses=[InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded]),
    )
    @action(detail=True, methods=["post"])
    def issue(self, request: Request, public_id: str) -> Response:
        """Posts the invoice to the customer's ledger."""
        override = self.input(IssueInvoiceInput, self.noun, optional=True).get("override_credit_limit", False)
        return single(self.serialize(issue_invoice(self.actor, self.get_object(), override_credit_limit=override)))

    @extend_schema(
        request=SendInvoiceInput,
        responses=Answer(
            SentInvoice, refuses=[InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded, EmailLimitReached]
        ),
    )
    @action(detail=True, methods=["post"])
    def send(self, request: Request, public_id: str) -> Response:
        """Issues a draft and queues the email."""
        values = self.input(SendInvoiceInput, "Email", optional=True)
        invoice, email = send_invoice(
            self.actor,
            self.get_object(),
            email_options(values),
            send_reminders=values.get("send_reminders"),
            override_credit_limit=values.get("override_credit_limit", False),
        )
        return single(self.serialize(invoice, delivery=delivery_object(email)))

    @extend_schema(
        request=TakeBackInput,
        responses=Answer(InvoiceObject, refuses=[InvoiceHasPayments, EInvoiceIsLive, InvalidStatusTransition]),
    )
    @action(detail=True, methods=["post"], verb="cancel")
    def cancel(self, request: Request, public_id: str) -> Response:
        """Cancels a draft, or an issued invoice of which nothing is paid or credited."""
        reason = self.input(TakeBackInput, self.noun, optional=True).get("reason", "")
        return single(self.serialize(cancel_invoice(self.actor, self.get_object(), reason=reason)))

    @extend_schema(responses=Answer(InvoiceObject, 201))
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, public_id: str) -> Response:
        """Makes a new draft of today with the same lines, which belong to no order."""
        return self.created(duplicate_invoice(self.actor, self.get_object()))

    @extend_schema(responses=Answer(PaymentObject))
    @action(detail=True, resource="payments", listing=INVOICE_PAYMENTS)
    def payments(self, request: Request, public_id: str) -> Response:
        """A page of the payments of an invoice."""
        return self.page(Payment.objects.filter(settling(self.get_object())), payment_row(self.actor.today()))

    @extend_schema(
        request=PaymentInput, responses=Answer(PaymentObject, 201, refuses=[InvoiceNotIssued, PaymentExceedsAmountDue])
    )
    @payments.mapping.post
    def pay(self, request: Request, public_id: str) -> Response:
        """Records a payment."""
        invoice = self.get_object()
        payment = record_payment(self.actor, invoice, self.input(PaymentInput, "Payment", invoice=invoice))
        return created(payment_object(payment, self.actor.today()), f"/payments/{payment.public_id}")

    @extend_schema(request=RemindersInput, responses=Answer(InvoiceObject, refuses=[InvoiceNotEditable]))
    @action(detail=True, methods=["put"])
    def reminders(self, request: Request, public_id: str) -> Response:
        """Turns the reminders of an invoice on or off, also of an issued one."""
        wanted = self.input(RemindersInput, self.noun)["send_reminders"]
        return single(self.serialize(set_reminders(self.actor, self.get_object(), wanted=wanted)))

    @extend_schema(request=SendInput, responses=Answer(SentInvoice, refuses=[InvoiceNotOverdue, EmailLimitReached]))
    @reminders.mapping.post
    def remind(self, request: Request, public_id: str) -> Response:
        """Sends a reminder of an overdue invoice now; without `to` it goes where the schedule's would go."""
        message = email_options(self.input(SendInput, "Email", optional=True))
        invoice, email = send_reminder(self.actor, self.get_object(), message)
        return single(self.serialize(invoice, delivery=delivery_object(email)))

    def created(self, invoice: Invoice) -> Response:
        """The answer of a new invoice."""
        return created(self.serialize(invoice), f"/invoices/{invoice.public_id}")

    def create_row(self, values: Any) -> InvoiceObject:
        """One draft of many."""
        return self.serialize(create_invoice(self.actor, values))

    def render_pdf(self, row: Invoice) -> RenderedPdf:
        """The PDF that was issued, else what the invoice says now."""
        return render_invoice_pdf(self.actor, row)


class OrderInvoicingViewSet(BaseOrderViewSet):
    """What invoicing adds to an order."""

    @extend_schema(
        request=ConvertOrderInput,
        responses=Answer(
            InvoiceObject, 201, refuses=[OrderNotInvoiceable, OrderAlreadyInvoiced, QuantityExceedsRemaining]
        ),
    )
    @action(detail=True, methods=["post"], url_path="convert-to-invoice", resource="invoices")
    def convert_to_invoice(self, request: Request, public_id: str) -> Response:
        """Makes an invoice for all that remains, or for the given parts."""
        values = self.input(ConvertOrderInput, "Invoice", optional=True)
        invoice = convert_order_to_invoice(
            self.actor,
            self.get_object(),
            invoice_date=values.get("invoice_date"),
            due_date=values.get("due_date"),
            partial_items=values.get("partial_items"),
        )
        made = invoice_object(invoice, self.actor.today(), fields_for(self.actor, "invoices"))
        return created(made, f"/invoices/{invoice.public_id}")
