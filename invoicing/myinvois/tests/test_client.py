"""Calls as they go out and as their answers are read."""

import base64
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from invoicing.myinvois.answers import SubmittedDocument
from invoicing.myinvois.errors import NotFound, OutcomeUnknown, Rejected
from invoicing.myinvois.tests.support import SECRET, SUMMARY, UID, UUID, Bench, Scripted, bench

FIRST = SubmittedDocument("INV-1", b'{"a":1}', "aa")
SECOND = SubmittedDocument("INV-2", b'{"a":2}', "bb")
ACCEPTED = {"submissionUid": UID, "acceptedDocuments": [{"uuid": UUID, "invoiceCodeNumber": "INV-1"}]}


def test_submit_sends_bytes_and_hash(at: Bench) -> None:
    at.server.answers(Scripted(202, {**ACCEPTED, "rejectedDocuments": []}))
    answer = at.client.submit([FIRST])
    (request,) = at.server.received
    assert (request.method, request.target) == ("POST", "/api/v1.0/documentsubmissions/")
    assert request.headers["authorization"].startswith("Bearer head.")
    assert request.headers["accept-language"] == "en"
    assert json.loads(request.body) == {
        "documents": [
            {
                "format": "JSON",
                "document": base64.b64encode(FIRST.content).decode(),
                "documentHash": "aa",
                "codeNumber": "INV-1",
            }
        ]
    }
    assert (answer.submission_uid, answer.accepted, answer.rejected, answer.unanswered) == (
        UID,
        {"INV-1": UUID},
        {},
        [],
    )
    assert (answer.exchange.status, answer.exchange.correlation_id) == (202, "C0RR")


def test_a_token_is_asked_for_once(at: Bench) -> None:
    at.server.answers(*[Scripted(200, {**SUMMARY})] * 2)
    at.client.document(UUID)
    at.client.document(UUID)
    (request,) = at.server.token_requests
    assert parse_qs(request.body.decode()) == {
        "client_id": ["client-1"],
        "client_secret": [SECRET],
        "grant_type": ["client_credentials"],
        "scope": ["InvoicingAPI"],
    }
    assert "onbehalfof" not in request.headers


def test_an_intermediary_names_the_company() -> None:
    with bench("IG12345678910:202001234567") as at:
        at.server.answers(Scripted(200, SUMMARY))
        at.client.document(UUID)
    assert at.server.token_requests[0].headers["onbehalfof"] == "IG12345678910:202001234567"


def test_partly_accepted(at: Bench) -> None:
    error = {"code": None, "message": "Validation Error", "details": [{"errorCode": "CF414", "error": "Phone"}]}
    third = SubmittedDocument("INV-3", b"{}", "cc")
    at.server.answers(
        Scripted(
            202,
            {
                "submissionUID": UID,
                "AcceptedDocuments": [{"UUID": UUID, "InvoiceCodeNumber": " INV-1 "}],
                "rejectedDocuments": [{"invoiceCodeNumber": "INV-2", "error": error}],
            },
        )
    )
    answer = at.client.submit([FIRST, SECOND, third])
    assert (answer.submission_uid, answer.accepted, answer.unanswered) == (UID, {"INV-1": UUID}, ["INV-3"])
    assert [(found.code, found.english) for found in answer.rejected["INV-2"]] == [("CF414", "Phone")]


def test_all_rejected_has_no_submission(at: Bench) -> None:
    rejected = [{"invoiceCodeNumber": "INV-1", "error": {"code": "DS302", "message": "No"}}]
    at.server.answers(Scripted(202, {"submissionUid": None, "acceptedDocuments": [], "rejectedDocuments": rejected}))
    answer = at.client.submit([FIRST])
    assert (answer.submission_uid, answer.accepted) == (None, {})
    assert [found.code for found in answer.rejected["INV-1"]] == ["DS302"]


@pytest.mark.parametrize("content", [{}, [], {"submissionUid": UID, "acceptedDocuments": []}])
def test_an_answer_about_nothing_leaves_the_outcome_open(at: Bench, content: object) -> None:
    at.server.answers(Scripted(202, content))
    with pytest.raises(OutcomeUnknown):
        at.client.submit([FIRST])


@pytest.mark.parametrize(
    "documents", [[], [FIRST, FIRST], [SubmittedDocument(str(n), b"", "") for n in range(101)],
                  [SubmittedDocument("1", b"x" * 4_000_000, "")]]
)  # fmt: skip
def test_what_lhdn_takes_no_more_of_is_not_sent(at: Bench, documents: list[SubmittedDocument]) -> None:
    with pytest.raises(ValueError, match="A submission has"):
        at.client.submit(documents)
    assert at.server.received == []


def test_a_submission_is_read_to_its_last_page(at: Bench) -> None:
    def page(first: int, last: int) -> Scripted:
        rows = [{**SUMMARY, "uuid": f"U{n}"} for n in range(first, last)]
        return Scripted(200, {"documentCount": 130, "OverallStatus": "InProgress", "documentSummary": rows})

    at.server.answers(page(0, 100), page(100, 130))
    state = at.client.submission(UID)
    assert (len(state.documents), state.is_complete) == (130, False)
    assert [parse_qs(urlsplit(request.target).query)["pageNo"] for request in at.server.received] == [["1"], ["2"]]


@pytest.mark.parametrize(
    ("overall", "is_complete"),
    [("in progress", False), ("In Progress", False), ("valid", True), ("Partially Valid", True), ("invalid", True)],
)
def test_whether_a_submission_is_complete(at: Bench, overall: str, is_complete: bool) -> None:
    at.server.answers(Scripted(200, {"overallStatus": overall, "documentSummary": [SUMMARY], "documentCount": 1}))
    assert at.client.submission(UID).is_complete is is_complete


def test_a_submission_that_is_not_there_yet(at: Bench) -> None:
    at.server.answers(Scripted(404, {"error": {"code": "NotFound", "message": None}}))
    with pytest.raises(NotFound):
        at.client.submission(UID)


def test_a_valid_document(at: Bench) -> None:
    at.server.answers(Scripted(200, {**SUMMARY, "validationResults": None}))
    state = at.client.document(UUID)
    assert (state.uuid, state.number, state.status, state.long_id) == (UUID, "INV-1", "valid", "LONG")
    assert state.received_at == datetime(2026, 12, 1, 1, 2, 5, 123456, tzinfo=UTC)
    assert (state.cancelled_at, state.rejection_requested_at, state.errors) == (None, None, ())
    assert at.server.received[0].target == f"/api/v1.0/documents/{UUID}/details"


def test_an_invalid_document_has_its_innermost_errors(at: Bench) -> None:
    inner = {"propertyPath": "Invoice.IssueDate", "errorCode": "CF321", "error": "Too old", "errorMS": "Lama"}
    step = {"name": "Step02", "status": "Invalid", "error": {"errorCode": "Error02", "innerError": [inner]}}
    valid = {"name": "Step01", "status": "Valid", "error": None}
    results = {"status": "Invalid", "validationSteps": [valid, step]}
    at.server.answers(Scripted(200, {**SUMMARY, "STATUS": "Invalid", "validationResults": results}))
    state = at.client.document(UUID)
    assert [(found.code, found.malay) for found in state.errors] == [("CF321", "Lama")]


@pytest.mark.parametrize(
    "told", ["Submitted", "VALID", "invalid", "Cancelled", "1", 2, "Requested for Rejection", "New"]
)
def test_statuses(at: Bench, told: object) -> None:
    at.server.answers(Scripted(200, {**SUMMARY, "status": told}))
    expected = {"1": "submitted", "2": "valid", "requested for rejection": "valid", "new": "unknown"}
    assert at.client.document(UUID).status == expected.get(str(told).lower(), str(told).lower())


def test_cancel(at: Bench) -> None:
    at.server.answers(Scripted(200, {"uuid": UUID, "status": "Cancelled"}))
    at.client.cancel(UUID, "Wrong buyer")
    (request,) = at.server.received
    assert (request.method, request.target) == ("PUT", f"/api/v1.0/documents/state/{UUID}/state")
    assert json.loads(request.body) == {"status": "cancelled", "reason": "Wrong buyer"}


@pytest.mark.parametrize("code", ["OperationPeriodOver", "IncorrectState", "ActiveReferencingDocuments"])
@pytest.mark.parametrize("status", [400, 200])
def test_a_cancellation_that_lhdn_rejects(at: Bench, code: str, status: int) -> None:
    at.server.answers(Scripted(status, {"error": {"code": code, "message": "No", "target": None, "details": None}}))
    with pytest.raises(Rejected, match="No") as caught:
        at.client.cancel(UUID, "Wrong buyer")
    assert (caught.value.code, caught.value.correlation_id) == (code, "C0RR")


def test_reject(at: Bench) -> None:
    at.server.answers(Scripted(200, {"uuid": UUID, "status": "Requested for Rejection"}))
    at.client.reject(UUID, "Not ours")
    assert json.loads(at.server.received[0].body) == {"status": "rejected", "reason": "Not ours"}


@pytest.mark.parametrize("reason", ["", "x" * 301])
def test_a_reason_has_a_length(at: Bench, reason: str) -> None:
    with pytest.raises(ValueError, match="A reason has"):
        at.client.cancel(UUID, reason)


def test_the_owner_of_the_credentials(at: Bench) -> None:
    owners = [at.client.token_owner() for _ in range(2)]
    assert [(owner.tin, owner.name) for owner in owners] == [("C2584563222", "C2584563222 Wayang Sdn Bhd")] * 2
    assert len(at.server.token_requests) == 2
