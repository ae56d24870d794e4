"""What became of the quotes of a time: from offer to money.

The cohort are the quotes dated in the range, the last version of each.  A stage counts the quotes that came so far, by
their own value in the company's currency, so that stages can be compared: who was accepted was sent, who was invoiced
was ordered.  Moments are days in the company's time zone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet, Sum

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.period import Span
from invoicing.analytics.quote_sums import fetch_of_quotes
from invoicing.analytics.sales_breakdown import Sales, sales_by
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import SalesOrder

STAGES = ("quoted", "sent", "accepted", "ordered", "invoiced", "paid")
LOST = ("declined", "expired", "cancelled")
DEFAULT_DAYS = 90


@dataclass(frozen=True)
class Group:
    """So many documents, and what they come to in the company's currency."""

    count: int
    value: Decimal


@dataclass(frozen=True)
class Stage:
    """The quotes that came so far."""

    stage: str
    count: int
    value: Decimal
    conversion_from_previous: Decimal | None
    conversion_from_start: Decimal | None
    median_days_from_previous: Decimal | None


@dataclass(frozen=True)
class QuoteFunnel:
    """The way from quote to money of a cohort."""

    first: date
    last: date
    currency: str
    stages: list[Stage]
    lost: dict[str, Group]
    win_rate: Decimal | None
    average_days_to_close: Decimal | None
    open_pipeline_value: Decimal


@dataclass(frozen=True)
class Funnel(QuoteFunnel):
    """The same, with what was sold in that time without a quote."""

    direct_orders: Group
    direct_invoices: Group


# Of each stage there are few different numbers of days, whose quotes are counted: the median is found among those.
_FUNNELS = """
, shown AS NOT MATERIALIZED (
    SELECT owner_id, CASE WHEN valid_until < %(today)s THEN 'expired' ELSE status END AS status, is_sent,
        status IN ('accepted', 'converted') AS is_accepted, status = 'converted' AS is_ordered, is_invoiced, is_paid,
        quotes, value, closing_days
    FROM parts
), taken AS (
    SELECT owner_id, grouping(owner_id) AS is_total, part.stage, part.days, sum(number) AS number
    FROM parts CROSS JOIN LATERAL unnest(stages, parts.days, numbers) part (stage, days, number)
    GROUP BY GROUPING SETS ((owner_id, part.stage, part.days), (part.stage, part.days))
), median AS (
    SELECT owner_id, is_total, {medians}
    FROM (
        SELECT owner_id, is_total, stage, days, sum(number) OVER earlier AS upto,
            sum(number) OVER earlier - number AS before,
            sum(number) OVER (PARTITION BY owner_id, is_total, stage) AS whole
        FROM taken WINDOW earlier AS (PARTITION BY owner_id, is_total, stage ORDER BY days)
    ) ranked WHERE 2 * upto >= whole AND 2 * before <= whole GROUP BY 1, 2
), summed AS (
    SELECT owner_id, grouping(owner_id) AS is_total, {sums}, sum(closing_days) AS closing_days,
        sum(value) FILTER (WHERE status IN ('draft', 'sent')) AS open_value
    FROM shown GROUP BY GROUPING SETS ((), (owner_id))
)
SELECT s.*, {names} FROM summed s
LEFT JOIN median m ON m.is_total = s.is_total AND m.owner_id IS NOT DISTINCT FROM s.owner_id
"""
_GROUPS = {
    "quoted": "true",
    **{name: f"is_{name}" for name in STAGES[1:]},
    **{name: f"status = '{name}'" for name in LOST},
}
_PARTS = {
    "medians": ", ".join(
        f"(avg(days) FILTER (WHERE stage = {place}))::float8 AS {name}_days" for place, name in enumerate(STAGES)
    ),
    "names": ", ".join(f"{name}_days" for name in STAGES),
    "sums": ", ".join(
        f"coalesce(sum(quotes) FILTER (WHERE {rows}), 0)::bigint AS {name}, "
        f"sum(value) FILTER (WHERE {rows}) AS {name}_value"
        for name, rows in _GROUPS.items()
    ),
}
_STATEMENT = _FUNNELS.format_map(_PARTS)


def sales_funnel(company: Company, first: date, last: date, today: date, customer: Customer | None = None) -> Funnel:
    """The funnel of the quotes dated from `first` through `last`: three queries, however many there are.

    Values are sums of exact products of amount and exchange rate, rounded half up once, at the end.
    """
    return Funnel(
        **vars(quote_funnel(company, first, last, today, customer)),
        direct_orders=_direct(
            SalesOrder.objects.filter(status__in=ORDER_OPEN_STATES, quote=None, order_date__range=(first, last)),
            company,
            customer,
        ),
        direct_invoices=_direct_invoices(company, (first, last), customer),
    )


def quote_funnel(
    company: Company, first: date, last: date, today: date, customer: Customer | None = None
) -> QuoteFunnel:
    """The funnel without what was sold without a quote: one query."""
    return quote_funnels(company, first, last, today, customer)[0]


def quote_funnels(
    company: Company, first: date, last: date, today: date, customer: Customer | None = None
) -> tuple[QuoteFunnel, dict[UUID | None, QuoteFunnel]]:
    """The funnel of all quotes, and that of the quotes of each owner, None for nobody: one query."""
    rows = fetch_of_quotes(_STATEMENT, company, (first, last), customer, today=today)
    whole = next(row for row in rows if row["is_total"])
    owned = {row["owner_id"]: _funnel(row, company, first, last) for row in rows if not row["is_total"]}
    return _funnel(whole, company, first, last), owned


def _funnel(found: dict[str, Any], company: Company, first: date, last: date) -> QuoteFunnel:
    def group(name: str) -> Group:
        return Group(found[name], quantize(found[f"{name}_value"] or ZERO, company.currency))

    groups = [group(name) for name in STAGES]
    stages = []
    for index, (name, here) in enumerate(zip(STAGES, groups, strict=True)):
        stages.append(
            Stage(
                name,
                here.count,
                here.value,
                ratios.percentage(here.count, groups[index - 1].count) if index else None,
                ratios.percentage(here.count, groups[0].count),
                ratios.median_of(found.get(f"{name}_days")),
            )
        )
    lost = {name: group(name) for name in LOST}
    won = found["accepted"]
    return QuoteFunnel(
        first=first,
        last=last,
        currency=company.currency,
        stages=stages,
        lost=lost,
        win_rate=ratios.percentage(won, won + sum(part.count for part in lost.values())),
        average_days_to_close=ratios.mean(found["closing_days"] or 0, won, 1),
        open_pipeline_value=quantize(found["open_value"] or ZERO, company.currency),
    )


def _direct_invoices(company: Company, span: Span, customer: Customer | None) -> Group:
    """Issued invoices that no quote led to."""
    groups = sales_by(company, "origin", span, customer=customer).groups
    sold = next((group.sales for group in groups if group.key is None), Sales())
    return Group(sold.invoices, quantize(sold.invoiced + sold.tax, company.currency))


def _direct(documents: "QuerySet[Any]", company: Company, customer: Customer | None) -> Group:
    if customer is not None:
        documents = documents.filter(customer=customer)
    sums = documents.aggregate(count=Count("*"), value=Sum(F("total") * F("exchange_rate"), default=ZERO))
    return Group(sums["count"], quantize(sums["value"], company.currency))
