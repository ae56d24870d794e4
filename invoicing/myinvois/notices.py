"""What LHDN tells of what happened, and of what it accepts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from invoicing.myinvois.fields import Fields


@dataclass(frozen=True, slots=True)
class Notification:
    """A message of LHDN to the taxpayer.

    Types are, among others: 6 document received, 7 validated, 8 cancelled, 15 rejection requested.
    """

    id: str
    type_id: int | None
    type_name: str
    message: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A type of e-invoice (01 to 04, 11 to 14) and its versions by number, such as "1.1", each with its status."""

    id: int | None
    code: str
    description: str
    versions: Mapping[str, str]


def read_notification(fields: Fields) -> Notification:
    """A notification of a list."""
    return Notification(
        id=fields.text("notificationId"),
        type_id=fields.number("typeId"),
        type_name=fields.text("typeName"),
        message=fields.text("finalMessage"),
        created_at=fields.time("creationDateTime"),
    )


def read_document_type(fields: Fields) -> DocumentType:
    """A type of a list."""
    code = fields.text("invoiceTypeCode")
    versions = fields.objects("documentTypeVersions", "versions")
    return DocumentType(
        id=fields.number("id"),
        code=code.zfill(2) if code else "",
        description=fields.text("description"),
        versions={version.text("versionNumber"): version.text("status").lower() for version in versions},
    )
