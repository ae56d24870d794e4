"""A document's PDF in the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def pdf_response(content: bytes, filename: str) -> HttpResponse:
    """A PDF that the browser shows and saves under its name."""
    disposition = content_disposition_header(as_attachment=False, filename=filename) or "inline"
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
