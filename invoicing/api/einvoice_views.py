"""The resource of e-invoices, and what is done with those of a document."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.exceptions import invalid_parameters
from bigledger_crm.api.listing import Listing
from bigledger_crm.api.mixins import names_tag
from bigledger_crm.api.paging import by_text, by_time
from bigledger_crm.api.renderers import OctetStreamRenderer
from bigledger_crm.api.responses import created, single
from bigledger_crm.api.viewsets import ApiViewSet
from invoicing.api.einvoice_responses import (
    EINVOICE_COLUMNS,
    Consolidation,
    EInvoiceCheck,
    EInvoiceObject,
    EInvoiceRow,
    consolidation_object,
    einvoice_check,
    einvoice_object,
    einvoice_row,
    reported_documents,
)
from invoicing.api.inputs import CancelEInvoiceInput, ConsolidationInput
from invoicing.einvoice_errors import (
    EInvoiceCertificateUnusable,
    EInvoiceExists,
    EInvoiceNotCancellable,
    EInvoiceNotReady,
    EInvoiceSecretUnreadable,
    EInvoicingOff,
)
from invoicing.errors import InvoiceHasPayments, InvoiceNotIssued
from invoicing.filters import EInvoiceFilters
from invoicing.models import EInvoice
from invoicing.queries.einvoices import einvoice_by_public_id
from invoicing.rules.consolidation import MONTH, first_day, month_before
from invoicing.services import (
    cancel_einvoice,
    cancel_einvoice_of,
    consolidate,
    problems_of,
    submit_einvoice,
    to_consolidate,
)

_SIGNING = (EInvoiceSecretUnreadable, EInvoiceCertificateUnusable)
_MONTH = OpenApiParameter(
    "month", {"type": "string", "pattern": MONTH}, description="Such as 2026-10; by default last month"
)


class EInvoiceViewSet(ApiViewSet):
    """E-invoices, the newest first."""

    resource = "einvoices"
    listing = Listing(
        row=EInvoiceRow,
        columns=EINVOICE_COLUMNS,
        sorts={"createdAt": by_time("created_at"), "number": by_text("number_sort")},
        default_sort="createdAt",
        filters=EInvoiceFilters,
        expand={"documents": reported_documents},
    )
    expands = ("documents",)

    def get_object(self) -> EInvoice:
        """The e-invoice of the path."""
        return einvoice_by_public_id(self.kwargs["public_id"])

    def serialize(self, row: EInvoice) -> EInvoiceObject:
        """The whole e-invoice."""
        return einvoice_object(row)

    @extend_schema(responses=Answer(EInvoiceRow))
    def list(self, request: Request) -> Response:
        """A page of e-invoices."""
        return self.page(EInvoice.objects.all(), einvoice_row)

    @extend_schema(responses=Answer(EInvoiceObject))
    def retrieve(self, request: Request, public_id: str) -> HttpResponseBase:
        """One e-invoice."""
        return self.one()

    @extend_schema(responses=Answer(media_types=[OctetStreamRenderer.media_type]))
    @action(detail=True, renderer_classes=[OctetStreamRenderer])
    def document(self, request: Request, public_id: str) -> HttpResponseBase:
        """The JSON document as it is sent to LHDN, byte for byte, as a file."""
        einvoice = self.get_object()
        tag = f'"{einvoice.document_hash[:32]}"'
        if names_tag(request.headers.get("If-None-Match", ""), tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        headers = {
            "Content-Disposition": content_disposition_header(True, f"{einvoice.number}.json") or "attachment",
            "X-Content-Type-Options": "nosniff",
            "ETag": tag,
        }
        return Response(bytes(einvoice.document), headers=headers)

    @extend_schema(
        request=CancelEInvoiceInput,
        responses=Answer(EInvoiceObject, refuses=[EInvoiceNotCancellable, InvoiceHasPayments]),
    )
    @action(detail=True, methods=["post"], verb="cancel")
    def cancel(self, request: Request, public_id: str) -> Response:
        """Has LHDN cancel an e-invoice within its 72 hours.  The invoices of a consolidated one stay as they are."""
        reason = self.input(CancelEInvoiceInput, "E-invoice")["reason"]
        return single(einvoice_object(cancel_einvoice(self.actor, self.get_object(), reason=reason)))

    @extend_schema(parameters=[_MONTH], responses=Answer(Consolidation, refuses=[EInvoicingOff]))
    @action(detail=False, parameters=frozenset({"month"}))
    def consolidation(self, request: Request) -> Response:
        """The sales of a month to consumers: what is to be reported together, what by itself, and what was made."""
        given = request.query_params.get("month")
        month = month_before(self.actor.today()) if given is None else first_day(given)
        if month is None:
            raise invalid_parameters({"month": "Must be a month such as 2026-10"})
        return Response(consolidation_object(to_consolidate(self.actor, month)))

    @extend_schema(
        request=ConsolidationInput,
        responses=Answer(Consolidation, 201, refuses=[EInvoicingOff, EInvoiceNotReady, *_SIGNING]),
    )
    @action(detail=False, methods=["post"])
    def consolidate(self, request: Request) -> Response:
        """Reports the sales of a month to consumers together, by one e-invoice or by several."""
        text = self.input(ConsolidationInput, "E-invoice")["month"]
        month = date.fromisoformat(f"{text}-01")
        consolidate(self.actor, month)
        return Response(consolidation_object(to_consolidate(self.actor, month)), status=201)


class EInvoiceMixin(ApiViewSet):
    """Adds the e-invoice to the viewset of a document."""

    @extend_schema(responses=Answer(EInvoiceCheck))
    @action(detail=True, url_path="einvoice/check")
    def check_einvoice(self, request: Request, public_id: str) -> Response:
        """Says what LHDN would reject of the document; nothing is sent."""
        return single(einvoice_check(problems_of(self._document(), self.actor.company)))

    @extend_schema(
        responses=Answer(
            EInvoiceObject,
            201,
            refuses=[InvoiceNotIssued, EInvoicingOff, EInvoiceExists, EInvoiceNotReady, *_SIGNING],
        ),
    )
    @action(detail=True, methods=["post"], url_path="einvoice/submit", resource="einvoices")
    def submit_einvoice(self, request: Request, public_id: str) -> Response:
        """Makes the e-invoice of an issued document, and has it sent to LHDN."""
        einvoice = submit_einvoice(self.actor, self._document())
        return created(einvoice_object(einvoice), f"/einvoices/{einvoice.public_id}")

    @extend_schema(
        request=CancelEInvoiceInput,
        responses=Answer(EInvoiceObject, refuses=[EInvoiceNotCancellable, InvoiceHasPayments]),
    )
    @action(detail=True, methods=["post"], url_path="einvoice/cancel", resource="einvoices", verb="cancel")
    def cancel_einvoice(self, request: Request, public_id: str) -> Response:
        """Has LHDN cancel the e-invoice within its 72 hours; the invoice is cancelled once LHDN has done so."""
        reason = self.input(CancelEInvoiceInput, "E-invoice")["reason"]
        return single(einvoice_object(cancel_einvoice_of(self.actor, self._document(), reason=reason)))

    def _document(self) -> Any:
        """The invoice or credit note of the path."""
        return self.get_object()
