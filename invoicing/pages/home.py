"""The first page: what is owed, what waits, how sales go, and what was done last."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Column, Figure, Move, Table, Tone, make_table
from bigledger_crm.pages.views import CompanyView
from bigledger_crm.tenancy.actor import Actor
from invoicing.analytics.funnel import DEFAULT_DAYS, sales_funnel
from invoicing.analytics.trade import Age, ages_of_debts, months_until, sales_by_month
from invoicing.models import Invoice
from invoicing.pages.activity import newest_activity
from invoicing.pages.invoices import invoice_href
from invoicing.pages.panels import debts_by_age, funnel_ranking, invoices_where, quotes_where, sales_chart
from sales.models import Quote, SalesOrder
from sales.pages.orders import order_href
from sales.pages.quotes import quote_href

SOON = timedelta(days=6)
_MONTHS = 12
_DRAFTS = 6


class Home(CompanyView):
    """The company at a glance."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        company, today = self.actor.company, self.actor.today()
        months = months_until(today, _MONTHS)
        sales, ages = sales_by_month(company, months), ages_of_debts(company, today)
        has_sold = any(sales.values()) or any(age.count for age in ages)
        funnel = sales_funnel(company, today - timedelta(days=DEFAULT_DAYS - 1), today, today)
        return self.page(
            "invoicing/home.html",
            title=_("Home"),
            lead=formats.long_day(today),
            figures=_figures(self.actor, list(sales.values()), ages),
            sales=sales_chart(company, sales, months) if has_sold else None,
            debts=debts_by_age(company, ages, today) if has_sold else None,
            funnel=funnel_ranking(funnel) if funnel.stages[0].count else None,
            funnel_days=DEFAULT_DAYS,
            drafts=_drafts(self.actor),
            timeline=newest_activity(),
            moves=_moves(self.actor),
        )


def _moves(actor: Actor) -> list[Move]:
    moves = []
    if actor.may("customers", "write"):
        moves.append(Move(_("New customer"), reverse("customers:new")))
    if actor.may("quotes", "write"):
        moves.append(Move(_("New quote"), reverse("sales:new-quote"), primary=True))
    return moves


def _figures(actor: Actor, sales: Sequence[Decimal], ages: Sequence[Age]) -> list[Figure]:
    today, currency = actor.today(), actor.company.currency
    owed, overdue = _together(ages), _together([age for age in ages if age.first is not None])
    soon = _sums(Invoice.objects.filter(stage="open", due_date__range=(today, today + SOON)), "amount_due")
    expiring = _sums(Quote.objects.filter(status="sent", valid_until__range=(today, today + SOON)), "total")

    def money(label: str, sums: tuple[Decimal, int], href: str, word: str, tone: Tone = "neutral") -> Figure:
        return Figure(label, formats.amount(quantize(sums[0], currency), currency), href, word, currency, tone)

    week = {"From": today, "To": today + SOON}
    return [
        money(_("Receivables"), owed, invoices_where(show="open"), _invoices(owed[1])),
        money(
            _("Overdue"),
            overdue,
            invoices_where(show="overdue"),
            _invoices(overdue[1]),
            "bad" if overdue[1] else "neutral",
        ),
        money(
            _("Due in 7 days"),
            soon,
            invoices_where(show="open", **{f"dueDate{end}": day for end, day in week.items()}),
            _invoices(soon[1]),
        ),
        money(
            _("Quotes about to expire"),
            expiring,
            quotes_where(show="sent", **{f"validUntil{end}": day for end, day in week.items()}),
            ngettext("%(count)s quote in 7 days", "%(count)s quotes in 7 days", expiring[1])
            % {"count": formats.number(expiring[1])},
            "warn" if expiring[1] else "neutral",
        ),
        Figure(
            _("Sales this month"),
            formats.amount(sales[-1], currency),
            invoices_where(show="issued", invoiceDateFrom=today.replace(day=1), invoiceDateTo=today),
            _growth(sales),
            currency,
            trend=sales,
        ),
    ]


def _together(ages: Sequence[Age]) -> tuple[Decimal, int]:
    return sum((age.value for age in ages), ZERO), sum(age.count for age in ages)


def _growth(sales: Sequence[Decimal]) -> str:
    return _("%(amount)s last month") % {"amount": formats.rough_amount(sales[-2])}


def _invoices(count: int) -> str:
    return ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": formats.number(count)}


def _sums(documents: "QuerySet[Any]", amount: str) -> tuple[Decimal, int]:
    """What documents come to in the company's currency, and how many they are."""
    sums = documents.aggregate(value=Sum(F(amount) * F("exchange_rate"), default=ZERO), count=Count("pk"))
    return sums["value"], sums["count"]


def _drafts(actor: Actor) -> Table | None:
    """What this person has begun and not finished, the last touched first."""
    kinds: tuple[tuple[Any, str, str, Any], ...] = (
        (Quote.objects.filter(status="draft"), "quote_number", _("Quote"), quote_href),
        (SalesOrder.objects.filter(status="draft"), "order_number", _("Order"), order_href),
        # By the stage there is an index.
        (Invoice.objects.filter(stage="draft"), "invoice_number", _("Invoice"), invoice_href),
    )
    drafts = [
        (draft, getattr(draft, number), kind, href(draft.public_id))
        for documents, number, kind, href in kinds
        for draft in documents.filter(created_by=actor.id).order_by("-updated_at")[:_DRAFTS]
    ]
    newest = sorted(drafts, key=lambda row: row[0].updated_at, reverse=True)[:_DRAFTS]
    columns = (
        Column(_("Draft"), lambda row: row[1], "main", note=lambda row: row[2]),
        Column(_("Customer"), lambda row: row[0].customer_name, note=lambda row: _changed(row[0].updated_at)),
        Column(_("Total"), lambda row: formats.amount_with_currency(row[0].total, row[0].currency), "figure"),
    )
    return make_table(columns, newest, lambda row: row[3]) if newest else None


def _changed(moment: Any) -> str:
    return _("Changed %(moment)s") % {"moment": formats.moment(moment)}
