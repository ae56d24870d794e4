"""Reading bodies: JSON with exact numbers, and one file of a multipart form."""

from typing import TYPE_CHECKING, Any, ClassVar

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from bigledger_crm.api.codec import MAX_BODY, MalformedJson, decode
from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.documents.attachments import MAX_BYTES
from bigledger_crm.kernel.errors import FieldError, InvalidData, UnknownName, field_error

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_FORM_OVERHEAD = 64 * 1024


class ExactJSONParser(BaseParser):
    """JSON in UTF-8; numbers with a decimal point become Decimal."""

    media_type = "application/json"
    max_body: ClassVar[int] = MAX_BODY
    instruction: ClassVar[str] = "Send the body as application/json in UTF-8"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The value of the body.  Raises ApiError 400, 415."""
        charset = parser_context["request"].content_params.get("charset", "utf-8").lower()
        if charset != "utf-8":
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", self.instruction)
        try:
            return decode(stream.read())
        except MalformedJson as error:
            raise ApiError(400, "MALFORMED_JSON", f"The body is not valid JSON: {error}") from error


class FileParser(MultiPartParser):
    """A multipart form with a file.  Its body may be larger than one of JSON; Django keeps large files on the disk."""

    max_body: ClassVar[int] = MAX_BYTES + _FORM_OVERHEAD
    instruction: ClassVar[str] = "Send the file as multipart/form-data in the field 'file'"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> "DataAndFiles[Any, Any]":
        """The form's texts and files.  Raises ApiError 400."""
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError as error:
            message = f"The body is not valid multipart: {error.__context__}"
            raise ApiError(400, "MALFORMED_MULTIPART", message) from error


def one_file(texts: Any, files: Any, noun: str) -> "UploadedFile[Any]":
    """The file of a form that holds one part called `file`.  Raises ApiError 413, and InvalidData of a `noun`."""
    names = dict.fromkeys(name for name in [*files, *texts] if name != "file")
    errors = [FieldError((UnknownName(name),), "Unknown field") for name in names]
    sent = files.getlist("file") if files else []
    if len(sent) != 1 or "file" in texts:
        errors += field_error("file", "Send exactly one file")
    elif not sent[0].size:
        errors += field_error("file", "The file is empty")
    if errors:
        raise InvalidData(noun, errors)
    if (sent[0].size or 0) > MAX_BYTES:
        raise ApiError(413, "PAYLOAD_TOO_LARGE", f"A file can be at most {MAX_BYTES} bytes")
    return sent[0]  # type: ignore[no-any-return]
