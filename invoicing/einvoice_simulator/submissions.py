"""Taking documents, and telling how far their validation is."""

import base64
import binascii
import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from invoicing.einvoice_simulator.clock import stamp
from invoicing.einvoice_simulator.core_fields import check_core_fields
from invoicing.einvoice_simulator.faults import asked_by
from invoicing.einvoice_simulator.findings import Finding, rejection, sample
from invoicing.einvoice_simulator.http_messages import (
    ApiError,
    Request,
    Response,
    bad_argument,
    bad_structure,
    forbidden,
    json_response,
    not_found,
)
from invoicing.einvoice_simulator.injected import duplicate_submission
from invoicing.einvoice_simulator.model import Document, Party, Payload, Submission
from invoicing.einvoice_simulator.reading import read_issued_at, read_kind, read_party, read_references, read_totals
from invoicing.einvoice_simulator.structure import check_structure
from invoicing.einvoice_simulator.submission_faults import Incoming, SubmissionFaults
from invoicing.einvoice_simulator.summaries import overall_status, summary
from invoicing.einvoice_simulator.ubl import Malformed, parse
from invoicing.einvoice_simulator.validation import settle

if TYPE_CHECKING:
    from invoicing.einvoice_simulator.simulator import Simulator
    from invoicing.einvoice_simulator.tokens import Caller

MAX_SUBMISSION, MAX_DOCUMENT, MAX_DOCUMENTS = 5 * 1024 * 1024, 300 * 1024, 100
SAME_PAYLOAD = timedelta(minutes=10)
OTHER_TIN = "The authenticated TIN and documents TIN is not matching "
STUCK, HIDDEN, SKEW = timedelta(hours=2), timedelta(minutes=1), timedelta(minutes=2)


def submit(simulator: "Simulator", request: Request, caller: "Caller") -> Response:
    """POST /api/v1.0/documentsubmissions."""
    documents = _documents_of(request)
    incoming = [_read(one) for one in documents]
    faults = SubmissionFaults(simulator, incoming)
    faults.before()
    payload = f"{caller.tin} {hashlib.sha256(request.body).hexdigest()}"
    _reject_same_payload(simulator, payload)
    _reject_others(incoming, caller)
    now = simulator.clock.now() - (SKEW if faults.takes("clock_skew") else timedelta(0))
    for one in incoming:
        if not one.findings:
            one.findings = _check(simulator, one, caller, now)
    faults.reject_some()
    accepted = [one for one in incoming if not one.findings]
    rejected = [one for one in incoming if one.findings]
    uid = _keep(simulator, caller, accepted, faults) if accepted else None
    if uid:
        simulator.store.put(payload, Payload(simulator.clock.now()))
    body = {
        "submissionUid": uid,
        "acceptedDocuments": [{"uuid": one.uuid, "invoiceCodeNumber": one.number} for one in accepted],
        "rejectedDocuments": [
            {"invoiceCodeNumber": one.number, "error": rejection(one.number, one.findings, malay=request.is_malay)}
            for one in rejected
        ],
    }
    return faults.after(json_response(body, 202))


def _documents_of(request: Request) -> list[dict[str, Any]]:
    if len(request.body) > MAX_SUBMISSION:
        raise ApiError(400, "MaximumSizeExceeded", "The submission is larger than 5 MB")
    body = request.json()
    documents = body.get("documents") if isinstance(body, dict) else None
    if not isinstance(documents, list) or not documents or not all(isinstance(one, dict) for one in documents):
        raise bad_structure("The body must have documents")
    if len(documents) > MAX_DOCUMENTS:
        raise ApiError(400, "MaximumSizeExceeded", f"A submission can have at most {MAX_DOCUMENTS} documents")
    if len({str(one.get("format")).upper() for one in documents}) > 1:
        raise bad_structure("All documents of a submission must have the same format")
    return documents


def _read(given: dict[str, Any]) -> Incoming:
    """A document, checked for its size, its hash, and whether it can be read."""
    one = Incoming(str(given.get("codeNumber") or ""))
    if str(given.get("format")).upper() != "JSON":
        return _rejected(one, "The simulator takes documents in JSON only", "format")
    try:
        one.source = base64.b64decode(str(given.get("document") or ""), validate=True)
    except binascii.Error:
        return _rejected(one, "The document is not valid base64", "document")
    if len(one.source) > MAX_DOCUMENT:
        return _rejected(one, "The document is larger than 300 KB", "document")
    if hashlib.sha256(one.source).hexdigest() != given.get("documentHash"):
        return _rejected(one, "Document hash is not valid.", "documentHash")
    try:
        one.invoice = parse(one.source)
    except Malformed as error:
        return _rejected(one, f"{error}", "document")
    one.asked, one.forced_code, code = asked_by(one.invoice)
    one.findings = [sample(code)] if code else []
    return one


def _rejected(one: Incoming, english: str, path: str) -> Incoming:
    one.findings = [Finding(None, path, english, english)]
    return one


def _check(simulator: "Simulator", one: Incoming, caller: "Caller", now: datetime) -> list[Finding]:
    settings = simulator.settings
    if findings := check_structure(one.invoice, is_lenient=settings.profile != "current"):
        return findings
    findings = check_core_fields(one.invoice, one.number, now)
    if _issuer(one).tin != caller.tin:
        malay = "TIN yang disahkan dan TIN dokumen tidak sepadan "
        findings.append(Finding(None, "Invoice.AccountingSupplierParty", OTHER_TIN, malay))
    return findings


def _issuer(one: Incoming) -> Party:
    kind, _ = read_kind(one.invoice)
    return read_party(one.invoice, "Customer" if kind.startswith("1") else "Supplier")


def _reject_same_payload(simulator: "Simulator", key: str) -> None:
    earlier = simulator.store.get(Payload, key)
    left = earlier.received_at + SAME_PAYLOAD - simulator.clock.now() if earlier else timedelta(0)
    if left > timedelta(0):
        raise duplicate_submission(left.total_seconds())


def _reject_others(incoming: list[Incoming], caller: "Caller") -> None:
    """A call in which every document is another taxpayer's is rejected as a whole."""
    read = [one for one in incoming if one.invoice]
    if read and all(_issuer(one).tin != caller.tin for one in read):
        raise forbidden(OTHER_TIN, "IncorrectSubmitter")


def _keep(simulator: "Simulator", caller: "Caller", accepted: list[Incoming], faults: SubmissionFaults) -> str:
    """Keeps what was accepted; returns the uid of the submission."""
    now, settings = simulator.clock.now(), simulator.settings
    hidden = HIDDEN if faults.takes("hidden_for_a_minute") else timedelta(seconds=settings.hidden_seconds)
    uid = simulator.ids.new_id()
    simulator.store.put(uid, Submission(uid, caller.client_id, caller.tin, now, now + hidden))
    stuck = STUCK if faults.takes("stuck_submitted") else timedelta(0)
    faults.is_cut = at_once = faults.takes("already_valid")
    for position, one in enumerate(accepted, 1):
        one.uuid = simulator.ids.new_id()
        document = _document(one, uid, caller, now)
        document.due_at = now if at_once else now + stuck + timedelta(seconds=settings.delay_seconds * position)
        simulator.store.add_document(document, one.source)
    faults.force_codes(uid)
    return uid


def _document(one: Incoming, uid: str, caller: "Caller", now: datetime) -> Document:
    invoice = one.invoice
    kind, version = read_kind(invoice)
    return Document(
        uuid=one.uuid,
        submission_uid=uid,
        number=one.number,
        kind=kind,
        version=version,
        supplier=read_party(invoice, "Supplier"),
        buyer=read_party(invoice, "Customer"),
        issued_at=read_issued_at(invoice) or now,
        received_at=now,
        due_at=now,
        currency=str(invoice["DocumentCurrencyCode"][0]["_"]),
        totals=read_totals(invoice),
        client_id=caller.client_id,
        submitter=caller.tin,
        intermediary=caller.intermediary,
        references=read_references(invoice),
        forced_code=one.forced_code,
    )


def get_submission(simulator: "Simulator", request: Request, caller: "Caller", uid: str) -> Response:
    """GET /api/v1.0/documentsubmissions/{uid}: only who submitted it sees it."""
    settle(simulator)
    submission = simulator.store.get(Submission, uid)
    if submission is None or submission.client_id != caller.client_id or submission.submitter != caller.tin:
        raise not_found("The submission was not found")
    if simulator.clock.now() < submission.visible_at:
        raise not_found("The submission was not found")
    documents = simulator.store.documents_of(uid)
    page, size = page_of(request, 100)
    shown = documents[(page - 1) * size : page * size]
    body = {
        "submissionUid": uid,
        "documentCount": len(documents),
        "dateTimeReceived": stamp(submission.received_at),
        "overallStatus": overall_status(documents),
        "documentSummary": [summary(document) for document in shown],
    }
    return json_response(body)


def page_of(request: Request, largest: int) -> tuple[int, int]:
    """The number of the page, from 1 on, and how many rows it has.  Raises ApiError."""
    numbers = []
    for name, default, most in (("pageNo", 1, 10_000), ("pageSize", largest, largest)):
        given = request.parameter(name) or f"{default}"
        if not given.isdecimal() or not 1 <= int(given) <= most:
            raise bad_argument(f"{name} must be a number from 1 to {most}", name)
        numbers.append(int(given))
    return numbers[0], numbers[1]
