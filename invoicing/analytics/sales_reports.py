"""What a company sold and how it was paid: by day, month, customer and item, all in the company's currency.

Sales are issued invoices less credit notes, tax included, by their own dates; of items without tax.  Exact products of
amount and exchange rate are added up and rounded half up once, at the end.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Min, Model, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.period import Span, add_up
from invoicing.analytics.statements import fetch
from invoicing.models import CreditNote, Invoice

MOST = 10
_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote, "customers": Customer}
AGES = ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))

# What was issued is open or paid: by that and the day an index has together all that is added up here.
_BY_DAY = """
SELECT invoice_date, sum(total * exchange_rate) FROM {invoices} i
WHERE company_id = %(company)s AND stage IN ('open', 'paid') AND invoice_date BETWEEN %(first)s AND %(last)s
GROUP BY 1
UNION ALL
SELECT credit_note_date, -sum(total * exchange_rate) FROM {credit_notes} n
WHERE company_id = %(company)s AND credit_note_date BETWEEN %(first)s AND %(last)s
GROUP BY 1
"""
_BY_CUSTOMER = """
SELECT key, name, value, 0 FROM (
    SELECT key, sum(value) AS value FROM (
        SELECT customer_id AS key, total * exchange_rate AS value FROM {invoices} i
        WHERE company_id = %(company)s AND stage IN ('open', 'paid') AND invoice_date BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT customer_id, -total * exchange_rate FROM {credit_notes} n
        WHERE company_id = %(company)s AND credit_note_date BETWEEN %(first)s AND %(last)s
    ) sold GROUP BY 1 ORDER BY value DESC, key LIMIT %(most)s
) best JOIN {customers} c ON c.company_id = %(company)s AND c.id = key ORDER BY value DESC, key
"""
# OFFSET 0 has the lines looked up document by document: a company's lines are many more than those of a span.
_BY_ITEM = """
SELECT key, name, value, units FROM (
    SELECT key, sum(value) AS value, sum(units) AS units FROM (
        SELECT item_id AS key, line_total * exchange_rate AS value, quantity AS units FROM {invoices} i
        CROSS JOIN LATERAL (
            SELECT item_id, line_total, quantity FROM invoicing_invoiceline
            WHERE company_id = i.company_id AND invoice_id = i.id AND item_id IS NOT NULL OFFSET 0
        ) l WHERE i.company_id = %(company)s AND stage IN ('open', 'paid')
            AND invoice_date BETWEEN %(first)s AND %(last)s
        UNION ALL
        SELECT item_id, -line_total * exchange_rate, -quantity FROM {credit_notes} n
        JOIN invoicing_creditnoteline l
            ON l.company_id = n.company_id AND l.credit_note_id = n.id AND item_id IS NOT NULL
        WHERE n.company_id = %(company)s AND credit_note_date BETWEEN %(first)s AND %(last)s
    ) sold GROUP BY 1 ORDER BY value DESC, key LIMIT %(most)s
) best JOIN sales_item c ON c.company_id = %(company)s AND c.id = key ORDER BY value DESC, key
"""
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
    sums: dict[date, Decimal] = defaultdict(lambda: ZERO)
    for day, value in _rows(_BY_DAY, company, first, last):
        sums[day] += value
    return dict(sums)


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
    return _best(_BY_CUSTOMER, company, first, last)


def sales_by_item(company: Company, first: date, last: date) -> list[Sold]:
    """The items that brought most, the best first, without tax: one query."""
    return _best(_BY_ITEM, company, first, last)


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


def _best(statement: str, company: Company, first: date, last: date) -> list[Sold]:
    return [
        Sold(key, name, quantize(value, company.currency), units)
        for key, name, value, units in _rows(statement, company, first, last)
    ]


def _rows(statement: str, company: Company, first: date, last: date) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in fetch(statement, _TABLES, company, first=first, last=last, most=MOST)]
