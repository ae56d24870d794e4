"""What each answer means: every row of the table of statuses, for calls that read and calls that change."""

import copy
import json
from collections.abc import Mapping

import pytest

from invoicing.myinvois.errors import (
    BadCredentials,
    DuplicateSubmission,
    MyInvoisError,
    NotFound,
    NotSubmitted,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from invoicing.myinvois.http import Reply
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.tests.support import HTML
from invoicing.myinvois.verdicts import content_of

READ, SUBMIT, CANCEL = Operation.SUBMISSION, Operation.SUBMIT, Operation.CANCEL


def _error(code: str, **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": f"{code} it is", "target": None, "details": None, **more}}


def _reply(status: int, content: object, headers: Mapping[str, str] | None = None) -> Reply:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Reply(status, {"correlationid": "C1", **(headers or {})}, body)


def _raised(status: int, content: object, operation: Operation, **headers: str) -> MyInvoisError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with pytest.raises(MyInvoisError) as caught:
        content_of(_reply(status, content, named), operation)
    assert caught.value.correlation_id == "C1"
    return caught.value


@pytest.mark.parametrize(
    ("status", "content", "read", "submit", "cancel"),
    [
        (400, _error("BadRequest"), Rejected, Rejected, Rejected),
        (400, _error("BadArgument", target="tin"), Rejected, Rejected, Rejected),
        (400, _error("BadStructure"), Rejected, Rejected, Rejected),
        (400, _error("MaximumSizeExceeded"), Rejected, Rejected, Rejected),
        (400, _error("OperationPeriodOver"), Rejected, Rejected, Rejected),
        (400, _error("DuplicateSubmission"), Rejected, DuplicateSubmission, Rejected),
        (400, b"", Unavailable, OutcomeUnknown, OutcomeUnknown),
        (400, b'{"error":{"code":"BadStr', Unavailable, OutcomeUnknown, OutcomeUnknown),
        (401, b"", BadCredentials, BadCredentials, BadCredentials),
        (401, _error("Unauthorized"), BadCredentials, BadCredentials, BadCredentials),
        (403, _error("Forbidden"), BadCredentials, BadCredentials, BadCredentials),
        (403, _error("IncorrectSubmitter"), BadCredentials, BadCredentials, BadCredentials),
        (403, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (403, b"", Unavailable, OutcomeUnknown, OutcomeUnknown),
        (404, _error("NotFound"), NotFound, Unavailable, NotFound),
        (404, b"", NotFound, Unavailable, NotFound),
        (404, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (405, {"message": "No"}, Rejected, Rejected, Rejected),
        (408, {"message": "Slow"}, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (413, HTML, Rejected, Rejected, Rejected),
        (422, _error("DuplicateSubmission"), Rejected, DuplicateSubmission, Rejected),
        (422, b"", Rejected, DuplicateSubmission, Rejected),
        (429, _error("TooManyRequests"), Unavailable, Unavailable, Unavailable),
        (429, HTML, Unavailable, Unavailable, Unavailable),
        (500, _error("InternalServerError"), Unavailable, OutcomeUnknown, OutcomeUnknown),
        (501, b"", Unavailable, OutcomeUnknown, OutcomeUnknown),
        (502, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (503, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (504, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (302, b"", Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, HTML, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, b"", Unavailable, OutcomeUnknown, OutcomeUnknown),
        (202, b'{"submissionUid":"A', Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, b'"fine"', Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, b"[" * 100_000, Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, _error("IncorrectState"), Rejected, Rejected, Rejected),
        (200, _error("notfound"), NotFound, Unavailable, NotFound),
        (200, _error("DuplicateSubmission"), Rejected, DuplicateSubmission, Rejected),
        (200, _error("TooManyRequests"), Unavailable, Unavailable, Unavailable),
        (200, _error("InternalServerError"), Unavailable, OutcomeUnknown, OutcomeUnknown),
        (200, {"Error": "Something"}, Rejected, Rejected, Rejected),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_every_status(
    status: int, content: object, read: type[object], submit: type[object], cancel: type[object]
) -> None:
    raised = [type(_raised(status, content, operation)) for operation in (READ, SUBMIT, CANCEL)]
    assert raised == [read, submit, cancel]


@pytest.mark.parametrize("content", [{}, [], {"error": None}, {"error": {}}, {"errors": []}])
def test_good_answers(content: object) -> None:
    assert content_of(_reply(200, content), READ) == content
    assert content_of(_reply(202, b"\xef\xbb\xbf" + json.dumps(content).encode()), SUBMIT) == content


def test_only_a_validation_of_a_tin_has_no_content() -> None:
    assert content_of(_reply(200, b""), Operation.VALIDATE_TIN) is None
    assert isinstance(_raised(200, HTML, Operation.VALIDATE_TIN), Unavailable)


def test_what_changed_nothing_can_be_told_from_what_may_have() -> None:
    assert {Unavailable, BadCredentials, NotFound, Rejected} == set(NotSubmitted.__subclasses__())
    assert {NotSubmitted, OutcomeUnknown, DuplicateSubmission} == set(MyInvoisError.__subclasses__())


def test_a_rejection_has_its_code_and_the_innermost_errors() -> None:
    inner = {"code": "CF404", "message": "Bad <b>request</b>", "propertyPath": "Invoice.ID", "details": None}
    error = _raised(400, _error("ValidationError", details=[inner, inner]), SUBMIT)
    assert isinstance(error, Rejected)
    assert (error.code, error.status, error.message) == ("ValidationError", 400, "Bad request")
    assert [(found.code, found.path) for found in error.errors] == [("CF404", "Invoice.ID")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"error": "invalid_client", "error_description": "Unknown client"}, "Unknown client"),
        ({"error": "invalid_client"}, "invalid_client"),
        ({"ERROR": {"Code": "Forbidden", "Message": "Not yours"}}, "Not yours"),
        ({"message": "Forbidden"}, "Forbidden"),
        ({}, "MyInvois does not permit this"),
    ],
)
def test_lhdn_says_what_is_wrong_with_credentials(content: object, message: str) -> None:
    assert str(_raised(403, content, Operation.TOKEN)) == message


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_without_a_token_nothing_is_said_of_what_was_asked_for(status: int) -> None:
    assert isinstance(_raised(status, {"error": "invalid_client"}, Operation.TOKEN), BadCredentials)


DATE = {"date": "Tue, 01 Dec 2026 01:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0"}, 1),
        ({"retry_after": "99999999999999999999"}, 3600),
        ({"retry_after": "Tue, 01 Dec 2026 01:00:20 GMT", **DATE}, 20),
        ({"retry_after": "Tue, 01 Dec 2026 00:00:00 GMT", **DATE}, 1),
        ({"retry_after": "soon"}, 60),
        ({"retry_after": "-5"}, 60),
        ({}, 60),
    ],
)
def test_when_to_try_again(headers: dict[str, str], seconds: float) -> None:
    error = _raised(429, b"", SUBMIT, **headers)
    assert isinstance(error, Unavailable)
    assert error.retry_after == seconds


def test_a_duplicate_says_how_long_it_is_one() -> None:
    error = _raised(422, _error("DuplicateSubmission"), SUBMIT, retry_after="540")
    assert isinstance(error, DuplicateSubmission)
    assert error.retry_after == 540


@pytest.mark.parametrize(
    "error",
    [Unavailable("a", "b", 3.0), BadCredentials("a", "b"), Rejected("a", "b", "c"), DuplicateSubmission("a", "b", 3.0)],
)
def test_errors_can_be_copied(error: MyInvoisError) -> None:
    copied = copy.copy(error)
    assert (type(copied), str(copied), vars(copied)) == (type(error), "a", vars(error))
