"""The first page: what is owed, what waits, how sales go, and what was done last."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Sum, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.backup.queries import late_backup
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import MANAGE_SETTINGS
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, Column, Metric, Table, Text, Tone, make_table
from bigledger_crm.web.views import CompanyView
from invoicing.analytics.funnel import DEFAULT_DAYS, quote_funnel
from invoicing.analytics.sales_reports import (
    Owed,
    ages_of_debts,
    last_day,
    months_until,
    owed_between,
    owed_by_due_day,
    sales_by_month,
)
from invoicing.models import Invoice
from invoicing.pages.activity import newest_activity
from invoicing.pages.dashboard_charts import (
    debts_by_age,
    funnel_ranking,
    invoices_where,
    quotes_where,
    sales_chart,
    sales_within,
)
from invoicing.pages.einvoice_settings import certificate_warning
from invoicing.pages.invoices import invoice_href
from invoicing.pages.saved_report_cards import saved_reports_on_home
from invoicing.pages.setup_checklist import checklist
from sales.models import Quote, SalesOrder
from sales.pages.orders import order_href
from sales.pages.quotes import quote_href

SOON = timedelta(days=6)
_MONTHS = 12
_DRAFTS = 6


class HomeView(CompanyView):
    """The company at a glance; its figures are for those who may see them."""

    only_reads = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        return self.page(
            "invoicing/home.html",
            title=_("Home"),
            lead=formatting.long_day(self.actor.today()),
            **(_figures(self.actor) if self.actor.may("analytics", "read") else {}),
            saved_reports=saved_reports_on_home(self.actor),
            drafts=_drafts(self.actor),
            checklist=checklist(self.actor),
            certificate_warning=certificate_warning(self.actor),
            late_backup=late_backup() if MANAGE_SETTINGS in self.actor.permissions else None,
            timeline=newest_activity(),
            actions=_buttons(self.actor),
        )


def _buttons(actor: Actor) -> list[Action]:
    actions = []
    if actor.may("customers", "write"):
        actions.append(Action(_("New customer"), reverse("customers:new")))
    if actor.may("quotes", "write"):
        actions.append(Action(_("New quote"), reverse("sales:new-quote"), primary=True))
    return actions


def _figures(actor: Actor) -> dict[str, Any]:
    """The tiles and charts."""
    company, today = actor.company, actor.today()
    months = months_until(today, _MONTHS)
    sales, owed = sales_by_month(company, months), owed_by_due_day()
    has_sold = any(sales.values()) or bool(owed)
    funnel = quote_funnel(company, today - timedelta(days=DEFAULT_DAYS - 1), today, today)
    return {
        "metrics": _metrics(actor, list(sales.values()), owed),
        "sales": sales_chart(company, sales, months) if has_sold else None,
        "aged_receivables": debts_by_age(company, ages_of_debts(company, owed, today), today) if has_sold else None,
        "funnel": funnel_ranking(funnel) if funnel.stages[0].count else None,
        "funnel_days": DEFAULT_DAYS,
    }


def _metrics(actor: Actor, sales: Sequence[Decimal], debts: Sequence[Owed]) -> list[Metric]:
    today, currency = actor.today(), actor.company.currency
    owed, overdue = owed_between(debts), owed_between(debts, last=today - timedelta(days=1))
    soon = owed_between(debts, today, today + SOON)
    expiring = _expiring(today)

    def money(label: str, sums: tuple[int, Decimal], href: str, word: str, tone: Tone = "neutral") -> Metric:
        return Metric(label, formatting.amount(quantize(sums[1], currency), currency), href, word, currency, tone)

    month = today.replace(day=1)
    week = {"From": today, "To": today + SOON}
    return [
        money(_("Receivables"), owed, invoices_where(show="open"), _invoices(owed[0])),
        money(
            _("Overdue"),
            overdue,
            invoices_where(show="overdue"),
            _invoices(overdue[0]),
            "bad" if overdue[0] else "neutral",
        ),
        money(
            _("Due in 7 days"),
            soon,
            invoices_where(show="open", **{f"dueDate{end}": day for end, day in week.items()}),
            _invoices(soon[0]),
        ),
        money(
            _("Quotes expiring"),
            expiring,
            quotes_where(show="sent", **{f"validUntil{end}": day for end, day in week.items()}),
            ngettext("%(count)s quote within 7 days", "%(count)s quotes within 7 days", expiring[0])
            % {"count": formatting.number(expiring[0])},
            "warn" if expiring[0] else "neutral",
        ),
        Metric(
            _("Sales this month"),
            formatting.amount(sales[-1], currency),
            sales_within((month, last_day(month))),
            _growth(sales),
            currency,
            trend=sales,
        ),
    ]


def _growth(sales: Sequence[Decimal]) -> str:
    return _("%(amount)s last month") % {"amount": formatting.rough_amount(sales[-2])}


def _invoices(count: int) -> str:
    return ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": formatting.number(count)}


def _expiring(today: date) -> tuple[int, Decimal]:
    """How many quotes are about to expire, and what they come to in the company's currency."""
    quotes = Quote.objects.filter(status="sent", valid_until__range=(today, today + SOON))
    sums = quotes.aggregate(count=Count("pk"), value=Sum(F("total") * F("exchange_rate"), default=ZERO))
    return sums["count"], sums["value"]


def _drafts(actor: Actor) -> Table | None:
    """What this person has begun and not finished, the last touched first: one query."""
    kinds: tuple[tuple[type[Quote | SalesOrder | Invoice], str, str, Text, Callable[[str], str]], ...] = (
        (Quote, "status", "quote_number", _("Quote"), quote_href),
        (SalesOrder, "status", "order_number", _("Order"), order_href),
        (Invoice, "stage", "invoice_number", _("Invoice"), invoice_href),  # by the stage there is an index
    )
    first, *others = (
        model.objects.filter(**{state: "draft"}, created_by=actor.id)
        .annotate(kind=Value(kind), number=F(number))
        .order_by("-updated_at")
        .values_list("kind", "pk", "number", "customer_name", "total", "currency", "updated_at", named=True)[:_DRAFTS]
        for kind, (model, state, number, _word, _href) in enumerate(kinds)
    )
    newest = list(first.union(*others, all=True).order_by("-updated_at")[:_DRAFTS])
    columns = (
        Column(_("Draft"), lambda row: row.number, "main", note=lambda row: kinds[row.kind][3]),
        Column(_("Customer"), lambda row: row.customer_name, note=lambda row: _changed(row.updated_at)),
        Column(_("Total"), lambda row: formatting.amount_with_currency(row.total, row.currency), "figure"),
    )

    def href(row: Any) -> str:
        kind: int = row.kind
        return kinds[kind][4](ids.encode(kinds[kind][0].PREFIX, row.pk))

    return make_table(columns, newest, href) if newest else None


def _changed(moment: Any) -> str:
    return _("Changed %(moment)s") % {"moment": formatting.moment(moment)}
