"""What LHDN tells of submissions, documents and taxpayers, read from its answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bigledger_crm.kernel.text import clean_line
from invoicing.einvoice.errors import LhdnError, read_errors
from invoicing.myinvois.exchange import Exchange
from invoicing.myinvois.fields import Fields


class DocumentStatus(StrEnum):
    """The status of a document at LHDN; UNKNOWN is one that LHDN has invented since."""

    SUBMITTED = "submitted"
    VALID = "valid"
    INVALID = "invalid"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


_STATUSES = {status.value: status for status in DocumentStatus} | {
    "1": DocumentStatus.SUBMITTED,
    "2": DocumentStatus.VALID,
    "3": DocumentStatus.INVALID,
    "4": DocumentStatus.CANCELLED,
    "canceled": DocumentStatus.CANCELLED,
    "inprogress": DocumentStatus.SUBMITTED,
    "requestedforrejection": DocumentStatus.VALID,  # until its issuer cancels it
}


@dataclass(frozen=True, slots=True)
class SubmittedDocument:
    """A document to submit: its number (cbc:ID), its bytes, and their SHA-256 in lower-case hexadecimal."""

    number: str
    content: bytes = field(repr=False)
    hash: str


@dataclass(frozen=True, slots=True)
class SubmissionAnswer:
    """What became of each number: LHDN's uuid, or why it was rejected.

    `submission_uid` is None when nothing was accepted.  `unanswered` are the numbers that LHDN says nothing about.
    """

    submission_uid: str | None
    accepted: Mapping[str, str]
    rejected: Mapping[str, Sequence[LhdnError]]
    unanswered: Sequence[str]
    exchange: Exchange


@dataclass(frozen=True, slots=True)
class DocumentState:
    """A document as LHDN has it; times are in UTC, texts are "" where LHDN tells none.

    `errors` are told by `document` only.  A document whose rejection was requested stays valid.
    """

    uuid: str
    number: str
    status: DocumentStatus
    submission_uid: str = ""
    long_id: str = ""
    issued_at: datetime | None = None
    received_at: datetime | None = None
    validated_at: datetime | None = None
    cancelled_at: datetime | None = None
    rejection_requested_at: datetime | None = None
    reason: str = ""
    type_name: str = ""
    version: str = ""
    issuer_tin: str = ""
    issuer_name: str = ""
    receiver_tin: str = ""
    receiver_name: str = ""
    errors: tuple[LhdnError, ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionState:
    """A submission with all its documents; `is_complete` says that none is still being validated."""

    submission_uid: str
    is_complete: bool
    received_at: datetime | None
    documents: Sequence[DocumentState]


def read_submission(content: object, numbers: Sequence[str], exchange: Exchange) -> SubmissionAnswer | None:
    """What LHDN says of the numbers that were submitted; None for an answer that says nothing about any."""
    fields = Fields(content)
    accepted, rejected = {}, {}
    for entry in fields.objects("acceptedDocuments"):
        if (number := _asked(entry, numbers)) and (uuid := entry.identifier("uuid")):
            accepted[number] = uuid
    for entry in fields.objects("rejectedDocuments"):
        if (number := _asked(entry, numbers)) and number not in accepted:
            rejected[number] = read_errors(entry.value("error"))
    if not accepted and not rejected:
        return None
    unanswered = [number for number in numbers if number not in accepted and number not in rejected]
    return SubmissionAnswer(fields.identifier("submissionUid") or None, accepted, rejected, unanswered, exchange)


def _asked(entry: Fields, numbers: Sequence[str]) -> str:
    """Our number that an entry is about."""
    told = entry.text("invoiceCodeNumber", "codeNumber", "internalId")
    return next((number for number in numbers if clean_line(number) == told), "")


def read_document(fields: Fields) -> DocumentState:
    """A summary of a document, as lists and submissions have it."""
    return DocumentState(
        uuid=fields.identifier("uuid"),
        number=fields.text("internalId"),
        status=read_status(fields.text("status")),
        submission_uid=fields.identifier("submissionUid"),
        long_id=fields.identifier("longId"),
        issued_at=fields.time("dateTimeIssued"),
        received_at=fields.time("dateTimeReceived"),
        validated_at=fields.time("dateTimeValidated"),
        cancelled_at=fields.time("cancelDateTime"),
        rejection_requested_at=fields.time("rejectRequestDateTime"),
        reason=fields.text("documentStatusReason"),
        type_name=fields.text("typeName"),
        version=fields.text("typeVersionName"),
        issuer_tin=fields.text("issuerTin", "supplierTin"),
        issuer_name=fields.text("issuerName", "supplierName"),
        receiver_tin=fields.text("receiverTin", "buyerTin", "receiverId"),
        receiver_name=fields.text("receiverName", "buyerName"),
        errors=tuple(read_errors({"validationResults": fields.value("validationResults")})),
    )


def read_status(text: str) -> DocumentStatus:
    """A status by its name or number, without regard to case and spaces."""
    return _STATUSES.get("".join(text.lower().split()), DocumentStatus.UNKNOWN)


def read_documents(rows: Iterable[Fields]) -> list[DocumentState]:
    """The documents of a list; what has no uuid is none."""
    return [read_document(row) for row in rows if row.identifier("uuid")]
