"""Issuing and cancelling invoices."""

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Max

from bigledger_crm.kernel import clock, text
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import quantize
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer_of
from customers.services import post_receivable, set_last_sale
from invoicing.errors import InvoiceHasPayments
from invoicing.lifecycle import INVOICE
from invoicing.models import CreditNote, Invoice, InvoiceLine
from invoicing.queries import lock_invoice
from invoicing.rules import check_reason
from invoicing.services.einvoices import submit_on_issue, withdraw_or_refuse
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from invoicing.services.invoice_settlement import note_paid
from sales.queries import credit_use, lock_order
from sales.services import mark_lines_invoiced, mark_order_issued
from sales.services.credit_limit import check_credit

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def issue_invoice(actor: Actor, invoice: Invoice, *, override_credit_limit: bool = False) -> Invoice:
    """Posts a draft to the customer's ledger and freezes it, without email.

    Raises InvalidStatusTransition, CustomerBlocked, CreditLimitExceeded.
    """
    customer = lock_customer_of(invoice)
    return issue_draft(actor, customer, lock_invoice(invoice.pk), override_credit_limit)


def issue_draft(actor: Actor, customer: Customer, invoice: Invoice, override_credit_limit: bool) -> Invoice:
    INVOICE.check(invoice.status, "sent")
    invoice.status = "sent"
    invoice.issued_at = invoice.updated_at = clock.now()
    if invoice.is_imported and invoice.due_date < actor.today():
        invoice.overdue_noted_at = invoice.issued_at  # it is no news
    invoice.save(update_fields=["status", "issued_at", "overdue_noted_at", "updated_at"])
    if invoice.order_id is not None:
        mark_order_issued(invoice.order_id, invoice.total)
    # What the invoice bills of its order is no open order any more: it counts once.
    if not invoice.is_imported:  # that one was agreed elsewhere
        use = credit_use(customer)
        check_credit(actor, customer, use, invoice.total, kind="invoice", override=override_credit_limit)
    post_receivable(
        actor,
        invoice.customer_id,
        kind="invoice",
        amount=invoice.total,
        sales_amount=invoice.total,
        entry_date=invoice.invoice_date,
        document_id=invoice.pk,
        document_number=invoice.invoice_number,
        sale_date=invoice.invoice_date,
    )
    record(actor, "invoice.issued", invoice.pk, invoice.customer_id)
    if not invoice.total:
        note_paid(actor, invoice, why="nothing is due")
    get_or_freeze_invoice_document(actor, invoice)
    submit_on_issue(actor, invoice)
    return invoice


@transaction.atomic
def cancel_invoice(actor: Actor, invoice: Invoice, *, reason: str = "") -> Invoice:
    """Cancels a draft, or an issued invoice of which nothing is paid or credited; its order can be invoiced again.

    An issued one is taken off the customer's balance and sales today, one that is dated ahead on its own date.  Raises
    PermissionDenied, InvalidStatusTransition, EInvoiceIsLive, InvoiceHasPayments, InvalidData.
    """
    actor.require("invoices", "cancel")
    why = clean_reason("Invoice", reason)
    lock_customer_of(invoice)
    stored = lock_invoice(invoice.pk)
    INVOICE.check(stored.status, "cancelled")
    withdraw_or_refuse(actor, stored)
    settled = stored.amount_paid + stored.amount_credited + stored.amount_written_off
    # What is free or rounds to nothing is credited at 0.
    if settled or CreditNote.objects.filter(invoice=stored).exists():
        paid, credited = (quantize(sum_, stored.currency) for sum_ in (stored.amount_paid, stored.amount_credited))
        raise InvoiceHasPayments(stored.public_id, stored.invoice_number, paid, credited)
    was_issued = stored.status == "sent"
    stored.status = "cancelled"
    stored.cancel_reason = why
    stored.cancelled_at = stored.updated_at = clock.now()
    stored.save(update_fields=["status", "cancelled_at", "cancel_reason", "updated_at"])
    _give_back(stored)
    if was_issued:
        _take_off_the_books(actor, stored)
        cancel_pending(actor, stored.pk, "invoice.sent", "invoice.reminder", why="the invoice was cancelled")
    record(actor, "invoice.cancelled", stored.pk, stored.customer_id, note=why)
    return stored


def clean_reason(resource: str, reason: str) -> str:
    why = text.clean_line(reason)
    if errors := check_reason(why):
        raise InvalidData(resource, errors)
    return why


def _give_back(invoice: Invoice) -> None:
    """The quantities that the invoice billed are open on its order again."""
    if invoice.order_id is None:
        return
    order = lock_order(invoice.order_id)
    quantities: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in InvoiceLine.objects.filter(invoice=invoice):
        if line.order_line_id is not None:
            quantities[line.order_line_id] -= line.quantity
    mark_lines_invoiced(order, quantities)


def _take_off_the_books(actor: Actor, invoice: Invoice) -> None:
    if invoice.order_id is not None:
        mark_order_issued(invoice.order_id, -invoice.total)
    post_receivable(
        actor,
        invoice.customer_id,
        kind="cancellation",
        amount=-invoice.total,
        sales_amount=-invoice.total,
        entry_date=max(actor.today(), invoice.invoice_date),
        document_id=invoice.pk,
        document_number=invoice.invoice_number,
    )
    sales = Invoice.objects.filter(customer_id=invoice.customer_id, status="sent")
    set_last_sale(invoice.customer_id, sales.aggregate(day=Max("invoice_date"))["day"])
