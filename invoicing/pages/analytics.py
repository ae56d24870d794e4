"""How the sale goes: from quote to money, by month, customer and item, what is owed and how soon it is paid."""

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Figure, Text
from bigledger_crm.pages.views import CompanyView
from invoicing.analytics import figures
from invoicing.analytics.funnel import LOST, QuoteFunnel, quote_funnel
from invoicing.analytics.trade import (
    Paid,
    ages_of_debts,
    months_until,
    owed_by_due_day,
    payments_by_month,
    sales_by_customer,
    sales_by_item,
    sales_by_month,
)
from invoicing.pages.panels import (
    customer_ranking,
    debts_by_age,
    funnel_ranking,
    item_ranking,
    payment_chart,
    quotes_of,
    sales_chart,
)
from sales.pages.reached import REACHED

SPANS: dict[str, tuple[Text, int]] = {
    "30": (gettext_lazy("30 days"), 30),
    "90": (gettext_lazy("90 days"), 90),
    "365": (gettext_lazy("12 months"), 365),
}
DEFAULT_SPAN = "90"
_MONTHS = 12


class Analytics(CompanyView):
    """The figures of a span of days that ends today."""

    resource = "analytics"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; `days` chooses the span."""
        span = request.GET.get("days", DEFAULT_SPAN)
        if span not in SPANS:
            raise Http404("No such span")
        company, today = self.actor.company, self.actor.today()
        first = today - timedelta(days=SPANS[span][1] - 1)
        months = months_until(today, _MONTHS * 2)
        sales, paid = sales_by_month(company, months), payments_by_month(company, months[_MONTHS:])
        funnel = quote_funnel(company, first, today, today)
        return self.page(
            "invoicing/analytics.html",
            title=_("Analytics"),
            lead=f"{formats.day(first)} – {formats.day(today)}",
            spans=[(days, words) for days, (words, _count) in SPANS.items()],
            span=span,
            figures=[*_funnel_figures(funnel), *_payment_figures(paid)],
            sales=sales_chart(company, sales, months[_MONTHS:]),
            funnel=funnel_ranking(funnel, in_full=True),
            lost=_lost(funnel),
            customers=customer_ranking(company, sales_by_customer(company, first, today)),
            items=item_ranking(company, sales_by_item(company, first, today)),
            debts=debts_by_age(company, ages_of_debts(company, owed_by_due_day(), today), today),
            payments=payment_chart(paid),
        )


def _funnel_figures(funnel: QuoteFunnel) -> list[Figure]:
    days, pipeline = _("days to acceptance (mean)"), formats.amount(funnel.open_pipeline_value, funnel.currency)
    may_win, won = quotes_of(funnel, "open"), quotes_of(funnel, "accepted")
    return [
        Figure(
            _("Open pipeline"),
            pipeline,
            may_win,
            _("in open quotes"),
            funnel.currency,
        ),
        Figure(
            _("Won"),
            formats.percent(funnel.win_rate),
            won,
            _("of the quotes that were decided"),
        ),
        Figure(_("Time to close"), formats.number(funnel.average_days_to_close), won, days),
    ]


def _payment_figures(paid: dict[date, Paid]) -> list[Figure]:
    count = sum(month.count for month in paid.values())
    on_time = figures.percentage(sum(month.on_time for month in paid.values()), count)
    return [Figure(_("Paid on time"), formats.percent(on_time), "", _("of the invoices paid off in 12 months"))]


def _lost(funnel: QuoteFunnel) -> list[tuple[str, str]]:
    """What was lost, in words, and the list of those quotes."""
    return [(f"{REACHED[name]}: {formats.number(funnel.lost[name].count)}", quotes_of(funnel, name)) for name in LOST]
