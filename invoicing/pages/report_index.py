"""The list of reports, with those that were saved."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bigledger_crm.web.navigation import Link
from bigledger_crm.web.views import CompanyView
from invoicing.models import SavedReport
from invoicing.pages.reports import report_href, saved_href
from invoicing.pages.saved_report_form import SENDS
from invoicing.reports import REPORT_BY_SLUG, REPORTS
from invoicing.reports.filters import fields_of
from invoicing.reports.saved import saved_reports_for


class ReportIndexView(CompanyView):
    """All reports."""

    resource = "analytics"

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        groups = [
            (heading, [Link(one.title, report_href(one), "chart-column", False, about=one.about) for one in reports])
            for heading, reports in REPORTS
        ]
        if saved := [_saved_link(one) for one in saved_reports_for(self.actor).order_by("name", "pk")]:
            groups.insert(0, (_("Saved reports"), saved))
        return self.page("administration/index.html", title=_("Reports"), groups=groups)


def _saved_link(saved: SavedReport) -> Link:
    """A saved report in the list; beside its name the report, what it is asked for, who sees it, how often it goes."""
    report = REPORT_BY_SLUG[saved.report]
    known = [field for field in (*fields_of(report.filters), *report.fields) if field.words]
    asked = [str(field.words[saved.filters[field.name]]) for field in known if field.name in saved.filters]
    says = [str(report.title), *asked, *([_("shared")] if saved.is_shared else [])]
    says += [str(SENDS[saved.sends])] if saved.sends else []
    return Link(saved.name, saved_href(saved), "bookmark", False, about=" · ".join(says))
