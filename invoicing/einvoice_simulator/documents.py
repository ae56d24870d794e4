"""Single documents: their source, their details, and the changes of their status."""

from datetime import timedelta
from typing import TYPE_CHECKING

from invoicing.einvoice_simulator.http_messages import (
    ApiError,
    Request,
    Response,
    bad_argument,
    forbidden,
    json_response,
    not_found,
)
from invoicing.einvoice_simulator.model import Document
from invoicing.einvoice_simulator.summaries import is_shown_to_receiver, summary
from invoicing.einvoice_simulator.validation import settle

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator
    from invoicing.einvoice_simulator.tokens import Caller

WINDOW = timedelta(hours=72)
MAX_REASON = 300


def raw(simulator: "Simulator", request: Request, caller: "Caller", uuid: str) -> Response:
    """GET /api/v1.0/documents/{uuid}/raw: an Invalid document has none."""
    document = _visible(simulator, caller, uuid)
    if document.status == "Invalid":
        raise not_found("The document was not found")
    return json_response(summary(document) | {"document": simulator.store.source(uuid).decode()})


def details(simulator: "Simulator", request: Request, caller: "Caller", uuid: str) -> Response:
    """GET /api/v1.0/documents/{uuid}/details: results of the validation are told of Invalid documents only."""
    document = _visible(simulator, caller, uuid)
    results = None
    if document.status == "Invalid":
        results = {"status": "Invalid", "validationSteps": document.steps}
    return json_response(summary(document) | {"validationResults": results})


def change_status(simulator: "Simulator", request: Request, caller: "Caller", uuid: str) -> Response:
    """PUT /api/v1.0/documents/state/{uuid}/state: the issuer cancels, the receiver asks for a rejection."""
    body = request.json()
    wanted = str(body.get("status", "")).lower() if isinstance(body, dict) else ""
    if wanted not in ("cancelled", "rejected"):
        raise bad_argument("status must be cancelled or rejected", "status")
    given = body.get("reason")
    reason = given if isinstance(given, str) else ""
    endpoint = "cancel" if wanted == "cancelled" else "reject"
    now, factor = simulator.clock.now(), simulator.settings.rate_limit_factor
    headers = simulator.limits.count(caller.client_id, endpoint, now, factor)
    document = _visible(simulator, caller, uuid)
    if wanted == "cancelled":
        if document.issuer.tin != caller.tin:
            raise forbidden("Only the issuer can cancel a document")
        cancel(simulator, document, reason)
        return json_response({"uuid": uuid, "status": "Cancelled"}, 200, headers)
    if document.receiver.tin != caller.tin:
        raise forbidden("Only the receiver can reject a document")
    request_rejection(simulator, document, reason)
    return json_response({"uuid": uuid, "status": "Requested for Rejection"}, 200, headers)


def cancel(simulator: "Simulator", document: Document, reason: str) -> None:
    """Cancels a document.  Raises ApiError."""
    _check_reason(reason)
    _must_be_open(simulator, document)
    if any(_refers_to(other, document.uuid) for other in simulator.store.documents_since(document.received_at)):
        raise ApiError(400, "ActiveReferencingDocuments", "A valid note refers to the document: cancel the note first")
    document.status, document.cancelled_at, document.reason = "Cancelled", simulator.clock.now(), reason
    simulator.notify(document.receiver.tin, 8, f"{document.issuer.name} cancelled {document.number}: {reason}")
    simulator.store.save_document(document)


def request_rejection(simulator: "Simulator", document: Document, reason: str) -> None:
    """Notes that the receiver asks for a rejection, once; the document stays Valid.  Raises ApiError."""
    _check_reason(reason)
    _must_be_open(simulator, document)
    if document.rejection_requested_at is not None:
        raise ApiError(400, "IncorrectState", "The rejection was requested before")
    document.rejection_requested_at, document.reason = simulator.clock.now(), reason
    simulator.notify(document.issuer.tin, 15, f"{document.receiver.name} rejects {document.number}: {reason}")
    simulator.store.save_document(document)


def _check_reason(reason: str) -> None:
    if not 0 < len(reason.strip()) <= MAX_REASON:
        raise bad_argument(f"reason must have 1 to {MAX_REASON} characters", "reason")


def is_open(simulator: "Simulator", document: Document) -> bool:
    """Whether a document can still be cancelled, and its rejection be requested."""
    if document.status != "Valid" or document.validated_at is None:
        return False
    return simulator.clock.now() <= document.validated_at + WINDOW


def _must_be_open(simulator: "Simulator", document: Document) -> None:
    if document.status != "Valid":
        raise ApiError(400, "IncorrectState", f"The document is {document.status}")
    if not is_open(simulator, document):
        raise ApiError(400, "OperationPeriodOver", "The 72 hours since the validation are over")


def _refers_to(other: Document, uuid: str) -> bool:
    return other.status == "Valid" and any(uuid == referred for _, referred in other.references)


def _visible(simulator: "Simulator", caller: "Caller", uuid: str) -> Document:
    """A document that the caller issued or received.  Raises ApiError (404)."""
    settle(simulator)
    document = simulator.store.document(uuid)
    if document is not None and sees(caller, document):
        return document
    raise not_found("The document was not found")


def sees(caller: "Caller", document: Document) -> bool:
    """Whether the caller may see a document: an intermediary sees what it submitted itself."""
    if caller.intermediary:
        return document.client_id == caller.client_id and document.submitter == caller.tin
    if caller.tin in (document.submitter, document.issuer.tin):
        return True
    return document.receiver.tin == caller.tin and is_shown_to_receiver(document)
