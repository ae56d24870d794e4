"""What a company sold and how it was paid: by month, customer and item, all in the company's currency.

Sales are issued invoices less credit notes, tax included, by their own dates; of items without tax.  Exact products of
amount and exchange rate are added up and rounded half up once, at the end.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import figures
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from sales.models import Item

MOST = 10
AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))


@dataclass(frozen=True)
class Sold:
    """What was sold to a customer, or of an item."""

    key: UUID
    name: str
    value: Decimal
    quantity: Decimal = ZERO


@dataclass(frozen=True)
class Age:
    """Open invoices that are late by `first` to `last` days; before the first day none is late."""

    first: int | None
    last: int | None
    count: int
    value: Decimal


@dataclass(frozen=True)
class Paid:
    """The invoices that were paid off in a month: how many, how many in time, and after how many days on average."""

    count: int
    on_time: int
    days: Decimal | None


def months_until(today: date, count: int) -> list[date]:
    """The first days of the last months, oldest first; that of today's month is the last."""
    number = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(number - count + 1, number + 1)]


def sales_by_month(company: Company, months: list[date]) -> dict[date, Decimal]:
    """The sales of months that follow each other: two queries."""
    sums: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for documents, day, sign in ((_invoices(), "invoice_date", 1), (CreditNote.objects.all(), "credit_note_date", -1)):
        spanned = documents.filter(**{f"{day}__range": (months[0], last_day(months[-1]))}).order_by()
        found = spanned.values(month=TruncMonth(day)).annotate(value=_worth("total", ""))
        for month, value in found.values_list("month", "value"):
            sums[month] += sign * value
    return {month: quantize(sums[month], company.currency) for month in months}


def sales_of_customer(customer: Customer, months: list[date]) -> dict[date, Decimal]:
    """What one customer bought in months that follow each other, in the customer's currency: two queries."""
    sums: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for documents, day, sign in ((_invoices(), "invoice_date", 1), (CreditNote.objects.all(), "credit_note_date", -1)):
        spanned = documents.filter(customer=customer, **{f"{day}__range": (months[0], last_day(months[-1]))})
        for month, value in spanned.order_by().values_list(TruncMonth(day)).annotate(value=Sum("total")):
            sums[month] += sign * value
    return {month: sums[month] for month in months}


def sales_by_customer(company: Company, first: date, last: date) -> list[Sold]:
    """The customers that bought most, the best first: three queries."""
    sold = _invoices().filter(invoice_date__range=(first, last))
    back = CreditNote.objects.filter(credit_note_date__range=(first, last))
    sums = _summed("customer", (sold, 1, {"value": _worth("total", "")}), (back, -1, {"value": _worth("total", "")}))
    return _best(company, sums, Customer)


def sales_by_item(company: Company, first: date, last: date) -> list[Sold]:
    """The items that brought most, the best first, without tax: three queries."""
    sold = InvoiceLine.objects.filter(
        item__isnull=False, invoice__status="sent", invoice__invoice_date__range=(first, last)
    )
    back = CreditNoteLine.objects.filter(item__isnull=False, credit_note__credit_note_date__range=(first, last))
    sums = _summed(
        "item",
        (sold, 1, {"value": _worth("line_total", "invoice__"), "units": Sum("quantity")}),
        (back, -1, {"value": _worth("line_total", "credit_note__"), "units": Sum("quantity")}),
    )
    return _best(company, sums, Item)


def ages_of_debts(company: Company, today: date) -> list[Age]:
    """What is due by how late it is, from what isn't late yet: one query."""
    asked: dict[str, Any] = {}
    for number, span in enumerate(AGES):
        asked[f"count_{number}"] = Count("pk", filter=late_by(*span, today))
        asked[f"value_{number}"] = Sum(F("amount_due") * F("exchange_rate"), filter=late_by(*span, today), default=ZERO)
    found = Invoice.objects.filter(stage="open").aggregate(**asked)
    return [
        Age(first, last, found[f"count_{number}"], quantize(found[f"value_{number}"], company.currency))
        for number, (first, last) in enumerate(AGES)
    ]


def late_by(first: int | None, last: int | None, today: date) -> Q:
    """Due dates that were `first` to `last` days ago; without an end, any from there on."""
    condition = Q()
    if first is not None:
        condition &= Q(due_date__lte=today - timedelta(days=first))
    if last is not None:
        condition &= Q(due_date__gte=today - timedelta(days=last))
    return condition


def payments_by_month(months: list[date]) -> dict[date, Paid]:
    """How quickly invoices were paid off in months that follow each other: one query."""
    taken = ExpressionWrapper(F("last_payment_date") - F("invoice_date"), DurationField())
    paid = Invoice.objects.filter(stage="paid", last_payment_date__range=(months[0], last_day(months[-1]))).order_by()
    rows = paid.values(month=TruncMonth("last_payment_date")).annotate(
        count=Count("pk"), on_time=Count("pk", filter=Q(last_payment_date__lte=F("due_date"))), days=Sum(taken)
    )
    found = {
        row["month"]: Paid(row["count"], row["on_time"], figures.mean(row["days"].days, row["count"], 1))
        for row in rows
    }
    return {month: found.get(month, Paid(0, 0, None)) for month in months}


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _invoices() -> "QuerySet[Any]":
    return Invoice.objects.filter(status="sent")


def _worth(amount: str, owner: str) -> Sum:
    return Sum(F(amount) * F(f"{owner}exchange_rate"))


def _summed(key: str, *parts: tuple["QuerySet[Any]", int, dict[str, Sum]]) -> dict[UUID, list[Decimal]]:
    """Sums by the object in `key`: each part counts with its sign."""
    sums: dict[UUID, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for rows, sign, asked in parts:
        for pk, *values in rows.order_by().values(key).annotate(**asked).values_list(key, *asked):
            sums[pk] = [kept + sign * value for kept, value in zip_longest(sums[pk], values, fillvalue=ZERO)]
    return sums


def _best(company: Company, sums: dict[UUID, list[Decimal]], model: type[Customer] | type[Item]) -> list[Sold]:
    best = sorted(sums, key=lambda key: (-sums[key][0], key))[:MOST]
    names: dict[UUID, str] = dict(model.objects.filter(pk__in=best).values_list("pk", "name"))
    return [Sold(key, names[key], quantize(sums[key][0], company.currency), sums[key][1]) for key in best]
