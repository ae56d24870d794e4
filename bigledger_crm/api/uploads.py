"""Taking a file: one part called `file` of a multipart body."""

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.http.multipartparser import MultiPartParserError

from bigledger_crm.api.errors import ApiError
from bigledger_crm.api.views import ApiView
from bigledger_crm.documents.attachments import MAX_BYTES
from bigledger_crm.kernel.errors import InvalidData

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_FORM_OVERHEAD = 64 * 1024


class UploadView(ApiView):
    """An address that takes a file.  Its body may be larger than one of JSON; Django keeps large files on the disk."""

    max_body = MAX_BYTES + _FORM_OVERHEAD

    @cached_property
    def upload(self) -> "UploadedFile[Any]":
        """The file that was sent.  Raises ApiError 400, 413, 415 and InvalidData."""
        request = self.http_request
        self.body_was_read = True
        if request.content_type != "multipart/form-data":
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "Send the file as multipart/form-data in the field 'file'")
        try:
            files, texts = request.FILES, request.POST
        except MultiPartParserError as error:
            raise ApiError(400, "MALFORMED_MULTIPART", f"The body is not valid multipart: {error}") from error
        problems = {name: "Unknown field" for name in [*files, *texts] if name != "file"}
        sent = files.getlist("file")
        if len(sent) != 1 or "file" in texts:
            problems["file"] = "Send exactly one file"
        elif not sent[0].size:
            problems["file"] = "The file is empty"
        if problems:
            raise InvalidData("Attachment", problems)
        if (sent[0].size or 0) > MAX_BYTES:
            raise ApiError(413, "PAYLOAD_TOO_LARGE", f"A file can be at most {MAX_BYTES} bytes")
        return sent[0]

    def receive(self) -> None:
        """Reads the file before anything is locked."""
        _ = self.upload

    def what_was_sent(self) -> bytes:
        """The file and its name: a client that sends it again separates the parts with another boundary."""
        digest = hashlib.sha256()
        for chunk in self.upload.chunks():
            digest.update(chunk)
        return f"{self.upload.name}\n{digest.hexdigest()}".encode()
