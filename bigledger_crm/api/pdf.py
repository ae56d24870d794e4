"""Serving a document's PDF."""

import hashlib
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from bigledger_crm.api.answers import Answer
from bigledger_crm.api.mixins import names_tag
from bigledger_crm.api.renderers import OctetStreamRenderer, PdfRenderer
from bigledger_crm.api.viewsets import ApiViewSet
from bigledger_crm.documents.services import RenderedPdf

_RENDERERS = (PdfRenderer, OctetStreamRenderer)


class PdfMixin(ApiViewSet):
    """Adds `pdf` to the viewset of a document."""

    def render_pdf(self, row: Any) -> RenderedPdf:
        """The document's PDF as documents.services.current_pdf makes it."""
        raise NotImplementedError

    @extend_schema(responses=Answer(media_types=tuple(renderer.media_type for renderer in _RENDERERS)))
    @action(detail=True, renderer_classes=_RENDERERS)
    def pdf(self, request: Request, public_id: str) -> HttpResponseBase:
        """The PDF of a document: what was sent, else a preview of what it says now.

        For programs that know no PDF, `Accept: application/octet-stream` gets the same bytes under that name.
        """
        rendered = self.render_pdf(self.get_object())
        tag = f'"{hashlib.sha256(rendered.content).hexdigest()[:32]}"'
        self.headers["Cache-Control"] = "private, no-store"
        self.headers["Vary"] = "Accept, Authorization, X-Company-Id"
        if names_tag(request.headers.get("If-None-Match", ""), tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        headers = {
            "Content-Disposition": content_disposition_header(True, rendered.filename) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "ETag": tag,
        }
        return Response(rendered.content, headers=headers)
