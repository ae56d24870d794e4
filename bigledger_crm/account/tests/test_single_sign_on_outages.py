"""A provider of single sign-on that is away, slow or talks rubbish: a page says so, and one line of the log why."""

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from bigledger_crm import single_sign_on
from bigledger_crm.account import provider_session
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.mail_server import free_port

BEGIN, COME_BACK = "/sign-in/sso/oidc", "/sign-in/sso/oidc/callback"
DISCOVERY, TOKEN, PERSON = "/.well-known/openid-configuration", "/token", "/userinfo"
HANG, DRIP = b"hang", b"drip"
Said = tuple[int, bytes]


@dataclass
class Provider:
    """A provider on loopback: what it answers at which path."""

    url: str = ""
    answers: dict[str, Said] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, path: str, value: Any, status: int = 200) -> None:
        self.answers[path] = (status, value if isinstance(value, bytes) else json.dumps(value).encode())


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        status, body = self.provider.answers[urlsplit(self.path).path]
        if body == HANG:
            self.provider.over.wait()
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(10**6 if body == DRIP else len(body)))
        self.end_headers()
        with suppress(OSError):  # whoever asked has gone
            while body == DRIP and not self.provider.over.wait(0.01):
                self.wfile.write(b" ")
            self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """One that works, and knows Alice."""
    state = Provider()
    handler = type("Handler", (_Handler,), {"provider": state})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    _use(state.url, settings, monkeypatch)
    state.says(DISCOVERY, _discovery(state.url))
    state.says(TOKEN, {"access_token": "t", "token_type": "Bearer", "expires_in": 3600})
    state.says(PERSON, {"sub": "1", "email": "alice@example.com", "email_verified": True})
    yield state
    state.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _discovery(url: str) -> dict[str, Any]:
    names = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
    return {
        "issuer": url,
        "jwks_uri": f"{url}/keys",
        **{f"{name}_endpoint": f"{url}/{path}" for name, path in names.items()},
    }


def _use(url: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("ISSUER", url), ("CLIENT_ID", "bigledger"), ("CLIENT_SECRET", "x"), ("NAME", "Acme")):
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.OIDC = single_sign_on.provider()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [settings.OIDC]}}


def _state(browser: Client) -> str:
    """Goes to the provider, and comes back with this."""
    return parse_qs(urlsplit(browser.get(BEGIN)["Location"]).query)["state"][0]


def _come_back(browser: Client, state: str) -> Any:
    return browser.get(COME_BACK, {"code": "secret-code", "state": state})


def _is_told(page: Any, status: int, caplog: pytest.LogCaptureFixture) -> None:
    text = flat(page)
    assert (page.status_code, f'<p class="plain-code">{status}' in text) == (status, True)
    assert "Single sign-on is not available" in text
    assert ("Acme can&#x27;t be reached" in text or "Acme can't be reached" in text) is (status == 503)
    assert ("did not answer as expected" in text) is (status == 502)
    assert page.has_header("Retry-After") is (status == 503)
    lines = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.name for record in lines] == ["bigledger_crm.account.single_sign_on"]
    assert lines[0].exc_info is None
    assert "secret-code" not in caplog.text


def test_a_member_comes_in_by_a_provider_that_works(alice: User, provider: Provider) -> None:
    browser = Client()
    assert _come_back(browser, _state(browser))["Location"] == "/"
    assert browser.get("/account").status_code == 200


@pytest.mark.django_db
def test_nobody_listens(settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    _use(f"http://127.0.0.1:{free_port()}", settings, monkeypatch)
    _is_told(Client().get(BEGIN), 503, caplog)


RUBBISH: list[tuple[int, Any, int]] = [
    (200, b"<html>It works!</html>", 502),
    (200, b"\xff\xfe\x00", 502),
    (200, b"", 502),
    (200, [], 502),
    (200, {}, 502),
    (200, b" " * (provider_session.MAX_BYTES + 1), 502),
    (404, b"Not found", 502),
    (500, b"Oops", 503),
    (503, {"error": "temporarily_unavailable"}, 503),
    (429, b"", 503),
]


@pytest.mark.parametrize(("status", "said", "told"), RUBBISH, ids=range(len(RUBBISH)))
@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, PERSON])
def test_rubbish_at_each_step(
    alice: User, provider: Provider, caplog: pytest.LogCaptureFixture, path: str, status: int, said: Any, told: int
) -> None:
    browser = Client()
    if path == DISCOVERY:
        provider.says(path, said, status)
        page: Any = browser.get(BEGIN)
    else:
        state = _state(browser)
        provider.says(path, said, status)
        page = _come_back(browser, state)
    if (path, status) == (TOKEN, 404):  # as for a code that is too old
        assert page["Location"] == "/sign-in"
    else:
        _is_told(page, told, caplog)
    assert browser.get("/account").status_code == 302


WRONG: dict[str, dict[str, Sequence[Any]]] = {
    DISCOVERY: {
        **dict.fromkeys(_discovery(""), (None, 7)),
        "authorization_endpoint": (None, 7, "", "javascript:alert(1)", "http://[::1"),
        "token_endpoint_auth_methods_supported": (7,),
    },
    TOKEN: {"access_token": (None, 7, []), "expires_in": ("soon", -1, [], 10**30, 1.5), "id_token": (7,)},
    PERSON: {
        "sub": (None, "", [], "x" * 192),
        **dict.fromkeys(("email", "name", "given_name", "preferred_username"), (["x"],)),
    },
}
ANSWERS = [
    (path, {name: value}) for path, fields in WRONG.items() for name, values in fields.items() for value in values
]


@pytest.mark.parametrize(("path", "wrong"), ANSWERS, ids=str)
def test_an_answer_of_the_wrong_form(
    alice: User, provider: Provider, caplog: pytest.LogCaptureFixture, path: str, wrong: dict[str, Any]
) -> None:
    browser = Client()
    right = json.loads(provider.answers[path][1])
    state = "" if path == DISCOVERY else _state(browser)
    provider.says(path, {**right, **wrong})
    _is_told(_come_back(browser, state) if state else browser.get(BEGIN), 502, caplog)


@pytest.mark.parametrize("how", [HANG, DRIP], ids=bytes.decode)
@pytest.mark.parametrize("path", [DISCOVERY, TOKEN, PERSON])
def test_whoever_is_slow_is_not_waited_for(
    alice: User,
    provider: Provider,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    path: str,
    how: bytes,
) -> None:
    """The provider answers when the test is over: that there is a page at all shows that nobody waited."""
    browser = Client()
    state = "" if path == DISCOVERY else _state(browser)
    provider.says(path, how)
    monkeypatch.setattr(provider_session, "TOTAL_SECONDS", 0.2)
    if path == PERSON:  # so that it comes to that
        monkeypatch.setattr(provider_session, "TOTAL_SECONDS", 3.0)
    _is_told(_come_back(browser, state) if state else browser.get(BEGIN), 503, caplog)


def test_it_is_away_when_the_person_comes_back(
    alice: User, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Client()
    state = _state(browser)
    provider.says(DISCOVERY, b"", 502)
    _is_told(_come_back(browser, state), 503, caplog)
    provider.says(DISCOVERY, _discovery(provider.url))
    assert _come_back(browser, _state(browser))["Location"] == "/"
