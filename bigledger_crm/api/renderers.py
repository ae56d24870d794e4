"""Writing answers: the envelope with exact numbers, and the bytes of files."""

from typing import Any

from rest_framework.renderers import BaseRenderer

from bigledger_crm.api.codec import encode
from bigledger_crm.api.responses import Page


class EnvelopeRenderer(BaseRenderer):
    """`{"success": true, "data": …}` as JSON, with `pagination` for a page of a list."""

    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """The bytes of an answer.  Refusals don't come here: `exceptions.exception_handler` writes them."""
        if isinstance(data, Page):
            return encode({"success": True, "data": data.rows, "pagination": data.pagination})
        return encode({"success": True, "data": data})


class PdfRenderer(BaseRenderer):
    """A PDF as it is."""

    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def render(self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None) -> bytes:
        """The file."""
        return bytes(data)


class OctetStreamRenderer(PdfRenderer):
    """The same bytes, for programs that know no PDF."""

    media_type = "application/octet-stream"
    format = "bin"


class ZipRenderer(PdfRenderer):
    """An archive.  Only what is said in place of one comes here."""

    media_type = "application/zip"
    format = "zip"
