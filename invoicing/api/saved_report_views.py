"""The resource of saved reports."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.responses import Deleted, created, single
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api.saved_report_responses import (
    SavedReportInput,
    SavedReportList,
    SavedReportObject,
    SavedReportUpdate,
    saved_report_object,
)
from invoicing.models import SavedReport
from invoicing.reports.recipients import recipients_of
from invoicing.reports.saved import (
    create_saved_report,
    delete_saved_report,
    saved_report_by_public_id,
    saved_reports_for,
    update_saved_report,
)


class SavedReportViewSet(ApiViewSet):
    """Reports that are kept by name: those of the key, and the shared ones."""

    resource = "analytics"

    def get_object(self) -> SavedReport:
        """The saved report of the path."""
        return saved_report_by_public_id(self.actor, self.kwargs["public_id"])

    def serialize(self, row: SavedReport) -> SavedReportObject:
        """The whole of it."""
        return saved_report_object(row, recipients_of([row])[row.pk])

    @extend_schema(responses=Answer(SavedReportList))
    def list(self, request: Request) -> Response:
        """The shared saved reports and the key's own, by name."""
        rows = list(saved_reports_for(self.actor).order_by("name", "pk"))
        recipients = recipients_of(rows)
        return Response(SavedReportList(saved_reports=[saved_report_object(row, recipients[row.pk]) for row in rows]))

    @extend_schema(request=SavedReportInput, responses=Answer(SavedReportObject, 201))
    def create(self, request: Request) -> Response:
        """Keeps a report with its filters under a name, and may email it every week or month."""
        saved = create_saved_report(self.actor, self.input(SavedReportInput, "Saved report"))
        return created(self.serialize(saved), f"/saved-reports/{saved.public_id}")

    @extend_schema(responses=Answer(SavedReportObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One saved report."""
        return self.one()

    @extend_schema(request=SavedReportUpdate, responses=Answer(SavedReportObject))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes the fields sent."""
        inputs = self.input(SavedReportUpdate, "Saved report")
        return single(self.serialize(update_saved_report(self.actor, self.get_object(), inputs)))

    partial_update = update

    @extend_schema(responses=Answer(Deleted))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Forgets a saved report; it is no longer emailed."""
        delete_saved_report(self.actor, self.get_object())
        return Response(Deleted(id=public_id))
