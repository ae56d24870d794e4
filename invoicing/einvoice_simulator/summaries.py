"""A document as the calls of the API show it."""

from collections.abc import Sequence
from typing import Any

from invoicing.einvoice.codes import names
from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.model import Document

USER = "7d5a6f5e-0000-4000-8000-000000000000"  # the person behind every client of the simulator


def summary(document: Document) -> dict[str, Any]:
    """What lists and single documents have in common.  Amounts are in MYR."""
    totals = document.totals
    return {
        "uuid": document.uuid,
        "submissionUid": document.submission_uid,
        "longId": document.long_id or None,
        "internalId": document.number,
        "typeName": type_name(document),
        "typeVersionName": document.version,
        "issuerTin": document.issuer.tin,
        "issuerName": document.issuer.name,
        "receiverId": document.receiver.id_number,
        "receiverName": document.receiver.name,
        "dateTimeIssued": stamp(document.issued_at),
        "dateTimeReceived": stamp(document.received_at),
        "dateTimeValidated": stamp(document.validated_at),
        "totalExcludingTax": totals.excluding_tax,
        "totalDiscount": totals.discount,
        "totalNetAmount": totals.net,
        "totalPayableAmount": totals.payable,
        "status": document.status,
        "cancelDateTime": stamp(document.cancelled_at),
        "rejectRequestDateTime": stamp(document.rejection_requested_at),
        "documentStatusReason": document.reason or None,
        "createdByUserId": f"{document.intermediary or document.submitter}:{USER}",
    }


def type_name(document: Document) -> str:
    """The name of a document's type."""
    return names("document_types").get(document.kind, document.kind)


def overall_status(documents: Sequence[Document]) -> str:
    """How far a submission is."""
    statuses = {document.status for document in documents}
    if "Submitted" in statuses:
        return "in progress"
    if statuses <= {"Valid", "Cancelled"}:
        return "valid"
    return "invalid" if statuses == {"Invalid"} else "partially valid"


def is_shown_to_receiver(document: Document) -> bool:
    """Whether its receiver sees it yet."""
    return document.status in ("Valid", "Cancelled")
