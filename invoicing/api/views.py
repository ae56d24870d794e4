"""The addresses of invoices, and of turning an order into one."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from bigledger_crm.api.attachments import objects_by_document
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.operations import operation
from bigledger_crm.api.paging import by_day, by_number, by_rank, by_text, by_time
from bigledger_crm.api.responses import single
from bigledger_crm.api.views import ApiView, ObjectView, SingleView
from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.outbox.errors import EmailLimitReached
from invoicing.api.inputs import (
    ConvertOrderInput,
    InvoiceInput,
    InvoiceUpdate,
    IssueInvoiceInput,
    SendInvoiceInput,
    TakeBackInput,
)
from invoicing.api.objects import (
    INVOICE_COLUMNS,
    InvoiceObject,
    InvoiceRow,
    SentInvoice,
    invoice_object,
    invoice_row,
)
from invoicing.errors import InvoiceHasPayments, InvoiceNotEditable, OrderAlreadyInvoiced, OrderNotInvoiceable
from invoicing.filters import InvoiceFilters
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import invoice_by_public_id, invoice_ranks
from invoicing.services import (
    cancel_invoice,
    convert_order_to_invoice,
    create_invoice,
    duplicate_invoice,
    issue_invoice,
    send_invoice,
    update_invoice,
)
from sales.api.objects import delivery_object, line_object, lines_of
from sales.api.order_views import OrderView
from sales.api.quote_views import message_of
from sales.errors import CreditLimitExceeded, CustomerBlocked, QuantityExceedsRemaining

INVOICE_SORTS = {
    "invoiceNumber": by_text("number_sort"),
    "invoiceDate": by_day("invoice_date"),
    "dueDate": by_day("due_date"),
    "total": by_number("total"),
    "amountDue": by_number("amount_due"),
    "status": by_rank(invoice_ranks, "invoice_date"),
    "createdAt": by_time("created_at"),
}


class InvoiceList(ApiView):
    """All invoices; a new invoice."""

    resource = "invoices"
    listing = Listing(
        row=InvoiceRow,
        columns=INVOICE_COLUMNS,
        sorts=INVOICE_SORTS,
        default_sort="invoiceDate",
        filters=InvoiceFilters,
        expand={"items": lines_of(InvoiceLine, "invoice", line_object), "attachments": objects_by_document},
    )

    @operation(gives=InvoiceRow)
    def get(self, request: HttpRequest) -> HttpResponse:
        """A page of invoices."""
        return self.list_page(Invoice.objects.all(), invoice_row(self.actor.today()))

    @operation(gives=InvoiceObject, takes=InvoiceInput, status=201)
    def post(self, request: HttpRequest) -> HttpResponse:
        """A new draft of an invoice."""
        self.no_parameters()
        invoice = create_invoice(self.actor, self.input(InvoiceInput, "Invoice"))
        return self.created(invoice_object(invoice, self.actor.today()), f"/invoices/{invoice.public_id}")


class InvoiceView(ObjectView[Invoice]):
    """At one invoice."""

    resource = "invoices"

    def find(self, public_id: str) -> Invoice:
        """The invoice of the path."""
        return invoice_by_public_id(public_id)

    def show(self, row: Invoice, **extra: Any) -> InvoiceObject:
        """The whole invoice."""
        return invoice_object(row, self.actor.today(), **extra)


class InvoiceDetail(SingleView[Invoice], InvoiceView):
    """One invoice."""

    expands = ("items", "attachments")

    @operation(gives=InvoiceObject, takes=InvoiceUpdate, refuses=(InvoiceNotEditable,))
    def put(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Changes the given fields: any of a draft; reference, notes and tags of an issued invoice."""
        self.no_parameters()
        return single(self.show(update_invoice(self.actor, self.row, self.input(InvoiceUpdate, "Invoice"))))

    patch = put


class InvoiceIssue(InvoiceView):
    """Issuing an invoice without mail."""

    @operation(
        gives=InvoiceObject,
        takes=IssueInvoiceInput,
        refuses=(InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded),
    )
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Posts the invoice to the customer's ledger."""
        self.no_parameters()
        values = self.input(IssueInvoiceInput, "Invoice", optional=True)
        override = values.get("override_credit_limit", False)
        return single(self.show(issue_invoice(self.actor, self.row, override_credit_limit=override)))


class InvoiceSend(InvoiceView):
    """Sending an invoice."""

    @operation(
        gives=SentInvoice,
        takes=SendInvoiceInput,
        refuses=(InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded, EmailLimitReached),
    )
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Issues a draft and queues the mail."""
        self.no_parameters()
        values = self.input(SendInvoiceInput, "Email", optional=True)
        invoice, email = send_invoice(
            self.actor,
            self.row,
            message_of(values),
            send_reminders=values.get("send_reminders"),
            override_credit_limit=values.get("override_credit_limit", False),
        )
        return single(self.show(invoice, delivery=delivery_object(email)))


class InvoiceCancel(InvoiceView):
    """Cancelling an invoice."""

    @operation(gives=InvoiceObject, takes=TakeBackInput, refuses=(InvoiceHasPayments, InvalidStatusTransition))
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Cancels a draft, or an issued invoice of which nothing is paid or credited."""
        values = self.input(TakeBackInput, "Invoice", optional=True)
        return single(self.show(cancel_invoice(self.actor, self.row, reason=values.get("reason", ""))))


class InvoiceDuplicate(InvoiceView):
    """Copying an invoice."""

    @operation(gives=InvoiceObject, status=201)
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes a new draft of today with the same lines, which belong to no order."""
        invoice = duplicate_invoice(self.actor, self.row)
        return self.created(self.show(invoice), f"/invoices/{invoice.public_id}")


class OrderConvert(OrderView):
    """Turning an order into an invoice."""

    resource = "invoices"

    @operation(
        gives=InvoiceObject,
        takes=ConvertOrderInput,
        status=201,
        refuses=(OrderNotInvoiceable, OrderAlreadyInvoiced, QuantityExceedsRemaining),
    )
    def post(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """Makes an invoice for all that remains, or for the given parts."""
        self.no_parameters()
        values = self.input(ConvertOrderInput, "Invoice", optional=True)
        invoice = convert_order_to_invoice(
            self.actor,
            self.row,
            invoice_date=values.get("invoice_date"),
            due_date=values.get("due_date"),
            partial_items=values.get("partial_items"),
        )
        return self.created(invoice_object(invoice, self.actor.today()), f"/invoices/{invoice.public_id}")
