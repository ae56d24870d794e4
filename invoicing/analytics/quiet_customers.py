"""Customers who bought regularly and have stopped.

A customer's usual interval is the median number of days between the days on which it was invoiced, in the last two
years; it takes four such days at least.  Quiet is who hasn't been invoiced for more than one and a half of it.  Not
among them are customers who are inactive.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.statements import fetch

SALE_DAYS = 4
YEARS = 2
# In so many usual intervals.
QUIET_AFTER = Decimal("1.5")

_TABLES: dict[str, type[Model]] = {"customers": Customer}
# Who sees a customer sees all its documents, whose days are kept.  Who bought yesterday isn't quiet, so that the many
# days of the best customers aren't looked at.
_QUIET = """
WITH last AS (
    SELECT c.id, c.name, c.customer_number, c.owner_id, last.day
    FROM {customers} c CROSS JOIN LATERAL (
        SELECT max(day) AS day FROM invoicing_customerday
        WHERE company_id = %(company)s AND customer_id = c.id AND invoices > 0 AND day BETWEEN %(first)s AND %(day)s
    ) last
    WHERE c.company_id = %(company)s AND c.status <> 'inactive' AND last.day < %(day)s::date - 1
), quiet AS MATERIALIZED (
    SELECT last.*, sale_days, days FROM last CROSS JOIN LATERAL (
        SELECT count(*) AS sale_days, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS days FROM (
            SELECT day - lag(day) OVER (ORDER BY day) AS days FROM invoicing_customerday
            WHERE company_id = %(company)s AND customer_id = last.id AND invoices > 0
                AND day BETWEEN %(first)s AND %(day)s
        ) gaps
    ) usual
    WHERE sale_days >= %(sale_days)s AND %(day)s::date - last.day > days * %(quiet_after)s::float
), sold AS (
    SELECT customer_id, sum(value) AS value FROM (
        SELECT customer_id, total * exchange_rate AS value FROM quiet JOIN invoicing_invoice ON customer_id = quiet.id
        WHERE company_id = %(company)s AND stage IN ('open', 'paid') AND invoice_date BETWEEN %(year)s AND %(day)s
        UNION ALL
        SELECT customer_id, -total * exchange_rate FROM quiet JOIN invoicing_creditnote ON customer_id = quiet.id
        WHERE company_id = %(company)s AND credit_note_date BETWEEN %(year)s AND %(day)s
    ) sales GROUP BY 1
)
SELECT q.id, q.name, q.customer_number, q.owner_id, coalesce(nullif(u.name, ''), u.email, '') AS owner_name,
    q.day AS last_sale, q.sale_days, q.days, coalesce(s.value, 0) AS value
FROM quiet q LEFT JOIN sold s ON s.customer_id = q.id LEFT JOIN tenancy_user u ON u.id = q.owner_id
ORDER BY value DESC, q.name, q.id
"""


@dataclass(frozen=True)
class QuietCustomer:
    """A customer who hasn't bought for `days` days, though usually every `usual_days`, to one decimal.

    `sale_days` are the days with invoices in the two years, `sales` those of the last year in the company's currency,
    less credit notes.
    """

    key: UUID
    name: str
    number: str
    owner: UUID | None
    owner_name: str
    last_sale: date
    days: int
    usual_days: Decimal
    sale_days: int
    sales: Decimal


def quiet_customers(company: Company, day: date) -> list[QuietCustomer]:
    """The customers who have been quiet for too long on `day`, who bought most in the last year first: one query."""
    rows: list[dict[str, Any]] = fetch(
        _QUIET,
        _TABLES,
        company,
        day=day,
        first=_years_before(day),
        year=day - timedelta(days=ratios.YEAR_DAYS - 1),
        sale_days=SALE_DAYS,
        quiet_after=QUIET_AFTER,
    )
    return [
        QuietCustomer(
            row["id"],
            row["name"],
            row["customer_number"],
            row["owner_id"],
            row["owner_name"],
            row["last_sale"],
            (day - row["last_sale"]).days,
            ratios.median_of(row["days"]) or Decimal(0),
            row["sale_days"],
            quantize(row["value"], company.currency),
        )
        for row in rows
    ]


def _years_before(day: date) -> date:
    return day - timedelta(days=YEARS * ratios.YEAR_DAYS - 1)
