"""How a customer buys and pays.  Amounts are in the customer's currency, over issued invoices less credit notes."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from heapq import nlargest
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet, Sum, Value

from bigledger_crm.kernel.money import ZERO, quantize
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import Item, SalesOrder

TOP_PRODUCTS = 5


@dataclass(frozen=True)
class Product:
    """What was bought of an item: quantity and value without tax, as invoiced less what was credited."""

    item_id: UUID
    item_code: str
    description: str
    quantity: Decimal
    value: Decimal


@dataclass(frozen=True)
class CustomerSummary:
    """A customer's figures on the company's day."""

    total_sales: Decimal
    total_invoices: int
    average_order_value: Decimal
    current_balance: Decimal
    credit_utilization: Decimal | None
    on_time_payments: int
    late_payments: int
    average_payment_days: int | None
    last_order_date: date | None
    days_since_last_order: int | None
    order_frequency: str
    sales_growth: Decimal | None
    order_volume_growth: Decimal | None
    payment_days_improvement: Decimal | None
    top_products: list[Product]


@dataclass(frozen=True)
class _Span:
    """From a first day through a last."""

    first: date
    last: date

    def of(self, column: str) -> Q:
        """Rows whose day lies in the span."""
        return Q(**{f"{column}__range": (self.first, self.last)})


def customer_summary(customer: Customer, today: date) -> CustomerSummary:
    """The figures of a customer: seven queries at most, however much there is."""
    year = timedelta(days=ratios.YEAR_DAYS)
    now = _Span(today - year + timedelta(days=1), today)
    before = _Span(now.first - year, now.first - timedelta(days=1))
    invoices = Invoice.objects.filter(customer=customer, status="sent")
    credit_notes = CreditNote.objects.filter(customer=customer)
    sold: dict[str, Any] = invoices.aggregate(**_sales("invoice_date", now, before), **_payments(now, before))
    credited: dict[str, Any] = credit_notes.aggregate(**_sales("credit_note_date", now, before))
    orders, last_day = _orders(customer, invoices, before)
    sales = {name: sold[name] - credited[name] for name in ("whole", "now", "before")}
    count, paid = sold["count"], sold["paid"]
    volume = [sum(1 for day in orders if span.first <= day <= span.last) for span in (now, before)]
    return CustomerSummary(
        total_sales=sales["whole"],
        total_invoices=count,
        average_order_value=quantize(sales["whole"] / count, customer.currency) if count else ZERO,
        current_balance=customer.current_balance,
        credit_utilization=ratios.percentage(customer.current_balance, customer.credit_limit or 0),
        on_time_payments=sold["on_time"],
        late_payments=paid - sold["on_time"],
        average_payment_days=_whole(ratios.mean(_days(sold["days"]), paid)),
        last_order_date=last_day,
        days_since_last_order=None if last_day is None else max((today - last_day).days, 0),
        order_frequency=ratios.order_frequency([day for day in orders if now.first <= day <= now.last]),
        sales_growth=ratios.growth(sales["now"], sales["before"]),
        order_volume_growth=ratios.growth(*volume),
        payment_days_improvement=ratios.difference(
            (_days(sold["days_now"]), sold["count_now"]), (_days(sold["days_before"]), sold["count_before"])
        ),
        top_products=_top_products(customer, has_credits=credited["count"] > 0),
    )


def _sales(day: str, now: _Span, before: _Span) -> dict[str, Any]:
    """What to add up of documents."""
    return {
        "count": Count("pk"),
        "whole": Sum("total", default=ZERO),
        "now": Sum("total", filter=now.of(day), default=ZERO),
        "before": Sum("total", filter=before.of(day), default=ZERO),
    }


def _payments(now: _Span, before: _Span) -> dict[str, Any]:
    """What to add up of invoices that are fully paid; those credited in full, or of nothing, were never paid."""
    taken = ExpressionWrapper(F("last_payment_date") - F("invoice_date"), DurationField())
    is_paid = Q(stage="paid", last_payment_date__isnull=False)
    in_now, in_before = is_paid & now.of("last_payment_date"), is_paid & before.of("last_payment_date")
    return {
        "paid": Count("pk", filter=is_paid),
        "on_time": Count("pk", filter=is_paid & Q(last_payment_date__lte=F("due_date"))),
        "days": Sum(taken, filter=is_paid),
        "count_now": Count("pk", filter=in_now),
        "days_now": Sum(taken, filter=in_now),
        "count_before": Count("pk", filter=in_before),
        "days_before": Sum(taken, filter=in_before),
    }


def _orders(customer: Customer, invoices: "QuerySet[Invoice]", before: _Span) -> tuple[list[date], date | None]:
    """The days of the last two years' orders, and the last day of all: of invoices where nothing was ever ordered."""
    orders: QuerySet[Any] = SalesOrder.objects.filter(customer=customer, status__in=ORDER_OPEN_STATES)
    for documents, day in ((orders, "order_date"), (invoices, "invoice_date")):
        recent = Q(**{f"{day}__gte": before.first})
        found = documents.aggregate(last=Max(day), days=ArrayAgg(day, filter=recent, default=Value([])))
        if found["last"] is not None:
            return found["days"], found["last"]
    return [], None


def _top_products(customer: Customer, *, has_credits: bool) -> list[Product]:
    sold = InvoiceLine.objects.filter(invoice__customer=customer, invoice__status="sent", item__isnull=False)
    credited = CreditNoteLine.objects.filter(credit_note__customer=customer, item__isnull=False)
    sums: dict[UUID, tuple[Decimal, Decimal]] = {}
    for lines, sign in ((sold, 1), (credited, -1))[: 1 + has_credits]:
        for item, quantity, value in (
            lines.order_by()
            .values("item")
            .annotate(units=Sum("quantity"), worth=Sum("line_total"))
            .values_list("item", "units", "worth")
        ):
            units, worth = sums.get(item, (ZERO, ZERO))
            sums[item] = (units + sign * quantity, worth + sign * value)
    left = {item: both for item, both in sums.items() if both[0] > 0}
    # Only what can be among them is looked up: the highest values, and whatever equals the last of those.
    least = min(nlargest(TOP_PRODUCTS, (worth for _, worth in left.values())), default=ZERO)
    best = [item for item, (_, worth) in left.items() if worth >= least]
    items = Item.objects.filter(pk__in=best).values_list("pk", "item_code", "name")
    products = [Product(pk, code, name, *left[pk]) for pk, code, name in items]
    return sorted(products, key=lambda product: (-product.value, product.item_code))[:TOP_PRODUCTS]


def _days(taken: timedelta | None) -> int:
    return taken.days if taken else 0


def _whole(value: Decimal | None) -> int | None:
    return None if value is None else int(value)
