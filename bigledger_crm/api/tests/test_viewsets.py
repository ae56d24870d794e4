"""Preconditions, bodies, methods and failures at the edge."""

import logging
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import InterfaceError, OperationalError
from django.db.models import ProtectedError
from django.test import Client

from bigledger_crm.api.models import IdempotencyRecord
from bigledger_crm.api.tasks import forget_idempotency_answers
from bigledger_crm.api.tests import example_urls
from bigledger_crm.api.tests.example_urls import add_email
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.client import ApiClient

pytestmark = pytest.mark.urls("bigledger_crm.api.tests.example_urls")


@pytest.fixture
def email(company: Company) -> OutboxEmail:
    """One email of Alice's company."""
    return add_email(system_actor(company), "first")


@pytest.fixture
def path(email: OutboxEmail) -> str:
    """Its URL."""
    return f"/emails/{email.public_id}"


def _send(api: ApiClient, method: str, path: str, body: bytes = b"", **headers: Any) -> Any:
    """A request with headers that the usual client doesn't send."""
    return Client(raise_request_exception=False).generic(
        method,
        f"/api/v1{path}",
        body,
        content_type=headers.pop("content_type", "application/json"),
        headers={"Authorization": f"Bearer {api.key}", "X-Company-Id": api.company_id or ""},
        **headers,
    )


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_what_is_known_is_not_sent_again(api: ApiClient, path: str, form: str) -> None:
    tag = api.get(path).headers["ETag"]
    response = _send(api, "GET", path, HTTP_IF_NONE_MATCH=form.format(tag))
    assert (response.status_code, response.content, response.headers["ETag"]) == (304, b"", tag)
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("header", ['"other"', "", "W/*"])
def test_what_is_not_known_is_sent(api: ApiClient, path: str, header: str) -> None:
    assert api.get(path, If_None_Match=header).status == 200


@pytest.mark.parametrize("form", ["{}", '"other", {}', "*"])
def test_a_write_to_what_the_caller_saw_is_done(api: ApiClient, path: str, form: str) -> None:
    header = form.format(api.get(path).headers["ETag"])
    assert api.put(path, {"subject": "second"}, If_Match=header).data["subject"] == "second"


@pytest.mark.parametrize("form", ['"other"', "W/{}", ""])
@pytest.mark.parametrize(("method", "below"), [("PUT", ""), ("DELETE", ""), ("POST", "/touch")])
def test_a_write_to_something_else_is_refused(
    api: ApiClient, email: OutboxEmail, path: str, method: str, below: str, form: str
) -> None:
    tag = api.get(path).headers["ETag"]
    body = {"subject": "second"} if method == "PUT" else None
    answer = api.request(method, f"{path}{below}", body, If_Match=form.format(tag))
    assert (answer.status, answer.error["code"], answer.headers["ETag"]) == (412, "PRECONDITION_FAILED", tag)
    stored = OutboxEmail.unscoped.get(pk=email.pk)
    assert (stored.subject, stored.attempts) == ("first", 0)


def test_a_body_in_chunks_is_refused_not_overlooked(api: ApiClient, email: OutboxEmail, path: str) -> None:
    answer = _send(api, "POST", f"{path}/touch", HTTP_TRANSFER_ENCODING="chunked")
    assert (answer.status_code, answer.json()["error"]["code"]) == (411, "LENGTH_REQUIRED")
    email.refresh_from_db()
    assert email.attempts == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "application/json; charset=utf-16"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_type": ""},
        {"HTTP_CONTENT_ENCODING": "gzip"},
    ],
)
def test_a_body_is_json_in_utf_8_as_it_is(api: ApiClient, headers: dict[str, str]) -> None:
    answer = _send(api, "POST", "/emails", b'{"subject":"a"}', **headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_an_action_without_input_takes_none(api: ApiClient, email: OutboxEmail, path: str) -> None:
    answer = api.post(f"{path}/touch", {"atempts": 3})
    assert (answer.status, answer.error["code"]) == (400, "INVALID_REQUEST_DATA")
    assert answer.error["details"] == [{"field": "atempts", "message": "Unknown field"}]
    assert api.delete(path).status == 200  # nothing of the refused request is left in the way
    assert api.post(f"{path}/touch", {}).status == 404


@pytest.mark.parametrize("body", ["", "{}"])
def test_an_empty_body_is_no_input(api: ApiClient, path: str, body: str) -> None:
    assert api.post(f"{path}/touch", body).data["attempts"] == 1


@pytest.mark.parametrize("value", ["%00", "a%0Ab", "%1b", "%7f"])
def test_no_parameter_holds_a_control_character(api: ApiClient, value: str) -> None:
    answer = api.get(f"/emails?sort={value}")
    assert (answer.status, answer.error["code"]) == (400, "INVALID_PARAMETERS")
    assert answer.error["details"] == [{"field": "sort", "message": "Contains a control character"}]


@pytest.mark.parametrize(
    ("error", "cause", "expected"),
    [
        (OperationalError("gone"), None, (503, "SERVICE_UNAVAILABLE", "5")),
        (InterfaceError("gone"), None, (503, "SERVICE_UNAVAILABLE", "5")),
        (OperationalError("lock"), psycopg.errors.LockNotAvailable(), (409, "CONCURRENT_UPDATE", "1")),
        (ProtectedError("needed", set()), None, (409, "CONFLICT", None)),
    ],
)
def test_what_the_database_refuses(
    api: ApiClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    cause: Exception | None,
    expected: tuple[Any, ...],
) -> None:
    def fail(*arguments: object) -> object:
        raise error from cause

    monkeypatch.setattr(example_urls, "add_email", fail)
    answer = api.post("/emails", {"subject": "a"})
    assert (answer.status, answer.error["code"], answer.headers.get("Retry-After")) == expected
    assert set(answer.error) == {"code", "message"}


def test_a_conflict_that_only_the_database_saw(api: ApiClient) -> None:
    answer = api.post("/emails", {"subject": "twin"})
    assert (answer.status, answer.error["code"]) == (409, "CONFLICT")
    assert not OutboxEmail.unscoped.exists()


@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "a"}])
def test_a_crash_tells_its_request_id_and_nothing_else(
    api: ApiClient, caplog: pytest.LogCaptureFixture, headers: dict[str, str]
) -> None:
    answer = api.post("/emails", {"subject": "crash"}, X_Request_Id="my-request", **headers)
    assert answer.status == 500
    message = "Something went wrong on our side; the request id is my-request"
    assert answer.body == {"success": False, "error": {"code": "INTERNAL_ERROR", "message": message}}
    assert not OutboxEmail.unscoped.exists()
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR and record.exc_info]
    assert "hunter2" in str(record.exc_info and record.exc_info[1])


def test_no_page_of_a_crash_in_a_plain_view_leaves_the_api(api: ApiClient) -> None:
    answer = api.get("/crash", X_Request_Id="my-request")
    assert (answer.status, answer.error["code"]) == (500, "INTERNAL_ERROR")
    assert "hunter2" not in answer.text
    assert "my-request" in answer.error["message"]


def test_answers_that_are_no_longer_kept_are_deleted(api: ApiClient, stranger_api: ApiClient) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        for client in (api, stranger_api):
            client.post("/emails", {"subject": "a"}, Idempotency_Key="first")
        now.shift(timedelta(hours=1))
        kept = api.post("/emails", {"subject": "b"}, Idempotency_Key="second")
        now.shift(timedelta(hours=23))
        forget_idempotency_answers()
        assert IdempotencyRecord.unscoped.count() == 1
        assert api.post("/emails", {"subject": "b"}, Idempotency_Key="second").text == kept.text
