"""The report on quotes: what was won and lost, by whom, why, and how long it took."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.filtering import ChoiceFilter, ObjectFilter, OwnerFilter
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.web.components import Text
from bigledger_crm.web.lists import FilterField
from customers.models import Customer
from invoicing.analytics import ratios
from invoicing.analytics.funnel import LOST, QuoteFunnel
from invoicing.analytics.quote_report import QuoteReport, quote_report
from invoicing.reports.filters import PeriodFilters
from invoicing.reports.report import DrillDown, Report, ReportChart, ReportColumn, ReportRow, ReportTable, Value
from invoicing.reports.sales import customer_of

GROUPS: dict[str, Text] = {
    "owner": gettext_lazy("Owner"),
    "stage": gettext_lazy("Stage"),
    "reason": gettext_lazy("Reason lost"),
}
STAGES: dict[str, Text] = {
    "quoted": gettext_lazy("Quoted"),
    "sent": gettext_lazy("Sent"),
    "accepted": gettext_lazy("Accepted"),
    "ordered": gettext_lazy("Ordered"),
    "invoiced": gettext_lazy("Invoiced"),
    "paid": gettext_lazy("Paid"),
}
_LOST: dict[str, Text] = {
    "declined": gettext_lazy("Declined"),
    "expired": gettext_lazy("Expired"),
    "cancelled": gettext_lazy("Cancelled"),
}
_SAME = {name: name for name in LOST}  # figures and places that have one name
_CHARTS = {"owner": "won_value", "stage": "quotes", "reason": "value"}


class QuoteReportFilters(PeriodFilters):
    """A period, what a row is, and to whom."""

    defaults = {"period": "this_year", "groupBy": "owner"}
    group_by = ChoiceFilter("", tuple(GROUPS), about="What each row is; `owner` by default")
    customer_id = ObjectFilter("customer", Customer, "Customer", about="Quotes to this customer only")


def _compute(actor: Actor, given: QuoteReportFilters) -> ReportTable:
    customer, (first, last) = customer_of(given), given.chosen.span
    found = quote_report(actor.company, first, last, given.today, customer)
    of_customer = {"customerId": customer.public_id} if customer else {}
    group = given.value("groupBy")

    def behind(reached: str, **conditions: object) -> DrillDown:
        days = {"quoteDateFrom": first, "quoteDateTo": last}
        return DrillDown("sales:quotes", {"reached": reached, **days, **of_customer, **conditions})

    columns, rows, totals = {"owner": _by_owner, "stage": _by_stage, "reason": _by_reason}[group](found, behind)
    value = _CHARTS[group]
    heading = next(column.heading for column in columns if column.name == value)
    return ReportTable(
        columns,
        rows if found.total.stages[0].count else [],
        ReportChart("ranking", heading, group, value),
        actor.company.currency,
        totals,
        given.chosen.span,
        notes=[
            _(
                "Quotes dated in the period, of revised ones the last version, as they are today. Won are those that "
                "were accepted; the win rate is their share of all that were won or lost. Days are medians."
            )
        ],
    )


NO_REASON = "none"
# The list of the quotes that came so far, or stopped there.
_Behind = Callable[..., DrillDown]
_Table = tuple[Sequence[ReportColumn], Sequence[ReportRow], dict[str, Value]]


def _by_owner(found: QuoteReport, behind: _Behind) -> _Table:
    columns = [
        ReportColumn("owner", GROUPS["owner"]),
        ReportColumn("quotes", _("Quotes"), "count"),
        ReportColumn("value", _("Value"), "amount"),
        ReportColumn("won", _("Won"), "count"),
        ReportColumn("won_value", _("Value won"), "amount"),
        *(ReportColumn(name, label, "count") for name, label in _LOST.items()),
        ReportColumn("open_value", _("Value still open"), "amount"),
        ReportColumn("win_rate", _("Win rate"), "percent"),
        ReportColumn("sent_days", _("Days until sent"), "days"),
        ReportColumn("accepted_days", _("Days until accepted"), "days"),
        ReportColumn("ordered_days", _("Days until ordered"), "days"),
    ]
    rows = [
        ReportRow(
            {"owner": one.name or _("Without an owner"), **_values(one.funnel)},
            ids.encode(User.PREFIX, one.owner) if one.owner else "",
            _links(one.funnel, behind, ids.encode(User.PREFIX, one.owner) if one.owner else OwnerFilter.NOBODY),
        )
        for one in found.owners
    ]
    return columns, rows, {"owner": _("Total"), **_values(found.total)}


def _links(funnel: QuoteFunnel, behind: _Behind, owner: str) -> dict[str, DrillDown]:
    """What isn't nothing leads to its quotes."""
    places = {"quotes": "quoted", "value": "quoted", "won": "accepted", "won_value": "accepted", "open_value": "open"}
    values = _values(funnel)
    return {name: behind(place, ownerId=owner) for name, place in (places | _SAME).items() if values[name]}


def _values(funnel: QuoteFunnel) -> dict[str, Value]:
    stages = {stage.stage: stage for stage in funnel.stages}
    return {
        "quotes": stages["quoted"].count,
        "value": stages["quoted"].value,
        "won": stages["accepted"].count,
        "won_value": stages["accepted"].value,
        **{name: funnel.lost[name].count for name in LOST},
        "open_value": funnel.open_pipeline_value,
        "win_rate": funnel.win_rate,
        **{f"{name}_days": stages[name].median_days_from_previous for name in ("sent", "accepted", "ordered")},
    }


def _by_stage(found: QuoteReport, behind: _Behind) -> _Table:
    columns = [
        ReportColumn("stage", GROUPS["stage"]),
        ReportColumn("quotes", _("Quotes"), "count"),
        ReportColumn("value", _("Value"), "amount"),
        ReportColumn("share", _("Of all quotes"), "percent"),
        ReportColumn("conversion", _("Of the stage before"), "percent"),
        ReportColumn("days", _("Days since the stage before"), "days"),
    ]
    rows = [
        ReportRow(
            {
                "stage": str(STAGES[one.stage]),
                "quotes": one.count,
                "value": one.value,
                "share": one.conversion_from_start,
                "conversion": one.conversion_from_previous,
                "days": one.median_days_from_previous,
            },
            one.stage,
            dict.fromkeys(("quotes", "value"), behind(one.stage)) if one.count else {},
        )
        for one in found.total.stages
    ]
    return columns, rows, {}


def _by_reason(found: QuoteReport, behind: _Behind) -> _Table:
    columns = [
        ReportColumn("reason", GROUPS["reason"]),
        ReportColumn("status", _("Status")),
        ReportColumn("quotes", _("Quotes"), "count"),
        ReportColumn("share", _("Share"), "percent"),
        ReportColumn("value", _("Value"), "amount"),
    ]
    lost = sum(one.quotes.count for one in found.reasons)
    rows = [
        ReportRow(
            {
                "reason": one.reason or (str(_LOST["expired"]) if one.status == "expired" else _("No reason given")),
                "status": str(_LOST[one.status]),
                "quotes": one.quotes.count,
                "share": ratios.percentage(one.quotes.count, lost),
                "value": one.quotes.value,
            },
            one.status,
            dict.fromkeys(("quotes", "value"), behind(one.status, lostReason=_asked_for(one.reason))),
        )
        for one in found.reasons
    ]
    value = sum((found.total.lost[name].value for name in LOST), ZERO)
    return columns, rows, {"reason": _("Total"), "status": "", "quotes": lost, "value": value}


def _asked_for(reason: str) -> str:
    """A reason as the list of quotes is asked for it, which knows no upper case: somebody may have typed `none`."""
    return reason.upper() if reason == NO_REASON else reason or NO_REASON


QUOTES = Report(
    "quotes",
    gettext_lazy("Quotes"),
    gettext_lazy("Quotes won and lost, by salesperson, stage and reason, and how long they took"),
    QuoteReportFilters,
    _compute,
    (
        FilterField("groupBy", gettext_lazy("Group by"), GROUPS),
        FilterField("customerId", gettext_lazy("Customer")),
    ),
)
