"""How the sale goes: from quote to money, by month, customer and item, what is owed and how soon it is paid."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.money import quantize
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Metric, Text
from bigledger_crm.web.views import CompanyView
from invoicing.analytics import ratios
from invoicing.analytics.funnel import LOST, QuoteFunnel, quote_funnel
from invoicing.analytics.period import Period, Span, add_up, weeks_until, year_until
from invoicing.analytics.sales_reports import (
    Paid,
    ages_of_debts,
    owed_by_due_day,
    paid_within,
    payments_by_day,
    sales_by_customer,
    sales_by_day,
    sales_by_item,
)
from invoicing.pages.dashboard_charts import (
    customer_ranking,
    debts_by_age,
    funnel_ranking,
    invoices_where,
    item_ranking,
    payment_chart,
    quotes_of,
    sales_chart_of,
)
from invoicing.pages.funnel_filter import REACHED

SPANS: dict[str, tuple[Text, Callable[[date], Period]]] = {
    "30": (gettext_lazy("30 days"), partial(weeks_until, days=30)),
    "90": (gettext_lazy("90 days"), partial(weeks_until, days=90)),
    "365": (gettext_lazy("12 months"), year_until),
}
DEFAULT_SPAN = "90"


class AnalyticsView(CompanyView):
    """The figures of a period that ends today, against as long a time before it."""

    resource = "analytics"
    only_reads = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; `days` chooses the period."""
        span = request.GET.get("days", DEFAULT_SPAN)
        if span not in SPANS:
            raise Http404("No such span")
        company, today = self.actor.company, self.actor.today()
        period = SPANS[span][1](today)
        by_month = span == "365"
        first, last = period.first, period.last
        sales = sales_by_day(company, period.first_before, last)
        paid = payments_by_day(company, period.first_before, last)
        funnel = quote_funnel(company, first, last, today)
        funnel_before = quote_funnel(company, period.first_before, period.last_before, today)
        return self.page(
            "invoicing/analytics.html",
            title=_("Analytics"),
            lead=_("%(period)s, compared with %(before)s")
            % {
                "period": formatting.days(first, last),
                "before": formatting.days(period.first_before, period.last_before),
            },
            periods=[(days, label) for days, (label, _period) in SPANS.items()],
            period=span,
            metrics=[
                _sales_metric(company, sales, period),
                *_funnel_metrics(funnel, funnel_before),
                _payment_metric(paid, period),
            ],
            sales=sales_chart_of(company, sales, period, by_month=by_month),
            funnel=funnel_ranking(funnel, in_full=True),
            lost=_lost(funnel),
            customers=customer_ranking(company, sales_by_customer(company, first, last)),
            items=item_ranking(company, sales_by_item(company, first, last)),
            aged_receivables=debts_by_age(company, ages_of_debts(company, owed_by_due_day(), today), today),
            payments=payment_chart(paid, period, by_month=by_month),
        )


def _with_change(note: Text, change: Decimal | None, words: Callable[[Decimal], str]) -> str:
    """A note with the change against the time before, where there is something to compare with.

    The change stays in one line and has a true sign.
    """
    if change is None:
        return str(note)
    return f"{note} ·\u00a0{'+' if change > 0 else ''}{formatting.with_sign(words(change))}"


def _points(change: Decimal) -> str:
    return _("%(number)s\u00a0points") % {"number": formatting.number(change)}


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _sales_metric(company: Company, sales: Mapping[date, Decimal], period: Period) -> Metric:
    now = quantize(add_up(sales, (period.first, period.last)), company.currency)
    before = quantize(add_up(sales, (period.first_before, period.last_before)), company.currency)
    return Metric(
        _("Sales"),
        formatting.amount(now, company.currency),
        invoices_where(show="issued", invoiceDateFrom=period.first, invoiceDateTo=period.last),
        _with_change(_("incl. tax"), ratios.growth(now, before), formatting.percent),
        company.currency,
    )


def _funnel_metrics(funnel: QuoteFunnel, before: QuoteFunnel) -> list[Metric]:
    may_win, won = quotes_of(funnel, "open"), quotes_of(funnel, "accepted")
    rate = _difference(funnel.win_rate, before.win_rate)
    close = _difference(funnel.average_days_to_close, before.average_days_to_close)
    return [
        Metric(
            _("Open pipeline"),
            formatting.amount(funnel.open_pipeline_value, funnel.currency),
            may_win,
            _("in open quotes"),
            funnel.currency,
        ),
        Metric(
            _("Won"),
            formatting.percent(funnel.win_rate),
            won,
            _with_change(_("of decided quotes"), rate, _points),
        ),
        Metric(
            _("Time to close"),
            formatting.number(funnel.average_days_to_close),
            won,
            _with_change(_("days to acceptance (mean)"), close, formatting.number),
        ),
    ]


def _payment_metric(paid: Mapping[date, Paid], period: Period) -> Metric:
    rates = [
        ratios.percentage(part.on_time, part.count)
        for part in (paid_within(paid, (first, last)) for first, last in _halves(period))
    ]
    note = _with_change(_("of paid invoices"), _difference(rates[0], rates[1]), _points)
    return Metric(_("Paid on time"), formatting.percent(rates[0]), "", note)


def _halves(period: Period) -> tuple[Span, Span]:
    return (period.first, period.last), (period.first_before, period.last_before)


def _lost(funnel: QuoteFunnel) -> list[tuple[str, str]]:
    """What was lost, in words, and the list of those quotes."""
    return [
        (f"{REACHED[name]}: {formatting.number(funnel.lost[name].count)}", quotes_of(funnel, name)) for name in LOST
    ]
