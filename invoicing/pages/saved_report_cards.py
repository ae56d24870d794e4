"""The saved reports that a person has put on Home, each with its chart, which is fetched by itself."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.views import CompanyView
from invoicing.models import SavedReport
from invoicing.pages.reports import chart_of, saved_href
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.files import period_text
from invoicing.reports.report import ReportRow, ReportTable
from invoicing.reports.saved import filters_of, saved_report_by_public_id

if TYPE_CHECKING:
    from django.db.models import QuerySet


class SavedReportCardView(CompanyView):
    """A saved report as Home shows it."""

    resource = "analytics"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The card; as a page of its own it is the report."""
        saved = saved_report_by_public_id(self.actor, public_id)
        if not request.headers.get("HX-Request"):
            return HttpResponseRedirect(saved_href(saved))
        return render(request, "invoicing/saved_report_card.html", {"saved": _card(self.actor, saved)})


def saved_reports_on_home(actor: Actor) -> "QuerySet[SavedReport]":
    """Those that Home shows the actor, if reports are for them."""
    if not actor.may("analytics", "read"):
        return SavedReport.objects.none()
    return SavedReport.objects.filter(person=actor.id, on_home=True).order_by("name")


def _card(actor: Actor, saved: SavedReport) -> dict[str, Any]:
    """A report whose filters name what is gone has no chart, and is there to be opened and changed."""
    card: dict[str, Any] = {"name": saved.name, "href": saved_href(saved)}
    given = filters_of(actor, saved)
    if given.problems():
        return card
    try:
        table = REPORT_BY_SLUG[saved.report].compute(actor, given)
    except NotFound:
        return card
    details = _totals(table)
    currency = {"chart_currency": table.shared_currency} if details else {}
    return {**card, "period": period_text(table), **chart_of(table), **currency, "details": details}


def _totals(table: ReportTable) -> list[DetailField]:
    """What is shown of a report without a chart."""
    if table.chart is not None or not table.totals:
        return []
    shown = zip(table.columns, table.shown(ReportRow(table.totals)), strict=True)
    return [DetailField(column.heading, text) for column, text in shown if column.is_number]
