"""What a company sold and how it was paid: by day, month, customer and item, all in the company's currency.

Sales are issued invoices less credit notes, tax included, by their own dates; of items without tax.  Exact products of
amount and exchange rate are added up and rounded half up once, at the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from heapq import nsmallest
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.period import Span, add_up
from invoicing.analytics.sales_breakdown import SHIPPING, SalesGroup, sales_by
from invoicing.analytics.statements import fetch
from invoicing.models import CreditNote, Invoice

MOST = 10
_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote, "customers": Customer}
AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))

_PAID_BY_DAY = """
SELECT last_payment_date, count(*) AS invoices, count(*) FILTER (WHERE last_payment_date <= due_date) AS on_time,
    sum(last_payment_date - invoice_date) AS days FROM {invoices} i
WHERE company_id = %(company)s AND stage = 'paid' AND last_payment_date BETWEEN %(first)s AND %(last)s
GROUP BY 1
"""


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
class Owed:
    """So many open invoices are due on a day, and so much of them, in the company's currency and exactly."""

    due: date
    count: int
    value: Decimal


@dataclass(frozen=True)
class Paid:
    """The invoices that were paid off in a time: how many, how many on time, after how many days in all."""

    count: int = 0
    on_time: int = 0
    days: int = 0

    @property
    def average_days(self) -> Decimal | None:
        """After how many days, on average."""
        return ratios.mean(self.days, self.count, 1)


def months_until(today: date, count: int) -> list[date]:
    """The first days of the last months, oldest first; that of today's month is the last."""
    number = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(number - count + 1, number + 1)]


def sales_by_day(company: Company, first: date, last: date) -> dict[date, Decimal]:
    """The sales of each day on which there were any, exactly: one query."""
    found = sales_by(company, "day", (first, last)).groups
    return {date.fromisoformat(group.key or ""): group.sales.net + group.sales.tax for group in found}


def sales_by_month(company: Company, months: list[date]) -> dict[date, Decimal]:
    """The sales of months that follow each other: one query."""
    days = sales_by_day(company, months[0], last_day(months[-1]))
    return {month: quantize(add_up(days, (month, last_day(month))), company.currency) for month in months}


def sales_of_customer(customer: Customer, months: list[date]) -> dict[date, Decimal]:
    """What one customer bought in months that follow each other, in the customer's currency: two queries."""
    sums: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for documents, day, sign in ((_invoices(), "invoice_date", 1), (CreditNote.objects.all(), "credit_note_date", -1)):
        spanned = documents.filter(customer=customer, **{f"{day}__range": (months[0], last_day(months[-1]))})
        for month, value in spanned.order_by().values_list(TruncMonth(day)).annotate(value=Sum("total")):
            sums[month] += sign * value
    return {month: sums[month] for month in months}


def sales_by_customer(company: Company, first: date, last: date) -> list[Sold]:
    """The customers that bought most, the best first: one query."""
    found = sales_by(company, "customer", (first, last)).groups
    shown = (group for group in found if group.is_open)
    return _best(company, ((group, group.sales.net + group.sales.tax) for group in shown))


def sales_by_item(company: Company, first: date, last: date) -> list[Sold]:
    """The items that brought most, the best first, without tax: one query."""
    found = sales_by(company, "item", (first, last)).groups
    items = (group for group in found if group.key not in (None, SHIPPING))
    return _best(company, ((group, group.sales.net) for group in items))


def owed_by_due_day() -> list[Owed]:
    """What is due, by the day on which it is: one query, for every figure about debts."""
    open_invoices = Invoice.objects.filter(stage="open").order_by().values_list("due_date")
    return [
        Owed(*row) for row in open_invoices.annotate(count=Count("pk"), value=Sum(F("amount_due") * F("exchange_rate")))
    ]


def owed_between(owed: Iterable[Owed], first: date = date.min, last: date = date.max) -> tuple[int, Decimal]:
    """How many invoices are due from `first` through `last`, and what is due of them, exactly."""
    found = [one for one in owed if first <= one.due <= last]
    return sum(one.count for one in found), sum((one.value for one in found), ZERO)


def ages_of_debts(company: Company, owed: Sequence[Owed], today: date) -> list[Age]:
    """What is due by how late it is, from what isn't late yet."""
    ages = []
    for first, last in AGES:
        oldest = date.min if last is None else today - timedelta(days=last)
        count, value = owed_between(owed, oldest, date.max if first is None else today - timedelta(days=first))
        ages.append(Age(first, last, count, quantize(value, company.currency)))
    return ages


def debts_by_customer(today: date, *, only_overdue: bool) -> "QuerySet[Any]":
    """What each customer owes by age, in its own currency, who is late with most first: one row for each.

    A row has a sum for each of AGES (`age_0`…; None for nothing), `overdue`, `total`, how many `invoices` are open and
    the `oldest` due date.
    """
    sums = {f"age_{place}": Sum("amount_due", filter=_due(first, last, today)) for place, (first, last) in _numbered()}
    late = Q(due_date__lt=today)
    rows = _open().values("customer_id", "customer__name", "customer__customer_number", "currency")
    rows = rows.annotate(
        **sums,
        total=Sum("amount_due"),
        overdue=Sum("amount_due", filter=late),
        late_value=Sum(F("amount_due") * F("exchange_rate"), filter=late, default=ZERO),
        invoices=Count("pk"),
        oldest=Min("due_date"),
    )
    found: QuerySet[Any] = rows.filter(overdue__gt=0) if only_overdue else rows
    return found.order_by("-late_value", "customer_id")


def _open() -> "QuerySet[Any]":
    return Invoice.objects.filter(stage="open").order_by()


def _numbered() -> list[tuple[int, tuple[int | None, int | None]]]:
    return list(enumerate(AGES))


def _due(first: int | None, last: int | None, today: date) -> Q:
    """Late by `first` to `last` days."""
    found = Q() if last is None else Q(due_date__gte=today - timedelta(days=last))
    return found if first is None else found & Q(due_date__lte=today - timedelta(days=first))


def payments_by_day(company: Company, first: date, last: date) -> dict[date, Paid]:
    """How quickly the invoices were paid that were paid off on each day: one query."""
    return {day: Paid(*sums) for day, *sums in _rows(_PAID_BY_DAY, company, first, last)}


def paid_within(days: Mapping[date, Paid], span: Span) -> Paid:
    """How quickly the invoices were paid that were paid off in a span."""
    found = [paid for day, paid in days.items() if span[0] <= day <= span[1]]
    return Paid(*(sum(getattr(paid, name) for paid in found) for name in ("count", "on_time", "days")))


def last_day(month: date) -> date:
    """The last day of the month that begins on `month`."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _invoices() -> "QuerySet[Any]":
    return Invoice.objects.filter(status="sent")


def _best(company: Company, found: Iterable[tuple[SalesGroup, Decimal]]) -> list[Sold]:
    """The highest values, and what is of the same value by its key."""
    best = nsmallest(MOST, found, key=lambda one: (-one[1], one[0].key or ""))
    return [
        Sold(UUID(group.key or ""), group.name, quantize(value, company.currency), group.sales.quantity)
        for group, value in best
    ]


def _rows(statement: str, company: Company, first: date, last: date) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in fetch(statement, _TABLES, company, first=first, last=last, most=MOST)]
