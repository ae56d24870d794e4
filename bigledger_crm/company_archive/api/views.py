"""The resource of exports of a company."""

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.paging import by_time
from bigledger_crm.api.renderers import OctetStreamRenderer, ZipRenderer
from bigledger_crm.api.responses import Deleted
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.company_archive.api.responses import (
    COMPANY_EXPORT_COLUMNS,
    CompanyExportObject,
    company_export_object,
    company_export_row,
)
from bigledger_crm.company_archive.errors import TooManyCompanyExports
from bigledger_crm.company_archive.filters import CompanyExportFilters
from bigledger_crm.company_archive.models import CompanyExport
from bigledger_crm.company_archive.services import delete_company_export, request_company_export
from bigledger_crm.requested_archives import file_response
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.security import Author


class CompanyExportViewSet(ApiViewSet):
    """Exports of all data of the company."""

    resource = "company-exports"
    listing = Listing(
        CompanyExportObject,
        COMPANY_EXPORT_COLUMNS,
        {"requestedAt": by_time("requested_at")},
        "requestedAt",
        CompanyExportFilters,
    )

    def get_object(self) -> CompanyExport:
        """The export of the path."""
        return by_public_id(CompanyExport.objects.all(), "Company export", self.kwargs["public_id"])

    def serialize(self, row: CompanyExport) -> CompanyExportObject:
        """The whole export."""
        return company_export_object(row)

    @extend_schema(responses=Answer(CompanyExportObject))
    def list(self, request: Request) -> Response:
        """A page of exports."""
        return self.page(CompanyExport.objects.all(), company_export_row)

    @extend_schema(responses=Answer(CompanyExportObject, 202, refuses=[TooManyCompanyExports]))
    def create(self, request: Request) -> Response:
        """Has all data of the company written into one archive; the one that is being prepared, if there is one."""
        export = request_company_export(self.actor)
        path = f"/api/v1/company-exports/{export.public_id}"
        return Response(company_export_object(export), status=202, headers={"Location": path})

    @extend_schema(responses=Answer(CompanyExportObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One export, and whether it is ready."""
        return self.one()

    @extend_schema(responses=Answer(Deleted))
    def destroy(self, request: Request, public_id: str) -> Response:
        """Deletes the archive; one that is being prepared is given up."""
        delete_company_export(self.actor, self.get_object())
        return Response(Deleted(id=public_id))

    @extend_schema(responses=Answer(media_types=(ZipRenderer.media_type, OctetStreamRenderer.media_type)))
    @action(detail=True, renderer_classes=[ZipRenderer, OctetStreamRenderer])
    def file(self, request: Request, public_id: str) -> HttpResponseBase:
        """The archive, once it is ready; `Accept: application/octet-stream` gets the same bytes under that name."""
        actor, by = self.actor, Author(self.actor.id, self.actor.name, client_address(request))
        response = file_response(actor, self.get_object(), actor.company.name, by)
        response["Content-Type"] = request.accepted_renderer.media_type
        return response
