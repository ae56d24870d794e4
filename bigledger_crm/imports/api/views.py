"""The resource of imports."""

from functools import partial

from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_number, by_time
from bigledger_crm.api.parsers import FileParser
from bigledger_crm.api.responses import single
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.imports.api.inputs import ImportUpdate
from bigledger_crm.imports.api.responses import (
    IMPORT_COLUMNS,
    ROW_COLUMNS,
    ImportObject,
    ImportRowObject,
    ImportSummary,
    import_object,
    import_row,
    row_object,
)
from bigledger_crm.imports.errors import ImportNotReady, ImportNotUndoable, TooManyImports
from bigledger_crm.imports.filters import ImportFilters, ImportRowFilters
from bigledger_crm.imports.kinds import import_kinds
from bigledger_crm.imports.models import Import, ImportRow
from bigledger_crm.imports.queries import import_by_public_id, readable_kinds
from bigledger_crm.imports.services.steps import (
    cancel_import,
    create_import,
    rehearse_import,
    run_import,
    undo_import,
    update_import,
)
from bigledger_crm.imports.shown import ShownImport

_KIND = OpenApiParameter(
    "kind",
    {"type": "string"},
    description="What the rows become: `customers` by default, `contacts`, `invoices` or another kind",
)


class ImportViewSet(ApiViewSet):
    """Files that were imported."""

    resource = "imports"
    parser_classes = [FileParser]
    upload_noun = "Import"
    parameters = frozenset({"kind"})  # of `create`
    listing = Listing(ImportSummary, IMPORT_COLUMNS, {"createdAt": by_time("created_at")}, "createdAt", ImportFilters)

    @extend_schema(responses=Answer(ImportSummary))
    def list(self, request: Request) -> Response:
        """A page of imports."""
        return self.page(Import.objects.filter(kind__in=readable_kinds(self.actor)), import_row)

    @extend_schema(parameters=[_KIND], responses=Answer(ImportObject, 202, refuses=[TooManyImports]))
    def create(self, request: Request) -> Response:
        """Takes a file of at most 10 MB, sent as the part `file` of multipart/form-data, and has it read."""
        kind = request.query_params.get("kind") or next(iter(import_kinds)).name
        job = create_import(
            self.actor, kind, filename=self.upload.name or "", file=self.upload, size=self.upload.size or 0
        )
        path = f"/api/v1/imports/{job.public_id}"
        return Response(import_object(ShownImport(self.actor, job)), status=202, headers={"Location": path})


class ImportStepsViewSet(ApiViewSet):
    """One import: its columns, its steps and its rows."""

    resource = "imports"

    def get_object(self) -> Import:
        """The import of the path."""
        return import_by_public_id(self.actor, self.kwargs["public_id"])

    def serialize(self, row: Import) -> ImportObject:
        """The whole import."""
        return import_object(ShownImport(self.actor, row))

    @extend_schema(responses=Answer(ImportObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One import, and how far it is."""
        return self.one()

    @extend_schema(request=ImportUpdate, responses=Answer(ImportObject, refuses=[ImportNotReady]))
    def update(self, request: Request, public_id: str) -> Response:
        """Changes how the file is read, which reads it anew, or what its columns are."""
        job = self.get_object()
        return single(self.serialize(update_import(self.actor, job, self.input(ImportUpdate, "Import"))))

    partial_update = update

    @extend_schema(responses=Answer(ImportObject, 202, refuses=[ImportNotReady]))
    @action(detail=True, methods=["post"])
    def rehearse(self, request: Request, public_id: str) -> Response:
        """Has the services try every row and undo it again; the rows then say what would become of them."""
        return self._begun(rehearse_import(self.actor, self.get_object()))

    @extend_schema(responses=Answer(ImportObject, 202, refuses=[ImportNotReady]))
    @action(detail=True, methods=["post"], url_path="run")
    def run_rows(self, request: Request, public_id: str) -> Response:
        """Imports the rows that were rehearsed."""
        return self._begun(run_import(self.actor, self.get_object()))

    @extend_schema(responses=Answer(ImportObject, 202, refuses=[ImportNotUndoable]))
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, public_id: str) -> Response:
        """Takes back what the import did, but for what people touched since."""
        return self._begun(undo_import(self.actor, self.get_object()))

    @extend_schema(responses=Answer(ImportObject, refuses=[ImportNotReady]))
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, public_id: str) -> Response:
        """Stops the import; what was imported stays, and can be undone."""
        return single(self.serialize(cancel_import(self.actor, self.get_object())))

    @extend_schema(responses=Answer(ImportRowObject))
    @action(
        detail=True,
        listing=Listing(
            ImportRowObject, ROW_COLUMNS, {"position": by_number("position")}, "position", ImportRowFilters
        ),
    )
    def rows(self, request: Request, public_id: str) -> Response:
        """A page of the rows, and what became of them."""
        job = self.get_object()
        return self.page(ImportRow.objects.filter(job=job), partial(row_object, ShownImport(self.actor, job)))

    def _begun(self, job: Import) -> Response:
        return single(self.serialize(job), status=202)
