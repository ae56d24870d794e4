"""Serving a document's paper."""

import hashlib
from abc import abstractmethod
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from bigledger_crm.api.operations import operation
from bigledger_crm.api.views import ObjectView, names_tag
from bigledger_crm.documents.services import RenderedPdf
from bigledger_crm.tenancy.base_models import CompanyOwnedModel

PDF, BYTES = "application/pdf", "application/octet-stream"
Row = TypeVar("Row", bound=CompanyOwnedModel)


class PaperView(ObjectView[Row]):
    """The address of a document's PDF: an app names the document's view beside it and says what its paper is."""

    @abstractmethod
    def paper(self, row: Row) -> RenderedPdf:
        """The paper as documents.services.current_paper makes it."""

    @operation(media_types=(PDF, BYTES))
    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF of a document: what was sent, else a preview of what it says now.

        For programs that know no PDF, `Accept: application/octet-stream` gets the same bytes under that name.
        """
        self.no_parameters()
        paper = self.paper(self.row)
        tag = f'"{hashlib.sha256(paper.content).hexdigest()[:32]}"'
        headers = {
            "Content-Disposition": content_disposition_header(True, paper.filename) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Vary": "Accept, Authorization, X-Company-Id",
            "ETag": tag,
        }
        known = names_tag(request.headers.get("If-None-Match", ""), tag)
        status, content = (304, b"") if known else (200, paper.content)
        kind = BYTES if request.headers.get("Accept", "").strip().lower() == BYTES else PDF
        return HttpResponse(content, status=status, content_type=kind, headers=headers)
