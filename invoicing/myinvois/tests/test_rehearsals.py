"""What goes wrong at LHDN, rehearsed with the simulator: each failure ends in the error that says what to do."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bigledger_crm.kernel import clock
from invoicing.einvoice.document import build, document_hash
from invoicing.einvoice.tests.support import INVOICE
from invoicing.einvoice_simulator.testing import RunningSimulator, running_simulator
from invoicing.myinvois.answers import DocumentStatus, SubmittedDocument
from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.environments import simulator
from invoicing.myinvois.errors import (
    BadCredentials,
    DuplicateSubmission,
    MyInvoisError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from invoicing.myinvois.tests.support import NoLimit
from invoicing.myinvois.tokens import TokenCache

NOW = datetime(2026, 11, 28, 2, 16, tzinfo=UTC)
OF_CALLS = ("connection_cut", "maintenance_503", "maintenance_403", "server_error", "truncated_answer")


@pytest.fixture
def running() -> Iterator[RunningSimulator]:
    """A simulator whose clock stands still with ours."""
    with clock.travelling(NOW), running_simulator(at=NOW) as made:
        yield made


@pytest.fixture
def client(running: RunningSimulator) -> MyInvoisClient:
    """The supplier's."""
    return _client(running, "contoh")


def _client(running: RunningSimulator, name: str, on_behalf_of: str = "") -> MyInvoisClient:
    connection = Connection.to(simulator(running.url), f"{name}-client", f"{name}-secret", on_behalf_of)
    return MyInvoisClient(connection, TokenCache(), NoLimit())


def _document(number: str = "INV-0042") -> SubmittedDocument:
    content = build(replace(INVOICE, number=number))
    return SubmittedDocument(number, content, document_hash(content))


@pytest.mark.parametrize("fault", OF_CALLS)
def test_a_submission_without_an_answer(running: RunningSimulator, client: MyInvoisClient, fault: str) -> None:
    running.fault(fault, endpoint="submit")
    with pytest.raises(OutcomeUnknown):
        client.submit([_document()])


@pytest.mark.parametrize("fault", OF_CALLS)
def test_a_question_without_an_answer(running: RunningSimulator, client: MyInvoisClient, fault: str) -> None:
    uid = client.submit([_document()]).submission_uid or ""
    running.fault(fault, endpoint="get_submission")
    with pytest.raises(Unavailable):
        client.submission(uid)
    assert client.submission(uid).is_complete


def test_a_document_is_found_again_after_a_lost_answer(running: RunningSimulator, client: MyInvoisClient) -> None:
    running.fault("truncated_answer", endpoint="submit")
    with pytest.raises(OutcomeUnknown):
        client.submit([_document()])
    with pytest.raises(DuplicateSubmission) as caught:
        client.submit([_document()])
    assert caught.value.retry_after
    (found,) = client.find("INV-0042", NOW - timedelta(hours=1), NOW)
    assert [document.uuid for document in running.documents()] == [found.uuid]
    assert found.submission_uid
    assert client.document(found.uuid).status == DocumentStatus.VALID


def test_a_submission_that_never_arrived_is_made_again(running: RunningSimulator, client: MyInvoisClient) -> None:
    running.fault("connection_cut", endpoint="submit")
    with pytest.raises(OutcomeUnknown):
        client.submit([_document()])
    assert client.find("INV-0042", NOW - timedelta(hours=1), NOW) == []
    assert [*client.submit([_document()]).accepted] == ["INV-0042"]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("too_many_requests", Unavailable),
        ("duplicate_submission", DuplicateSubmission),
        ("opaque_validation_error", Rejected),
    ],
)
def test_a_submission_that_is_not_taken(
    running: RunningSimulator, client: MyInvoisClient, fault: str, expected: type[MyInvoisError]
) -> None:
    running.fault(fault, endpoint="submit")
    with pytest.raises(expected) as caught:
        client.submit([_document()])
    assert caught.value.correlation_id
    assert running.documents() == []


@pytest.mark.parametrize("times", [1, 2])
def test_a_token_that_ends_in_the_middle(running: RunningSimulator, client: MyInvoisClient, times: int) -> None:
    client.token_owner()
    running.fault("token_expired", endpoint="submit", times=times)
    if times == 1:
        assert client.submit([_document()]).accepted
    else:
        with pytest.raises(BadCredentials):
            client.submit([_document()])


def test_credentials_and_permissions_that_end(running: RunningSimulator) -> None:
    intermediary = _client(running, "intermediary", "C99999999010")
    assert intermediary.submit([_document()]).accepted
    for fault in ("permission_ended", "secret_revoked"):
        running.fault(fault)
        with pytest.raises(BadCredentials, match=r"\w+ \w+"):
            _client(running, "intermediary", "C99999999010").submit([_document("INV-0043")])
    with pytest.raises(BadCredentials):
        _client(running, "intermediary", "C99999998020").token_owner()


def test_batches(running: RunningSimulator, client: MyInvoisClient) -> None:
    running.fault("all_rejected")
    answer = client.submit([_document("A"), _document("B")])
    assert (answer.submission_uid, answer.accepted, sorted(answer.rejected)) == (None, {}, ["A", "B"])
    assert all(error.message for errors in answer.rejected.values() for error in errors)
    running.fault("partly_accepted")
    answer = client.submit([_document("C"), _document("D")])
    assert sorted([*answer.accepted, *answer.rejected]) == ["C", "D"]
    assert len(answer.accepted) == len(answer.rejected) == 1
    running.fault("partly_valid")
    answer = client.submit([_document("E"), _document("F")])
    state = client.submission(answer.submission_uid or "")
    assert state.is_complete
    assert {document.status for document in state.documents} == {DocumentStatus.VALID, DocumentStatus.INVALID}
    (invalid,) = (document for document in state.documents if document.status == DocumentStatus.INVALID)
    assert client.document(invalid.uuid).errors


@pytest.mark.parametrize("fault", ["casing", "unknown_fields"])
def test_answers_that_are_written_otherwise(running: RunningSimulator, client: MyInvoisClient, fault: str) -> None:
    running.fault(fault, times=None)
    answer = client.submit([_document()])
    state = client.submission(answer.submission_uid or "")
    assert (state.is_complete, [document.status for document in state.documents]) == (True, [DocumentStatus.VALID])
    running.fault("invalid", code="CF321")
    answer = client.submit([_document("INV-0043")])
    assert [error.code for error in client.document(answer.accepted["INV-0043"]).errors] == ["CF321"]


def test_what_takes_longer(running: RunningSimulator, client: MyInvoisClient) -> None:
    running.fault("hidden_for_a_minute")
    uid = client.submit([_document("A")]).submission_uid or ""
    with pytest.raises(NotFound):
        client.submission(uid)
    running.clock.advance(minutes=1)
    assert client.submission(uid).is_complete
    running.fault("stuck_submitted")
    uid = client.submit([_document("B")]).submission_uid or ""
    state = client.submission(uid)
    assert (state.is_complete, state.documents[0].status) == (False, DocumentStatus.SUBMITTED)


def test_the_seventy_two_hours(running: RunningSimulator, client: MyInvoisClient) -> None:
    early, late = (client.submit([_document(number)]).accepted[number] for number in ("A", "B"))
    running.reject(early, "Wrong amount")
    state = client.document(early)
    assert (state.status, state.reason) == (DocumentStatus.VALID, "Wrong amount")
    assert state.rejection_requested_at is not None
    running.clock.advance(hours=71, minutes=59)
    client.cancel(early, "Buyer asked")
    running.clock.advance(minutes=2)
    with pytest.raises(Rejected) as caught:
        client.cancel(late, "Too late")
    assert caught.value.code == "OperationPeriodOver"
