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

from django.db.models import Count, F, Model, QuerySet, Sum

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.period import Span
from invoicing.analytics.sales_breakdown import Sales, sales_by
from invoicing.analytics.statements import fetch
from invoicing.models import Invoice
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import Quote, SalesOrder

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


TABLES: dict[str, type[Model]] = {"quotes": Quote, "orders": SalesOrder, "invoices": Invoice}
COHORT = """
WITH cohort AS (
    SELECT q.id, q.owner_id, q.quote_date, q.total * q.exchange_rate AS value, q.decline_reason, q.cancel_reason,
        CASE WHEN q.status IN ('draft', 'sent') AND q.valid_until < %(today)s THEN 'expired' ELSE q.status END
            AS status,
        q.sent_at IS NOT NULL OR q.status IN ('accepted', 'converted') AS sent,
        q.status IN ('accepted', 'converted') AS accepted,
        (q.sent_at AT TIME ZONE %(zone)s)::date AS sent_day,
        (q.accepted_at AT TIME ZONE %(zone)s)::date AS accepted_day,
        (q.converted_at AT TIME ZONE %(zone)s)::date AS ordered_day
    FROM {quotes} q
    WHERE q.company_id = %(company)s AND q.quote_date BETWEEN %(first)s AND %(last)s
        AND (%(customer)s::uuid IS NULL OR q.customer_id = %(customer)s::uuid)
        AND NOT EXISTS (
            SELECT FROM sales_quote later WHERE later.company_id = q.company_id AND later.supersedes_id = q.id
        )
)
"""
_STEPS = f"""{COHORT}, billed AS MATERIALIZED (
    SELECT o.quote_id,
        min((i.issued_at AT TIME ZONE %(zone)s)::date) AS invoiced_day,
        bool_and(i.stage = 'paid') AND sum(i.total) >= o.total AS paid,
        max(i.last_payment_date) AS paid_day
    FROM cohort c
    JOIN {{orders}} o ON o.company_id = %(company)s AND o.quote_id = c.id
    JOIN {{invoices}} i ON i.company_id = o.company_id AND i.order_id = o.id AND i.status = 'sent'
    GROUP BY o.id, o.quote_id, o.total
), steps AS (
    SELECT cohort.*, status = 'converted' AS ordered, billed.quote_id IS NOT NULL AS invoiced,
        coalesce(billed.paid, false) AS paid, billed.invoiced_day, billed.paid_day
    FROM cohort LEFT JOIN billed ON billed.quote_id = cohort.id
)
SELECT owner_id, grouping(owner_id) AS is_total, count(*) AS quoted, sum(value) AS quoted_value,
    count(*) FILTER (WHERE sent) AS sent, sum(value) FILTER (WHERE sent) AS sent_value,
    count(*) FILTER (WHERE accepted) AS accepted, sum(value) FILTER (WHERE accepted) AS accepted_value,
    count(*) FILTER (WHERE ordered) AS ordered, sum(value) FILTER (WHERE ordered) AS ordered_value,
    count(*) FILTER (WHERE invoiced) AS invoiced, sum(value) FILTER (WHERE invoiced) AS invoiced_value,
    count(*) FILTER (WHERE paid) AS paid, sum(value) FILTER (WHERE paid) AS paid_value,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY sent_day - quote_date) AS sent_days,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY accepted_day - sent_day) FILTER (WHERE accepted) AS accepted_days,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY ordered_day - accepted_day) FILTER (WHERE ordered) AS ordered_days,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY invoiced_day - ordered_day) FILTER (WHERE invoiced) AS invoiced_days,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY paid_day - invoiced_day) FILTER (WHERE paid) AS paid_days,
    sum(accepted_day - quote_date) FILTER (WHERE accepted) AS closing_days,
    count(*) FILTER (WHERE status = 'declined') AS declined,
    sum(value) FILTER (WHERE status = 'declined') AS declined_value,
    count(*) FILTER (WHERE status = 'expired') AS expired,
    sum(value) FILTER (WHERE status = 'expired') AS expired_value,
    count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
    sum(value) FILTER (WHERE status = 'cancelled') AS cancelled_value,
    sum(value) FILTER (WHERE status IN ('draft', 'sent')) AS open_value
FROM steps GROUP BY GROUPING SETS ((), (owner_id))
"""  # noqa: S608 nothing but constants


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
    rows = fetch(_STEPS, TABLES, company, **cohort_parameters(company, first, last, today, customer))
    whole = next(row for row in rows if row["is_total"])
    owned = {row["owner_id"]: _funnel(row, company, first, last) for row in rows if not row["is_total"]}
    return _funnel(whole, company, first, last), owned


def cohort_parameters(
    company: Company, first: date, last: date, today: date, customer: Customer | None
) -> dict[str, Any]:
    """The parameters of COHORT: the quotes dated from `first` through `last`, as they are on `today`."""
    return {
        "customer": customer.pk if customer else None,
        "first": first,
        "last": last,
        "today": today,
        "zone": company.time_zone,
    }


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
    sums = documents.aggregate(count=Count("pk"), value=Sum(F("total") * F("exchange_rate"), default=ZERO))
    return Group(sums["count"], quantize(sums["value"], company.currency))
