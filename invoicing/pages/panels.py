"""What the home page and analytics draw: charts and tables of the figures in invoicing.analytics."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel import ids
from bigledger_crm.pages import formats
from bigledger_crm.pages.charts import ColumnChart, Point, Ranking, Shares, column_chart, ranking, shares
from bigledger_crm.pages.components import Text
from bigledger_crm.tenancy.models import Company
from customers.models import Customer
from invoicing.analytics.funnel import QuoteFunnel, Stage
from invoicing.analytics.trade import Age, Paid, Sold, last_day
from sales.models import Item
from sales.pages.reached import REACHED


def invoices_where(**conditions: object) -> str:
    """The list of invoices under conditions, by the names of its filters."""
    return f"{reverse('invoicing:invoices')}?{urlencode(conditions)}"


def quotes_where(**conditions: object) -> str:
    """The list of quotes under conditions, by the names of its filters."""
    return f"{reverse('sales:quotes')}?{urlencode(conditions)}"


def quotes_of(funnel: QuoteFunnel, reached: str) -> str:
    """The list of the quotes of a funnel that came so far."""
    return quotes_where(reached=reached, quoteDateFrom=funnel.first, quoteDateTo=funnel.last)


def sales_chart(company: Company, sales: dict[date, Decimal], months: Sequence[date]) -> ColumnChart:
    """Sales of `months`, each with the same month of the year before as a mark."""
    amount = partial(formats.amount_with_currency, currency=company.currency)
    points = []
    for month in months:
        before = sales.get(month.replace(year=month.year - 1)) or None
        points.append(
            Point(
                label=formats.month(month),
                value=sales[month],
                text=amount(sales[month]),
                href=invoices_where(show="issued", invoiceDateFrom=month, invoiceDateTo=last_day(month)),
                note=formats.month_and_year(month),
                before=before,
                before_text=amount(before) if before else "",
                tone="info" if month == months[-1] else "neutral",
            )
        )
    return column_chart(
        _("Sales by month"),
        points,
        formats.rough_amount,
        label=_("Month"),
        value=_("Sales"),
        before=_("A year before"),
    )


def funnel_ranking(funnel: QuoteFunnel, *, in_full: bool = False) -> Ranking:
    """How many quotes came how far; in full, also for how much, and how long the step took."""
    points = [
        Point(
            label=REACHED[stage.stage],
            value=Decimal(stage.count),
            text=formats.number(stage.count),
            href=quotes_of(funnel, stage.stage),
            note=formats.percent(stage.conversion_from_start),
            more=_stage_details(stage, funnel.currency) if in_full else (),
        )
        for stage in funnel.stages
    ]
    return ranking(
        _("From quote to money"),
        points,
        label=_("Stage"),
        value=_("Quotes"),
        note=_("Share"),
        more=[_("Value"), _("Step conversion"), _("Days per step (median)")] if in_full else (),
    )


def _stage_details(stage: Stage, currency: str) -> list[Text]:
    return [
        formats.amount(stage.value, currency),
        formats.percent(stage.conversion_from_previous),
        formats.number(stage.median_days_from_previous),
    ]


def debts_by_age(company: Company, ages: Sequence[Age], today: date) -> Shares:
    """What is due, by how late it is."""
    points = [
        Point(
            label=_age_words(age),
            value=age.value,
            text=formats.amount(age.value, company.currency),
            href=_invoices_of(age, today),
            note=formats.number(age.count),
        )
        for age in ages
    ]
    return shares(_("Aged receivables"), points, label=_("Age"), value=_("Amount"), note=_("Invoices"))


def _age_words(age: Age) -> str:
    if age.first is None:
        return _("Not due yet")
    if age.last is None:
        return _("Over %(days)s days late") % {"days": age.first - 1}
    return _("%(first)s to %(last)s days late") % {"first": age.first, "last": age.last}


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
            text=formats.amount(one.value, company.currency),
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
            text=formats.amount(one.value, company.currency),
            href=reverse("sales:item", args=[ids.encode(Item.PREFIX, one.key)]),
            note=formats.number(one.quantity.normalize()),
        )
        for one in sold
    ]
    return ranking(_("Sales by item"), points, label=_("Item"), value=_("Sales"), note=_("Quantity"))


def payment_chart(paid: dict[date, Paid]) -> ColumnChart:
    """After how many days invoices were paid, on average of those paid off in a month."""
    points = [
        Point(
            label=formats.month(month),
            value=one.days or Decimal(0),
            text=formats.NOTHING if one.days is None else _("%(days)s days") % {"days": formats.number(one.days)},
            note=f"{formats.month_and_year(month)} · {_paid_words(one)}",
        )
        for month, one in paid.items()
    ]
    return column_chart(_("Days to payment"), points, formats.number, label=_("Month"), value=_("Days to payment"))


def _paid_words(paid: Paid) -> str:
    words = ngettext("%(count)s invoice", "%(count)s invoices", paid.count)
    return words % {"count": formats.number(paid.count)}
