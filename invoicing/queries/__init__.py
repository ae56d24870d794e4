"""Reading invoices and payments."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.lookups import Lookup, by_key, locked_by_key
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import whole_company
from customers.models import Customer
from customers.rules import CreditUse
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, Payment
from invoicing.rules import SHOWN_INVOICE_STATES, InvoiceState, invoice_state
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import SalesOrder
from sales.pricing import Range
from sales.queries import credit_use

_INVOICE, _LOCKED_INVOICE = by_key(Invoice), locked_by_key(Invoice)
# The lines of the invoice with this key, in their order.
lines_of_invoice = Lookup(InvoiceLine, lambda rows, invoice: rows.filter(invoice=invoice).order_by("position"))


def invoice_by_public_id(public_id: str) -> Invoice:
    """The invoice with an `inv_…` id.  Raises NotFound."""
    return by_public_id(_INVOICE, "Invoice", public_id)


def invoice_with_customer(public_id: str) -> Invoice:
    """The invoice with an `inv_…` id, its customer as they are now, and its owner.  Raises NotFound."""
    return by_public_id(Invoice.objects.select_related("customer", "owner"), "Invoice", public_id)


def payment_by_public_id(public_id: str) -> Payment:
    """The payment with a `pay_…` id.  Raises NotFound."""
    return by_public_id(Payment.objects.select_related("invoice"), "Payment", public_id)


def credit_note_by_public_id(public_id: str) -> CreditNote:
    """The credit note with a `cn_…` id.  Raises NotFound."""
    return by_public_id(CreditNote.objects.select_related("invoice"), "Credit note", public_id)


def lock_invoice(pk: UUID) -> Invoice:
    """The invoice, locked until the transaction ends; after its customer, if that is needed too."""
    return _LOCKED_INVOICE.get(pk)


def with_display_status(status: str, today: date) -> Q:
    """The condition of rules.standing showing this status on the company's day, in SQL."""
    if status == "overdue":
        return Q(stage="open", due_date__lt=today)
    return Q(stage="open", due_date__gte=today) if status == "sent" else Q(stage=status)


def invoices_with_payment_status(status: str, today: date) -> Q:
    """The condition of rules.standing showing this payment status, in SQL."""
    if status == "unpaid":
        return Q(stage__in=("draft", "open", "cancelled"), amount_paid=0)
    return Q(stage="open", amount_paid__gt=0) if status == "partial" else Q(stage="paid")


def invoice_ranks(today: date) -> list[Q]:
    """The shown statuses of invoices in the order of their lives."""
    return [with_display_status(status, today) for status in SHOWN_INVOICE_STATES]


def billed_ranges(order: SalesOrder) -> dict[UUID, list[Range]]:
    """Which quantities of each order line stand on invoices that aren't cancelled."""
    ranges: dict[UUID, list[Range]] = defaultdict(list)
    with whole_company():
        lines = InvoiceLine.objects.filter(order_line__order=order).exclude(invoice__status="cancelled")
    for line in lines.only("order_line_id", "billed_ranges"):
        if line.order_line_id is not None:
            ranges[line.order_line_id].extend(line.ranges)
    return ranges


def shipping_to_bill(order: SalesOrder) -> Decimal:
    """What of the order's shipping cost stands on no invoice yet: all of it before the first, then nothing."""
    with whole_company():
        invoices = Invoice.objects.filter(order=order).exclude(status="cancelled")
    billed = invoices.aggregate(sum=Coalesce(Sum("shipping_cost"), Value(ZERO)))["sum"]
    return order.shipping_cost - Decimal(billed)


def credit_use_before(invoice: Invoice, customer: Customer) -> CreditUse:
    """How much of a customer's credit limit is used before a draft is issued, without what it bills of its order."""
    use, order = credit_use(customer), invoice.order
    if order is None or order.status not in ORDER_OPEN_STATES:
        return use
    billed = max(min(invoice.total, order.total - order.issued_total), ZERO)
    return replace(use, open_orders=use.open_orders - billed)


def credited_ranges(invoice: Invoice) -> dict[UUID, list[Range]]:
    """Which quantities of each line of an invoice are credited."""
    ranges: dict[UUID, list[Range]] = defaultdict(list)
    for line in CreditNoteLine.objects.filter(credit_note__invoice=invoice).only("invoice_line_id", "credited_ranges"):
        if line.invoice_line_id is not None:
            ranges[line.invoice_line_id].extend(line.ranges)
    return ranges


def shipping_to_credit(invoice: Invoice) -> Decimal:
    """What of the invoice's shipping cost is not credited."""
    credited = CreditNote.objects.filter(invoice=invoice).aggregate(sum=Coalesce(Sum("shipping_cost"), Value(ZERO)))
    return invoice.shipping_cost - Decimal(credited["sum"])


def state_of(invoice: Invoice, today: date) -> InvoiceState:
    """rules.standing of a row, on the company's day."""
    return invoice_state(
        invoice.status,
        total=invoice.total,
        paid=invoice.amount_paid,
        credited=invoice.amount_credited,
        written_off=invoice.amount_written_off,
        due_date=invoice.due_date,
        today=today,
    )
