"""The resources of reports: one for each in `invoicing.reports`."""

from typing import Any, ClassVar

from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.exceptions import invalid_parameters
from bigledger_crm.api.parameters import read_parameters
from bigledger_crm.api.renderers import EnvelopeRenderer, PdfRenderer
from bigledger_crm.api.routers import ApiRouter
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api.report_responses import ReportObject, report_object
from invoicing.reports import REPORT_BY_SLUG
from invoicing.reports.files import FORMATS, file_name
from invoicing.reports.report import Report


class CsvRenderer(PdfRenderer):
    """A CSV file as it is."""

    media_type = "text/csv"
    format = "csv"


class XlsxRenderer(PdfRenderer):
    """A workbook as it is."""

    media_type = FORMATS["xlsx"].content_type
    format = "xlsx"


_FILES: tuple[type[BaseRenderer], ...] = (CsvRenderer, XlsxRenderer, PdfRenderer)


class ReportViewSet(ApiViewSet):
    """A report, as JSON or as the file that `Accept` asks for."""

    resource = "analytics"
    report: ClassVar[Report]
    renderer_classes = (EnvelopeRenderer, *_FILES)

    def check_parameters(self) -> None:
        """Left to `list`, which says all that is wrong at once."""

    def list(self, request: Request) -> Response:
        """The report."""
        report, actor = self.report, self.actor
        parameters, problems = read_parameters(request, report.filters.base_filters)
        given = report.filters(parameters, company=actor.company, today=actor.today())
        if problems := problems | given.problems():
            raise invalid_parameters(problems)
        table = report.compute(actor, given)
        self.headers["Vary"] = "Accept, Authorization, X-Company-Id"
        kind = request.accepted_renderer.format
        if kind not in FORMATS:
            return Response(report_object(report, table))
        name = file_name(report, table, kind)
        headers = {
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
        }
        return Response(FORMATS[kind].write(report, table, actor.company), headers=headers)


def register_reports(router: ApiRouter) -> None:
    """A viewset for each report, with its filters and description."""
    media_types = [renderer.media_type or "" for renderer in _FILES]
    for report in REPORT_BY_SLUG.values():
        described = extend_schema(responses=Answer(ReportObject, files=media_types), description=str(report.about))
        members: dict[str, Any] = {
            "report": report,
            "filters": report.filters,
            "list": described(_handler()),
            "__module__": __name__,
            "__doc__": f"{report.title}.",
        }
        name = "".join(part.title() for part in report.slug.split("-"))
        router.register(f"analytics/{report.slug}", type(f"{name}ReportViewSet", (ReportViewSet,), members))


def _handler() -> Any:
    """A function of its own for each report, since its description hangs on it."""

    def handle(self: ReportViewSet, request: Request) -> Response:
        return ReportViewSet.list(self, request)

    handle.__name__ = "list"
    return handle
