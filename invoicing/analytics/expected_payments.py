"""When open invoices are expected to be paid: on their due dates, and as their customers usually pay.

A customer's habit is the median of how many days late its last paid invoices were paid: of the RECENT latest ones by
invoice date, if they are HABIT at least.  Half days are rounded up.  Who has no habit is expected to pay on time.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Model

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from invoicing.analytics.payment_behaviour import HABIT
from invoicing.analytics.period import DAY, WEEK
from invoicing.analytics.statements import fetch
from invoicing.models import Invoice

RECENT = 12
WEEKS = 12

_TABLES: dict[str, type[Model]] = {"invoices": Invoice}
_BY_WEEK = """
WITH open AS (
    SELECT customer_id, currency, due_date, amount_due, amount_due * exchange_rate AS base FROM {invoices} i
    WHERE company_id = %(company)s AND stage = 'open'
        AND (%(customer)s::uuid IS NULL OR customer_id = %(customer)s::uuid)
), habit AS (
    SELECT d.customer_id, floor(percentile_cont(0.5) WITHIN GROUP (ORDER BY paid.late) + 0.5)::int AS late
    FROM (SELECT DISTINCT customer_id FROM open) d CROSS JOIN LATERAL (
        SELECT last_payment_date - due_date AS late FROM {invoices} i
        WHERE company_id = %(company)s AND customer_id = d.customer_id AND stage = 'paid'
            AND last_payment_date IS NOT NULL
        ORDER BY invoice_date DESC, id DESC LIMIT %(recent)s
    ) paid GROUP BY 1 HAVING count(*) >= %(least)s
), expected AS (
    SELECT open.*, due_date + coalesce(late, 0) AS habit_date, late IS NULL AS without_habit
    FROM open LEFT JOIN habit USING (customer_id)
)
SELECT basis, currency, CASE WHEN day >= %(today)s THEN date_trunc('week', day::timestamp)::date END AS week,
    count(*) AS invoices, sum(amount_due) AS amount, sum(base) AS base,
    count(*) FILTER (WHERE without_habit) AS without_habit
FROM expected CROSS JOIN LATERAL (VALUES ('due', due_date), ('habit', habit_date)) dates(basis, day)
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True)
class Expected:
    """So many open invoices, what is due of them by currency, and all of it in the company's currency."""

    invoices: int
    amounts: dict[str, Decimal]
    base: Decimal


@dataclass(frozen=True)
class ExpectedWeek:
    """What is expected from `first` through `last`: None for what should have been paid before, and for later weeks."""

    first: date | None
    last: date | None
    by_due_date: Expected
    by_habit: Expected


@dataclass(frozen=True)
class ExpectedPayments:
    """What is expected of open invoices, from today on; `without_habit` are invoices of customers without one."""

    today: date
    currency: str
    weeks: list[ExpectedWeek]
    total: Expected
    without_habit: int


class _Sums:
    """Exact sums."""

    def __init__(self) -> None:
        self.invoices = 0
        self.amounts: dict[str, Decimal] = {}
        self.base = ZERO

    def add(self, currency: str, invoices: int, amount: Decimal, base: Decimal) -> None:
        self.invoices += invoices
        self.amounts[currency] = self.amounts.get(currency, ZERO) + amount
        self.base += base

    def rounded(self, base_currency: str) -> Expected:
        amounts = {currency: quantize(self.amounts[currency], currency) for currency in sorted(self.amounts)}
        return Expected(self.invoices, amounts, quantize(self.base, base_currency))


def expected_payments(company: Company, today: date, *, customer: UUID | None = None) -> ExpectedPayments:
    """What is due of open invoices by the week, Monday to Sunday, in which it is expected: one query.

    First what should have been paid before `today`, then this week from today on and so many weeks after it, last all
    later ones.  Of all customers or one.
    """
    rows = fetch(_BY_WEEK, _TABLES, company, today=today, customer=customer, recent=RECENT, least=HABIT)
    spans = _spans(today)
    sums = {(basis, place): _Sums() for basis in ("due", "habit") for place in range(len(spans))}
    total = _Sums()
    for row in rows:
        amounts = row["currency"], row["invoices"], row["amount"], row["base"]
        sums[row["basis"], _place(row["week"], today)].add(*amounts)
        if row["basis"] == "due":
            total.add(*amounts)
    weeks = [
        ExpectedWeek(
            *span, sums["due", place].rounded(company.currency), sums["habit", place].rounded(company.currency)
        )
        for place, span in enumerate(spans)
    ]
    without = sum(row["without_habit"] for row in rows if row["basis"] == "due")
    return ExpectedPayments(today, company.currency, weeks, total.rounded(company.currency), without)


def _spans(today: date) -> list[tuple[date | None, date | None]]:
    monday = today - timedelta(days=today.weekday())
    weeks = [(max(monday + WEEK * number, today), monday + WEEK * (number + 1) - DAY) for number in range(WEEKS)]
    return [(None, today - DAY), *weeks, (weeks[-1][1] + DAY, None)]


def _place(week: date | None, today: date) -> int:
    """Which of the spans a week is in, by its Monday."""
    if week is None:
        return 0
    monday = today - timedelta(days=today.weekday())
    return min((week - monday).days // 7, WEEKS) + 1
