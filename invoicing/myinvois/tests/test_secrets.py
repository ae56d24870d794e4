"""No secret and no token in what is kept, logged, raised or printed."""

import logging
import traceback
from urllib.parse import quote

import pytest

from invoicing.myinvois.answers import SubmittedDocument
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import MyInvoisError
from invoicing.myinvois.tests.support import CLAIMS, SECRET, Bench, Cut, Scripted, jwt

TOKEN = jwt(CLAIMS)
DOCUMENT = SubmittedDocument("INV-1", b"{}", "00")
REPEATS = {"error": {"code": "BadRequest", "message": f"{TOKEN} is no {SECRET}", "target": SECRET}}


@pytest.mark.parametrize(
    ("token_answer", "answer"),
    [
        (None, Scripted(400, REPEATS)),
        (None, Scripted(503, f"<html>{TOKEN} {SECRET}</html>".encode())),
        (None, Scripted(401, REPEATS)),
        (None, Cut.AFTER_REQUEST),
        (Scripted(400, {"error": {"message": SECRET, "target": SECRET}}), None),
        (Scripted(400, {"error": "invalid_client", "error_description": f"{SECRET} is wrong"}), None),
        (Scripted(200, {"access_token": f"{SECRET}\n"}), None),
        (Cut.AFTER_REQUEST, None),
    ],
)
def test_nothing_of_a_secret_gets_out(
    at: Bench, caplog: pytest.LogCaptureFixture, token_answer: Scripted | Cut | None, answer: Scripted | Cut | None
) -> None:
    caplog.set_level(logging.DEBUG)
    if token_answer:
        at.server.tokens.append(token_answer)
    if answer:
        at.server.answers(answer, Scripted(503, b""))
    with pytest.raises(MyInvoisError) as caught:
        at.client.submit([DOCUMENT])
    told = [
        caplog.text,
        *traceback.format_exception(caught.value),
        repr(caught.value),
        repr(vars(caught.value)),
        *(f"{exchange!r} {exchange.body} {exchange.fault}" for exchange in at.exchanges),
        repr([at.connection, at.client, at.tokens, at.limiter, vars(at.client), vars(at.tokens)]),
    ]
    text = "\n".join(told)
    assert "MyInvois gave" in text
    assert SECRET not in text
    assert TOKEN not in text
    assert not any(TOKEN in str(part) or SECRET in str(part) for part in caught.value.args)


def test_a_secret_is_sent_as_a_form_only(at: Bench) -> None:
    at.client.token_owner()
    (request,) = at.server.token_requests
    assert quote(SECRET).encode() in request.body
    assert SECRET not in f"{request.target} {request.headers}"


@pytest.mark.parametrize("name", ["client_id", "on_behalf_of"])
@pytest.mark.parametrize("value", ["a\r\nHost: b", "é", "a\0b"])
def test_what_can_not_be_sent_is_no_connection(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        Connection("http://a", "http://a", **{"client_id": "c", "client_secret": SECRET, name: value})  # type: ignore[arg-type]
