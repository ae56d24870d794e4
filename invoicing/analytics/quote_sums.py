"""The sums of quotes that are kept for whole days and months, and the plain query that they stand for.

As those of sales: a report adds up the sums of months and days in which nothing has changed since they were made, and
reads the quotes of the other days in the same statement.
"""

from typing import Any

from django.db.models import Model

from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import scoped_owner
from customers.models import Customer
from invoicing.analytics.period import Span
from invoicing.analytics.sales_sums import parameters_of_spans, pieces_of_spans
from invoicing.analytics.statements import fetch
from invoicing.models import Invoice
from sales.models import Quote, SalesOrder

KEYS = "owner_id, status, valid_until, reason, is_sent, is_invoiced, is_paid"
COLUMNS = f"day, {KEYS}, quotes, value, closing_days, stages, days, numbers"
_ZONE = "(SELECT time_zone FROM tenancy_company WHERE id = %(company)s)"
# How many quotes took so many days to a stage is counted beside the quotes themselves, which are stage 0.
_ADDED_UP = f"""
SELECT day, {KEYS}, (sum(number) FILTER (WHERE stage = 0))::integer AS quotes, sum(value) AS value,
    sum(closing_days)::integer AS closing_days,
    coalesce(array_agg(stage ORDER BY stage, days) FILTER (WHERE stage > 0), ARRAY[]::integer[]) AS stages,
    coalesce(array_agg(days ORDER BY stage, days) FILTER (WHERE stage > 0), ARRAY[]::integer[]) AS days,
    coalesce(array_agg(number::integer ORDER BY stage, days) FILTER (WHERE stage > 0), ARRAY[]::integer[]) AS numbers
FROM (
    SELECT {{day}} AS day, {KEYS}, stage, days, sum(number) AS number, sum(value) AS value,
        sum(closing_days) AS closing_days
    FROM ({{parts}}) parts GROUP BY 1, {KEYS}, stage, days
) counted GROUP BY day, {KEYS}
"""  # noqa: S608 nothing but constants
_STEPS = f"""
SELECT q.quote_date AS day, q.owner_id, q.status, CASE WHEN q.status IN ('draft', 'sent') THEN q.valid_until END
        AS valid_until,
    trim(CASE q.status WHEN 'declined' THEN q.decline_reason WHEN 'cancelled' THEN q.cancel_reason ELSE '' END)
        AS reason,
    q.sent_at IS NOT NULL OR is_accepted AS is_sent, billed.is_invoiced,
    coalesce(billed.is_paid, false) AS is_paid, q.total * q.exchange_rate AS value,
    CASE WHEN is_accepted THEN accepted_day - q.quote_date ELSE 0 END AS closing_days,
    sent_day - q.quote_date AS to_sent,
    CASE WHEN is_accepted THEN accepted_day - sent_day END AS to_accepted,
    CASE WHEN q.status = 'converted' THEN ordered_day - accepted_day END AS to_ordered,
    invoiced_day - ordered_day AS to_invoiced, CASE WHEN billed.is_paid THEN paid_day - invoiced_day END AS to_paid
FROM {{cohort}}
CROSS JOIN LATERAL (
    SELECT q.status IN ('accepted', 'converted') AS is_accepted, (q.sent_at AT TIME ZONE {_ZONE})::date AS sent_day,
        (q.accepted_at AT TIME ZONE {_ZONE})::date AS accepted_day,
        (q.converted_at AT TIME ZONE {_ZONE})::date AS ordered_day
) moments
LEFT JOIN LATERAL (
    SELECT count(*) > 0 AS is_invoiced, (min(i.issued_at) AT TIME ZONE {_ZONE})::date AS invoiced_day,
        bool_and(i.stage = 'paid') AND sum(i.total) >= min(o.total) AS is_paid, max(i.last_payment_date) AS paid_day
    FROM {{orders}} o
    JOIN {{invoices}} i ON i.company_id = %(company)s AND i.order_id = o.id AND i.status = 'sent'
    WHERE o.company_id = %(company)s AND o.quote_id = q.id
) billed ON true
WHERE NOT EXISTS (
    SELECT FROM sales_quote later WHERE later.company_id = %(company)s AND later.supersedes_id = q.id
)
"""  # noqa: S608 nothing but constants
_PARTS_OF_QUOTES = f"""
SELECT steps.day, {KEYS}, part.* FROM ({_STEPS}) steps
CROSS JOIN LATERAL (
    VALUES (0, NULL::integer, 1, steps.value, steps.closing_days), (1, to_sent, 1, 0, 0), (2, to_accepted, 1, 0, 0),
        (3, to_ordered, 1, 0, 0), (4, to_invoiced, 1, 0, 0), (5, to_paid, 1, 0, 0)
) part (stage, days, number, value, closing_days) WHERE part.stage = 0 OR part.days IS NOT NULL
"""  # noqa: S608 nothing but constants
_PARTS_OF_SUMS = f"""
SELECT s.day, {KEYS}, 0 AS stage, NULL::integer AS days, quotes AS number, value, closing_days FROM {{sums}} s
UNION ALL
SELECT s.day, {KEYS}, part.stage, part.days, part.number, 0, 0
FROM {{sums}} s CROSS JOIN LATERAL unnest(stages, s.days, numbers) part (stage, days, number)
"""  # noqa: S608 nothing but constants
# OFFSET 0 has quotes looked up by day: there are many more in all.
_OF_DAYS = """
(SELECT DISTINCT day FROM {days} given) d CROSS JOIN LATERAL (
    SELECT * FROM sales_quote q WHERE q.company_id = %(company)s AND q.quote_date = d.day OFFSET 0
) q
"""
_OF_SPAN = """
(
    SELECT * FROM {quotes} q WHERE q.company_id = %(company)s AND q.quote_date BETWEEN %(first)s AND %(last)s
        AND (%(customer)s::uuid IS NULL OR q.customer_id = %(customer)s::uuid)
) q
"""
_PLAIN = _ADDED_UP.format(day="day", parts=_PARTS_OF_QUOTES)
_QUOTES_OF_SPAN = f"WITH parts AS MATERIALIZED ({_PLAIN.replace('{cohort}', _OF_SPAN)})"
_TABLES: dict[str, type[Model]] = {"quotes": Quote, "orders": SalesOrder, "invoices": Invoice}


def plain_sums(days: str) -> str:
    """The SELECT of COLUMNS that adds up the quotes of each day of a relation `days`, which has a column `day`."""
    return _PLAIN.format(cohort=_OF_DAYS.format(days=days), orders="sales_salesorder", invoices="invoicing_invoice")


def sums_of_months(days: str) -> str:
    """The SELECT of COLUMNS that adds up to months a relation `days`, which has COLUMNS of days."""
    return _ADDED_UP.format(day="date_trunc('month', day)::date", parts=_PARTS_OF_SUMS.format(sums=days))


# What is kept of the quotes to all customers.  OFFSET 0 has sums looked up by day: there are those of many more.
_SUMS_OF_SPAN = f"""
WITH {pieces_of_spans("invoicing_quotechange")}, parts AS MATERIALIZED (
    SELECT {COLUMNS.replace("day,", "s.day,", 1).replace(" days,", " s.days,")}
    FROM (SELECT 'month' AS unit, day FROM month UNION ALL SELECT 'day', day FROM day WHERE is_kept) p
    CROSS JOIN LATERAL (
        SELECT {COLUMNS} FROM invoicing_quotesum s
        WHERE company_id = %(company)s AND s.unit = p.unit AND s.day = p.day OFFSET 0
    ) s
    UNION ALL
    {plain_sums("(SELECT day FROM day WHERE NOT is_kept)")}
)
"""  # noqa: S608 nothing but constants


def fetch_of_quotes(
    statement: str, company: Company, span: Span, customer: Customer | None, **parameters: Any
) -> list[Any]:
    """The rows of the end of a statement, after `parts` of COLUMNS: the quotes of a span, to all customers or one."""
    if customer is None and scoped_owner() is None:
        return fetch(_SUMS_OF_SPAN + statement, {}, company, **parameters_of_spans("owner", span), **parameters)
    customer_key = customer.pk if customer else None
    given = {"first": span[0], "last": span[1], "customer": customer_key, **parameters}
    return fetch(_QUOTES_OF_SPAN + statement, _TABLES, company, **given)
