"""What holds for every request: URLs, methods, headers, bodies and the envelope."""

import io
import json
import logging
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from psycopg.errors import AdminShutdown, DeadlockDetected
from pytest_django import DjangoAssertNumQueries, Settings

from bigledger_crm.api.codec import MAX_BODY
from bigledger_crm.api.tests.test_codec import HOSTILE
from bigledger_crm.kernel import ids
from bigledger_crm.testing.client import Answer, ApiClient
from bigledger_crm.testing.cpu import least_work
from customers.models import Customer

QUERY = "customers.api.customer_views.customer_by_public_id"


def assert_envelope(answer: Answer) -> None:
    """Every refusal is JSON in the envelope, and nothing else."""
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.body.keys() == {"success", "error"}
    assert answer.body["success"] is False
    assert {"code", "message"} <= answer.error.keys() <= {"code", "message", "details"}
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_bodies_get_an_answer_in_the_envelope_at_once(api: ApiClient, body: bytes) -> None:
    api.get("/customers")  # the first request loads the middleware
    assert least_work(lambda: api.post("/customers", body), 0.1) < 0.1
    answer = api.post("/customers", body)
    assert (answer.status, answer.error["code"]) == (400, "MALFORMED_JSON")
    assert_envelope(answer)


@pytest.mark.parametrize("size", [MAX_BODY + 1, 3 * MAX_BODY])
def test_a_body_above_one_mebibyte_is_too_large(api: ApiClient, size: int) -> None:
    for headers in ({}, {"Idempotency_Key": "large"}):
        answer = api.post("/customers", b" " * size, **headers)
        assert (answer.status, answer.error["code"]) == (413, "PAYLOAD_TOO_LARGE")
        assert_envelope(answer)


def test_a_body_of_one_mebibyte_is_read(api: ApiClient) -> None:
    start = b'{"name":"Acme","email":"billing@acme.com"'
    assert api.post("/customers", start + b" " * (MAX_BODY - len(start) - 1) + b"}").status == 201


@pytest.mark.parametrize("body", ["[]", '"text"', "1", "null", "true", '[{"name":"Acme"}]'])
def test_a_body_must_be_an_object(api: ApiClient, body: str) -> None:
    answer = api.post("/customers", body)
    assert (answer.status, answer.error["code"]) == (400, "INVALID_CUSTOMER_DATA")
    assert list(answer.field_errors) == ["body"]


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", ""],
)
def test_another_content_type_is_unsupported(api: ApiClient, content_type: str) -> None:
    answer = _send(api, "POST", "/api/v1/customers", b'{"name":"Acme"}', content_type)
    assert (answer.status, answer.error["code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert_envelope(answer)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"])
def test_json_has_several_spellings(api: ApiClient, content_type: str) -> None:
    body = b'{"name":"Caf\xc3\xa9","email":"billing@acme.com"}'
    assert _send(api, "POST", "/api/v1/customers", body, content_type).data["name"] == "Café"


def _send(api: ApiClient, method: str, path: str, body: bytes, content_type: str) -> Answer:
    headers = {"Authorization": f"Bearer {api.key}", "X-Company-Id": api.company_id or ""}
    client = Client(raise_request_exception=False)
    return Answer(client.generic(method, path, body, content_type=content_type, headers=headers))


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/v1", "/api/v1/", "/v1", "/v1/", "/api/v2/customers", "/api/v1/nothing", "/v1/a/b/c/d",
     "/api/v1/customers/a/b", "/api/v1/%0a", "/api/v1/%00", "/api/v1/..%2f..%2fadmin", "/api/v1/%ff"],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_unknown_address_is_a_404_in_the_envelope(api: ApiClient, method: str, path: str) -> None:
    answer = api.request(method, path if path not in ("/api", "/v1") else path + "/")
    assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")
    assert_envelope(answer)


@pytest.mark.parametrize("path", ["/api/v1/customers", "/api/v1/customers/", "/v1/customers", "/v1/customers/"])
def test_both_prefixes_and_a_trailing_slash_serve_without_redirect(api: ApiClient, path: str) -> None:
    created = api.post(path, {"name": "Acme", "email": "billing@acme.com"})
    assert created.status == 201
    assert created.headers["Location"] == f"/api/v1/customers/{created.data['id']}"
    assert api.get(path).data[0]["id"] == created.data["id"]
    assert api.get(f"{path.rstrip('/')}/{created.data['id']}/").status == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/customers", {"GET", "POST", "HEAD", "OPTIONS"}),
        (
            "POST",
            "/customers/cust_" + "0" * 26,
            {"GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"},
        ),
        ("GET", f"/quotes/quote_{'0' * 26}/accept", {"POST", "OPTIONS"}),
        ("TRACE", "/items", {"GET", "POST", "HEAD", "OPTIONS"}),
        ("BREW", "/items", {"GET", "POST", "HEAD", "OPTIONS"}),
    ],
)
def test_a_method_that_an_address_has_not(api: ApiClient, method: str, path: str, allowed: set[str]) -> None:
    answer = api.request(method, path)
    assert (answer.status, answer.error["code"]) == (405, "METHOD_NOT_ALLOWED")
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert_envelope(answer)


def test_head_and_options(api: ApiClient) -> None:
    full, head = api.get("/customers"), api.request("HEAD", "/customers")
    assert (head.status, head.text) == (200, "")
    assert head.headers["Content-Type"] == full.headers["Content-Type"]
    options = api.request("OPTIONS", "/customers")
    assert options.status == 200
    assert options.headers["Allow"] == ", ".join(options.data["allow"])


@pytest.mark.parametrize("given", ["abc", "a" * 128, "req 1/2#3", "~"])
def test_the_request_id_comes_back(api: ApiClient, given: str) -> None:
    assert api.get("/customers", X_Request_Id=given).headers["X-Request-Id"] == given


@pytest.mark.parametrize("given", ["", " ", "a" * 129, "é", "a\tb", "a\x7fb"])
def test_an_unfit_request_id_is_replaced(api: ApiClient, given: str) -> None:
    first = api.get("/customers", X_Request_Id=given).headers["X-Request-Id"]
    assert first not in ("", given)
    assert first != api.get("/customers", X_Request_Id=given).headers["X-Request-Id"]


def test_no_cache_keeps_an_answer(api: ApiClient) -> None:
    customer = api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}, Idempotency_Key="1")
    url = f"/customers/{customer.data['id']}"
    tag = {"If_None_Match": api.get(url).headers["ETag"]}
    answers = [customer, api.get("/customers"), api.get(url), api.get(url, **tag), api.get("/customers/no")]
    answers.append(api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}, Idempotency_Key="1"))
    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert {"Authorization", "X-Company-Id"} <= set(answer.headers["Vary"].split(", "))
    assert [answer.status for answer in answers] == [201, 200, 200, 304, 404, 201]


def _failing(error: Exception) -> Any:
    return patch(QUERY, side_effect=error)


def test_a_crash_tells_only_the_request_id(api: ApiClient, caplog: pytest.LogCaptureFixture) -> None:
    secret = 'relation "customers_customer" at /srv/app.py'
    with _failing(RuntimeError(secret)):
        answer = api.get("/customers/cust_1", X_Request_Id="crash-1")
    assert (answer.status, answer.error["code"]) == (500, "INTERNAL_ERROR")
    assert answer.error.keys() == {"code", "message"}
    assert "crash-1" in answer.error["message"]
    assert not any(word in answer.text for word in ("relation", "srv", "RuntimeError", "Traceback"))
    assert secret in caplog.text
    assert_envelope(answer)


def test_a_crash_leaves_the_database_as_it_was(api: ApiClient) -> None:
    with patch("customers.services.customers.record", side_effect=RuntimeError("late")):
        assert api.post("/customers", {"name": "Acme", "email": "billing@acme.com"}).status == 500
    assert not Customer.unscoped.exists()
    assert api.post("/customers", {"name": "Acme", "email": "a@acme.com"}).data["customerNumber"] == "CUST-0001"


@pytest.mark.parametrize(
    ("cause", "status", "code"),
    [(DeadlockDetected(), 409, "CONCURRENT_UPDATE"), (AdminShutdown(), 503, "SERVICE_UNAVAILABLE")],
)
def test_what_passes_asks_to_try_again(api: ApiClient, cause: Exception, status: int, code: str) -> None:
    error = OperationalError("secret")
    error.__cause__ = cause
    with _failing(error):
        answer = api.get("/customers/cust_1")
    assert (answer.status, answer.error["code"]) == (status, code)
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text


def test_an_unknown_host_is_refused_in_the_envelope(api: ApiClient) -> None:
    answer = api.get("/customers", Host="evil.example.com")
    assert answer.status == 400
    assert_envelope(answer)


def test_an_unknown_host_is_two_lines_in_the_log(api: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    (stderr,) = [handler for handler in logging.getLogger().handlers if handler.name == "stderr"]
    log = io.StringIO()
    monkeypatch.setattr(stderr, "stream", log)
    api.get("/customers", Host="evil.example.com")
    refused, request = log.getvalue().splitlines()
    assert "Invalid HTTP_HOST header: 'evil.example.com'" in refused
    assert "method=GET path=/api/v1/customers status=400" in request


@pytest.mark.parametrize("path", ["/customers", "/v1/customers", "/attachments/att_1?token=secret", "/nothing"])
def test_plain_http_is_refused_where_the_product_is_served_by_https(
    api: ApiClient, settings: Settings, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.SERVED_BY_HTTPS = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    with django_assert_num_queries(0):  # nobody looks for the key
        refused = api.get(path)
    assert (refused.status, refused.error["code"]) == (403, "HTTPS_REQUIRED")
    assert_envelope(refused)
    assert api.get(path, X_Forwarded_Proto="https").status != 403


def test_a_thousand_and_one_parameters_are_refused(api: ApiClient) -> None:
    answer = api.get("/customers?" + "&".join(f"p{number}=1" for number in range(1001)))
    assert answer.status == 400
    assert_envelope(answer)


@pytest.mark.parametrize("body", [None, "{}"])
def test_an_action_needs_no_body(api: ApiClient, body: str | None) -> None:
    answer = api.post(f"/quotes/{ids.encode('quote', ids.new_id())}/accept", body)
    assert (answer.status, answer.error["code"]) == (404, "QUOTE_NOT_FOUND")


def test_answers_are_compact_utf8(api: ApiClient) -> None:
    text = api.post("/customers", {"name": "Café 😀", "email": "billing@acme.com"}).text
    assert '"name":"Café 😀"' in text
    assert json.loads(text)["success"] is True
