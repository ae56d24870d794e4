"""What the home page and analytics draw: charts and tables of the figures in invoicing.analytics."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web import formatting
from bigledger_crm.web.charts import ColumnChart, Point, Ranking, ShareChart, column_chart, ranking, shares
from bigledger_crm.web.components import Text
from customers.models import Customer
from invoicing.analytics.funnel import QuoteFunnel, Stage
from invoicing.analytics.period import Period, Span, add_up
from invoicing.analytics.sales_reports import Age, Paid, Sold, last_day, paid_within
from invoicing.pages.funnel_filter import REACHED
from sales.models import Item


def invoices_where(**conditions: object) -> str:
    """The list of invoices under conditions, by the names of its filters."""
    return f"{reverse('invoicing:invoices')}?{urlencode(conditions)}"


def quotes_where(**conditions: object) -> str:
    """The list of quotes under conditions, by the names of its filters."""
    return f"{reverse('sales:quotes')}?{urlencode(conditions)}"


def sales_within(span: Span) -> str:
    """The report of the sales of some days by customer, whose figures lead to invoices and credit notes."""
    conditions = {"groupBy": "customer", "dateFrom": span[0], "dateTo": span[1], "compare": "none"}
    return f"{reverse('invoicing:report-sales')}?{urlencode(conditions)}"


def quotes_of(funnel: QuoteFunnel, reached: str) -> str:
    """The list of the quotes of a funnel that came so far."""
    return quotes_where(reached=reached, quoteDateFrom=funnel.first, quoteDateTo=funnel.last)


def sales_chart(company: Company, sales: dict[date, Decimal], months: Sequence[date]) -> ColumnChart:
    """Sales of `months`, each with the same month of the year before as a mark, where that is known."""
    spans = [(month, last_day(month)) for month in months]
    before = [sales.get(month.replace(year=month.year - 1)) for month in months]
    return _sales_chart(company, spans, [sales[month] for month in months], before, by_month=True)


def sales_chart_of(company: Company, sales: Mapping[date, Decimal], period: Period, *, by_month: bool) -> ColumnChart:
    """Sales of the parts of a period, each with what was sold in its place in the time before as a mark."""
    now, before = ([quantize(add_up(sales, span), company.currency) for span in spans] for spans in _both(period))
    return _sales_chart(company, period.parts, now, before, by_month=by_month)


def _both(period: Period) -> tuple[Sequence[Span], Sequence[Span]]:
    return period.parts, period.before


def _sales_chart(
    company: Company,
    spans: Sequence[Span],
    sales: Sequence[Decimal],
    before: Sequence[Decimal | None],
    *,
    by_month: bool,
) -> ColumnChart:
    amount = partial(formatting.amount_with_currency, currency=company.currency)
    points = [
        Point(
            label=span_label(span, by_month=by_month),
            value=value,
            text=amount(value),
            href=sales_within(span),
            note=span_note(span, by_month=by_month),
            before=earlier or None,
            before_text=amount(earlier) if earlier else "",
            tone="info" if span == spans[-1] else "neutral",
        )
        for span, value, earlier in zip(spans, sales, before, strict=True)
    ]
    return column_chart(
        _("Sales by month") if by_month else _("Sales by week"),
        points,
        formatting.rough_amount,
        label=_("Month") if by_month else _("Week"),
        value=_("Sales"),
        before=_("Previous year") if by_month else _("Previous period"),
    )


def span_label(span: Span, *, by_month: bool) -> str:
    """A column's label: its month, or the day on which it begins."""
    return formatting.month(span[0]) if by_month else formatting.short_day(span[0])


def span_note(span: Span, *, by_month: bool) -> str:
    """A column's days, in words."""
    return formatting.month_and_year(span[0]) if by_month else formatting.days(*span)


def funnel_ranking(funnel: QuoteFunnel, *, in_full: bool = False) -> Ranking:
    """How many quotes came how far; in full, also for how much, and how long the step took."""
    points = [
        Point(
            label=REACHED[stage.stage],
            value=Decimal(stage.count),
            text=formatting.number(stage.count),
            href=quotes_of(funnel, stage.stage),
            note=formatting.percent(stage.conversion_from_start),
            more=_stage_details(stage, funnel.currency) if in_full else (),
        )
        for stage in funnel.stages
    ]
    return ranking(
        _("Quote to cash"),
        points,
        label=_("Stage"),
        value=_("Quotes"),
        note=_("Share"),
        more=[_("Value"), _("Step conversion"), _("Days per step (median)")] if in_full else (),
    )


def _stage_details(stage: Stage, currency: str) -> list[Text]:
    return [
        formatting.amount(stage.value, currency),
        formatting.percent(stage.conversion_from_previous),
        formatting.number(stage.median_days_from_previous),
    ]


def debts_by_age(company: Company, ages: Sequence[Age], today: date) -> ShareChart:
    """What is due, by how late it is."""
    points = [
        Point(
            label=_age_label(age),
            value=age.value,
            text=formatting.amount(age.value, company.currency),
            href=_invoices_of(age, today),
            note=formatting.number(age.count),
        )
        for age in ages
    ]
    return shares(_("Aged receivables"), points, label=_("Age"), value=_("Amount"), note=_("Invoices"))


def _age_label(age: Age) -> str:
    if age.first is None:
        return _("Not yet due")
    if age.last is None:
        return _("Over %(days)s days overdue") % {"days": age.first - 1}
    return _("%(first)s to %(last)s days overdue") % {"first": age.first, "last": age.last}


def _invoices_of(age: Age, today: date) -> str:
    conditions: dict[str, object] = {"show": "open"}
    if age.last is not None:
        conditions["dueDateFrom"] = today - timedelta(days=age.last)
    if age.first is not None:
        conditions["dueDateTo"] = today - timedelta(days=age.first)
    return invoices_where(**conditions)


def customer_ranking(company: Company, sold: Sequence[Sold]) -> Ranking:
    """Who bought most."""
    points = [
        Point(
            label=one.name,
            value=one.value,
            text=formatting.amount(one.value, company.currency),
            href=reverse("customers:detail", args=[ids.encode(Customer.PREFIX, one.key)]),
        )
        for one in sold
    ]
    return ranking(_("Sales by customer"), points, label=_("Customer"), value=_("Sales"))


def item_ranking(company: Company, sold: Sequence[Sold]) -> Ranking:
    """What brought most."""
    points = [
        Point(
            label=one.name,
            value=one.value,
            text=formatting.amount(one.value, company.currency),
            href=reverse("sales:item", args=[ids.encode(Item.PREFIX, one.key)]),
            note=formatting.number(one.quantity.normalize()),
        )
        for one in sold
    ]
    return ranking(_("Sales by item"), points, label=_("Item"), value=_("Sales"), note=_("Quantity"))


def payment_chart(paid: Mapping[date, Paid], period: Period, *, by_month: bool) -> ColumnChart:
    """After how many days invoices were paid, on average of those paid off in each part of a period."""
    points = []
    for span in period.parts:
        one = paid_within(paid, span)
        days = one.average_days
        points.append(
            Point(
                label=span_label(span, by_month=by_month),
                value=days or Decimal(0),
                text=formatting.NOTHING if days is None else _days_text(days),
                note=f"{span_note(span, by_month=by_month)} · {_paid_text(one)}",
            )
        )
    heading = _("Month") if by_month else _("Week")
    return column_chart(_("Days to payment"), points, formatting.number, label=heading, value=_("Days to payment"))


def _days_text(days: Decimal) -> str:
    return ngettext("%(days)s day", "%(days)s days", 1 if days == 1 else 2) % {"days": formatting.number(days)}


def _paid_text(paid: Paid) -> str:
    words = ngettext("%(count)s invoice", "%(count)s invoices", paid.count)
    return words % {"count": formatting.number(paid.count)}
