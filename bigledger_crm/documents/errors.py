"""What can be refused about attachments."""

from bigledger_crm.kernel.errors import Conflict, DomainError


class UnsupportedAttachmentType(DomainError):
    """The content is of no kind that may be attached, whatever its name says."""

    status = 415
    code = "UNSUPPORTED_ATTACHMENT_TYPE"

    def __init__(self) -> None:
        super().__init__("Attach a PDF, PNG, JPEG, GIF, WebP, DOCX, XLSX, ODT, ODS, CSV or plain text file")


class TooManyAttachments(Conflict):
    """The document has as many attachments as it can have."""

    code = "TOO_MANY_ATTACHMENTS"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A document can have at most {limit} attachments")
