"""A document's paper in the browser."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import ensure_rendered, read, render_preview


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """A PDF that the browser shows and saves under its name."""
    disposition = content_disposition_header(as_attachment=False, filename=filename) or "inline"
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def paper_of(kind: str, document_id: UUID, number: str, draft: Callable[[], Mapping[str, Any]]) -> HttpResponse:
    """The kept PDF of a document that has gone out, else a preview of what `draft` says."""
    stored = StoredDocument.objects.filter(kind=kind, document_id=document_id).order_by("created_at").first()
    if stored is None:
        return pdf_response(render_preview(kind, draft()), f"{number}-draft.pdf")
    return pdf_response(read(ensure_rendered(stored)), stored.filename)
