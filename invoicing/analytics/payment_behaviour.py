"""How long customers take to pay.

Of the invoices that are paid and whose last payment is dated in a period, as on the other pages: an invoice that was
settled without any payment was never paid.  Days to pay are those from the invoice date to the last payment, days late
those after the due date; who pays early is late by less than 0 days.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.period import months_between
from invoicing.analytics.statements import fetch, opens_customer
from invoicing.models import Invoice
from invoicing.rules.days_to_pay import BANDS

# So many paid invoices make a habit.
HABIT = 3

_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "customers": Customer}
_PAID = """
company_id = %(company)s AND stage = 'paid' AND (%(customer)s::uuid IS NULL OR customer_id = %(customer)s::uuid)
    AND last_payment_date BETWEEN
"""
# Of months there are medians of few different days, so invoices that took as long are counted first, month by month.
# Customers are sorted by how late they are; the rest is told of those that are shown.
_BY_MONTH_AND_CUSTOMER = f"""
WITH counted AS (
    SELECT month, days, late, number FROM (
        SELECT m::date AS month, greatest(m::date, %(first)s::date) AS first,
            least((m + interval '1 month')::date - 1, %(last)s::date) AS last
        FROM generate_series(date_trunc('month', %(first)s::timestamp), %(last)s::timestamp, interval '1 month') m
    ) months CROSS JOIN LATERAL (
        SELECT last_payment_date - invoice_date AS days, last_payment_date - due_date AS late, count(*) AS number
        FROM {{invoices}} i WHERE {_PAID} months.first AND months.last GROUP BY 1, 2
    ) paid
), of_month AS MATERIALIZED (
    SELECT NULL::uuid AS customer_id, month, sum(number)::bigint AS invoices, sum(number * days)::bigint AS days,
        sum(number * late)::bigint AS late, coalesce(sum(number) FILTER (WHERE late <= 0), 0)::bigint AS on_time,
        {{bands_of_counted}}
    FROM counted GROUP BY GROUPING SETS ((), (month)) HAVING sum(number) > 0
), median AS MATERIALIZED (
    SELECT basis, month, avg(value) AS value FROM (
        SELECT basis, month, value, sum(number) OVER earlier AS upto, sum(number) OVER earlier - number AS before,
            sum(number) OVER (PARTITION BY basis, month) AS whole
        FROM (
            SELECT basis, month, value, sum(number) AS number FROM counted
            CROSS JOIN LATERAL (VALUES ('days', days), ('late', late)) v(basis, value)
            GROUP BY GROUPING SETS ((basis, value), (basis, month, value))
        ) summed WINDOW earlier AS (PARTITION BY basis, month ORDER BY value)
    ) ranked WHERE 2 * upto >= whole AND 2 * before <= whole GROUP BY 1, 2
), of_customer AS (
    SELECT customer_id, count(*) AS invoices, sum(last_payment_date - due_date) AS late,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY last_payment_date - due_date) AS median_late
    FROM {{invoices}} i WHERE {_PAID} %(first)s AND %(last)s GROUP BY 1
), listed AS MATERIALIZED (
    SELECT o.*, c.name, c.customer_number, row_number() OVER latest AS place, count(*) OVER () AS count
    FROM of_customer o JOIN customers_customer c ON c.company_id = %(company)s AND c.id = o.customer_id
    WINDOW latest AS (
        ORDER BY o.invoices < %(habit)s, {{sign}} * median_late DESC, {{sign}} * o.late::numeric / o.invoices DESC,
            {{sign}} * o.invoices DESC, c.name COLLATE "C", c.customer_number COLLATE "C"
    ) ORDER BY place LIMIT %(most)s
)
SELECT o.*, d.value::float8 AS median_days, l.value::float8 AS median_late, NULL AS name, NULL AS customer_number,
    0 AS place, 0 AS count, true AS opens
FROM of_month o JOIN median d ON d.basis = 'days' AND d.month IS NOT DISTINCT FROM o.month
JOIN median l ON l.basis = 'late' AND l.month IS NOT DISTINCT FROM o.month
UNION ALL
SELECT customer_id, NULL, l.invoices, more.days, l.late, {{columns}}, median_days, median_late, name, customer_number,
    place, count, {{opens}}
FROM listed l CROSS JOIN LATERAL (
    SELECT sum(days) AS days, count(*) FILTER (WHERE late <= 0) AS on_time, {{bands}},
        percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median_days
    FROM (
        SELECT last_payment_date - invoice_date AS days, last_payment_date - due_date AS late
        FROM {{invoices}} i WHERE {_PAID} %(first)s AND %(last)s AND customer_id = l.customer_id
    ) paid
) more
"""  # noqa: S608 nothing but constants


@dataclass(frozen=True)
class Payments:
    """How some invoices were paid.  Means and medians have one decimal; they are None where nothing was paid.

    `bands` are the numbers of invoices by BANDS, `on_time_share` is in percent.
    """

    invoices: int
    on_time: int
    on_time_share: Decimal | None
    mean_days: Decimal | None
    median_days: Decimal | None
    mean_late: Decimal | None
    median_late: Decimal | None
    bands: tuple[int, ...]


@dataclass(frozen=True)
class Payer:
    """How a customer paid; `is_open` says whether the member may follow the key, which may be another's customer."""

    key: UUID
    name: str
    number: str
    is_open: bool
    payments: Payments

    @property
    def has_habit(self) -> bool:
        """Whether so many invoices were paid that it tells something."""
        return self.payments.invoices >= HABIT


@dataclass(frozen=True)
class PaymentBehaviour:
    """How invoices were paid off in a period: in all, in each month by its first day, and by customer.

    Of the customers, those with a habit come first, and of these who is late most, or least; of two that are as late as
    each other, who paid more invoices, or fewer.  They are the first ones of `count`.
    """

    first: date
    last: date
    total: Payments
    months: dict[date, Payments]
    customers: list[Payer]
    count: int


_NOTHING = Payments(0, 0, None, None, None, None, None, (0,) * len(BANDS))


def payment_behaviour(
    company: Company,
    first: date,
    last: date,
    *,
    customer: UUID | None = None,
    earliest_first: bool = False,
    most: int | None = None,
) -> PaymentBehaviour:
    """How the invoices were paid whose last payment is dated from `first` through `last`: one query.

    Of all customers or one; at `most` so many of them.
    """
    statement = _BY_MONTH_AND_CUSTOMER.replace("{bands}", _bands("count(*)"))
    statement = statement.replace("{bands_of_counted}", _bands("sum(number)"))
    statement = statement.replace(
        "{columns}", ", ".join(["on_time", *(f"band_{place}" for place in range(len(BANDS)))])
    )
    statement = statement.replace("{opens}", opens_customer("l.customer_id"))
    statement = statement.replace("{sign}", "-1" if earliest_first else "1")
    rows = fetch(statement, _TABLES, company, first=first, last=last, customer=customer, habit=HABIT, most=most)
    total, months = _NOTHING, dict.fromkeys(months_between(first, last), _NOTHING)
    payers, count = [], 0
    for row in sorted(rows, key=lambda row: int(row["place"])):
        if row["customer_id"] is not None:
            number = row["customer_number"] if row["opens"] else ""
            payers.append(Payer(row["customer_id"], row["name"], number, row["opens"], _payments(row)))
            count = row["count"]
        elif row["month"] is not None:
            months[row["month"]] = _payments(row)
        else:
            total = _payments(row)
    return PaymentBehaviour(first, last, total, months, payers, count)


def _bands(number: str) -> str:
    """The columns of BANDS."""
    columns = []
    for place, (first, last) in enumerate(BANDS.values()):
        bounds = [f"days >= {first}"] if first is not None else []
        bounds += [f"days <= {last}"] if last is not None else []
        columns.append(f"coalesce({number} FILTER (WHERE {' AND '.join(bounds)}), 0)::bigint AS band_{place}")
    return ", ".join(columns)


def _payments(row: dict[str, Any]) -> Payments:
    count = row["invoices"]
    return Payments(
        invoices=count,
        on_time=row["on_time"],
        on_time_share=ratios.percentage(row["on_time"], count),
        mean_days=ratios.mean(row["days"] or 0, count, 1),
        median_days=ratios.median_of(row["median_days"]),
        mean_late=ratios.mean(row["late"] or 0, count, 1),
        median_late=ratios.median_of(row["median_late"]),
        bands=tuple(row[f"band_{place}"] for place in range(len(BANDS))),
    )
