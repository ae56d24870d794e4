"""Reading invoices and payments."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.kernel.money import ZERO
from invoicing.models import Invoice, InvoiceLine, Payment
from invoicing.rules import Standing, standing
from sales.models import SalesOrder
from sales.pricing import Range


def invoice_by_public_id(public_id: str) -> Invoice:
    """The invoice with an `inv_…` id.  Raises NotFound."""
    pk = ids.decode(Invoice.PREFIX, public_id)
    invoice = Invoice.objects.filter(pk=pk).first() if pk else None
    if invoice is None:
        raise NotFound("Invoice", public_id)
    return invoice


def payment_by_public_id(public_id: str) -> Payment:
    """The payment with a `pay_…` id.  Raises NotFound."""
    pk = ids.decode(Payment.PREFIX, public_id)
    payment = Payment.objects.select_related("invoice").filter(pk=pk).first() if pk else None
    if payment is None:
        raise NotFound("Payment", public_id)
    return payment


def lock_invoice(pk: UUID) -> Invoice:
    """The invoice, locked until the transaction ends."""
    return Invoice.objects.select_for_update(no_key=True).get(pk=pk)


def amount_due() -> Case:
    """rules.amount_due, in SQL."""
    return Case(
        When(status="cancelled", then=Value(ZERO)), default=F("total") - F("amount_paid") - F("amount_credited")
    )


def shown_status(today: date) -> Case:
    """The status of rules.standing on the company's day, in SQL."""
    return Case(
        When(~Q(status="sent"), then=F("status")),
        When(total__lte=F("amount_paid") + F("amount_credited"), then=Value("paid")),
        When(due_date__lt=today, then=Value("overdue")),
        default=Value("sent"),
        output_field=CharField(),
    )


def with_standing(invoices: QuerySet[Invoice], today: date) -> QuerySet[Invoice]:
    """Invoices with `due` and `shown_status`, for filters and sums."""
    return invoices.annotate(due=amount_due(), shown_status=shown_status(today))


def billed_ranges(order: SalesOrder) -> dict[UUID, list[Range]]:
    """Which quantities of each order line stand on invoices that aren't cancelled."""
    ranges: dict[UUID, list[Range]] = defaultdict(list)
    lines = InvoiceLine.objects.filter(order_line__order=order).exclude(invoice__status="cancelled")
    for line in lines.only("order_line_id", "billed_ranges"):
        if line.order_line_id is not None:
            ranges[line.order_line_id].extend(line.ranges)
    return ranges


def shipping_to_bill(order: SalesOrder) -> Decimal:
    """What of the order's shipping cost stands on no invoice yet: all of it before the first, then nothing."""
    invoices = Invoice.objects.filter(order=order).exclude(status="cancelled")
    billed = invoices.aggregate(sum=Coalesce(Sum("shipping_cost"), Value(ZERO)))["sum"]
    return order.shipping_cost - Decimal(billed)


def standing_of(invoice: Invoice, today: date) -> Standing:
    """rules.standing of a row, on the company's day."""
    return standing(
        invoice.status,
        total=invoice.total,
        paid=invoice.amount_paid,
        credited=invoice.amount_credited,
        due_date=invoice.due_date,
        today=today,
    )


def open_receivables(today: date) -> tuple[tuple[Decimal, int], tuple[Decimal, int]]:
    """What is due, and what of it is overdue: each the sum in the company's currency and the number of invoices."""
    base = F("due") * F("exchange_rate")
    overdue = Q(shown_status="overdue")
    invoices: QuerySet[Any] = with_standing(Invoice.objects.all(), today)
    sums = invoices.filter(shown_status__in=("sent", "overdue")).aggregate(
        open=Coalesce(Sum(base), Value(ZERO)),
        open_count=Count("pk"),
        late=Coalesce(Sum(base, filter=overdue), Value(ZERO)),
        late_count=Count("pk", filter=overdue),
    )
    return (sums["open"], sums["open_count"]), (sums["late"], sums["late_count"])
