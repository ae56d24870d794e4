"""What breaks on the way to LHDN and back, and how far a request had got by then."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from invoicing.myinvois import http
from invoicing.myinvois.answers import SubmittedDocument
from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.errors import (
    BadCredentials,
    DuplicateSubmission,
    MyInvoisError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.tests.support import HTML, SECRET, Bench, Cut, NoLimit, Scripted, bench
from invoicing.myinvois.tokens import TokenCache

GOOD = {"uuid": "U1", "status": "Cancelled", "acceptedDocuments": [{"uuid": "U1", "invoiceCodeNumber": "INV-1"}]}
CALLS: dict[str, Callable[[MyInvoisClient], object]] = {
    "submit": lambda client: client.submit([SubmittedDocument("INV-1", b"{}", "00")]),
    "cancel": lambda client: client.cancel("U1", "Wrong buyer"),
    "document": lambda client: client.document("U1"),
}
LOST = [Cut.AFTER_REQUEST, Cut.RESET, Scripted(200, GOOD, cut=20), Scripted(200, GOOD, {"Content-Length": "9"}, cut=9)]


@pytest.mark.parametrize("lost", LOST, ids=["closed", "reset", "cut off", "half a body"])
@pytest.mark.parametrize(
    ("call", "expected"), [("submit", OutcomeUnknown), ("cancel", OutcomeUnknown), ("document", Unavailable)]
)
def test_an_answer_that_is_lost(call: str, expected: type[MyInvoisError], lost: Scripted | Cut) -> None:
    with bench() as at:
        at.server.answers(lost)
        with pytest.raises(expected):
            CALLS[call](at.client)
        assert len(at.server.received) == 1  # and nothing is tried twice
        assert [exchange.operation for exchange in at.exchanges] == [Operation.TOKEN, at.limiter.acquired[-1]]


@pytest.mark.parametrize(
    ("call", "expected"), [("submit", OutcomeUnknown), ("cancel", OutcomeUnknown), ("document", Unavailable)]
)
def test_an_answer_that_does_not_come(call: str, expected: type[MyInvoisError]) -> None:
    with bench() as at:
        at.client.token_owner()
        hasty = replace(at.connection, answer_seconds=0.02)
        at.tokens.renew(hasty, None, lambda: at.tokens.get(at.connection, pytest.fail))
        at.server.answers(Cut.SILENT)
        with pytest.raises(expected):
            CALLS[call](MyInvoisClient(hasty, at.tokens, at.limiter, at.exchanges.append))
        assert (at.exchanges[-1].status, at.exchanges[-1].fault.partition(":")[0]) == (None, "TimeoutError")


@pytest.mark.parametrize("call", CALLS)
def test_nobody_there(call: str) -> None:
    with bench() as at:
        at.client.token_owner()
        at.server.close()
        with pytest.raises(Unavailable, match="cannot be reached"):
            CALLS[call](at.client)
        assert at.exchanges[-1].status is None


@pytest.mark.parametrize("lost", [*LOST[:3], Scripted(503, HTML), Scripted(200, {}), Scripted(429, b"")])
@pytest.mark.parametrize("call", CALLS)
def test_without_a_token_nothing_is_sent(call: str, lost: Scripted | Cut) -> None:
    with bench() as at:
        at.server.tokens.append(lost)
        with pytest.raises(Unavailable):
            CALLS[call](at.client)
        assert at.server.received == []


@pytest.mark.parametrize("call", CALLS)
def test_a_token_that_was_revoked_is_replaced_once(call: str) -> None:
    with bench() as at:
        at.server.answers(Scripted(401, b""), Scripted(200, GOOD))
        CALLS[call](at.client)
        first, second = [request.headers["authorization"] for request in at.server.received]
        assert first != second
        assert at.server.received[0].body == at.server.received[1].body


@pytest.mark.parametrize("call", CALLS)
def test_a_new_token_that_is_not_accepted_either(call: str) -> None:
    with bench() as at:
        at.server.answers(*[Scripted(401, {"error": {"code": "Unauthorized", "message": "Who?"}})] * 2)
        with pytest.raises(BadCredentials, match=r"Who\?"):
            CALLS[call](at.client)
        assert (len(at.server.received), len(at.server.token_requests)) == (2, 2)


def test_a_secret_that_was_revoked_in_the_middle() -> None:
    with bench() as at:
        at.server.answers(Scripted(401, b""))
        at.client.token_owner()
        at.server.tokens.append(Scripted(400, {"error": "invalid_client", "error_description": "Unknown client"}))
        with pytest.raises(BadCredentials, match="Unknown client"):
            CALLS["submit"](at.client)


def test_lhdn_says_when_to_come_back() -> None:
    with bench() as at:
        at.server.answers(Scripted(429, {"error": {"code": "TooManyRequests"}}, {"Retry-After": "17"}))
        with pytest.raises(Unavailable) as caught:
            CALLS["submit"](at.client)
        assert caught.value.retry_after == 17
        assert at.limiter.paused == [(Operation.SUBMIT, 17)]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(422, "DuplicateSubmission", DuplicateSubmission), (403, "IncorrectSubmitter", BadCredentials),
     (400, "BadStructure", Rejected)],
)  # fmt: skip
def test_what_lhdn_says_reaches_the_caller(status: int, code: str, expected: type[MyInvoisError]) -> None:
    with bench() as at:
        at.server.answers(Scripted(status, {"error": {"code": code, "message": "So it is"}}, {"Retry-After": "60"}))
        with pytest.raises(expected, match="So it is") as caught:
            CALLS["submit"](at.client)
        assert caught.value.correlation_id == "C0RR"


def test_redirects_are_not_followed() -> None:
    with bench() as at:
        at.server.answers(Scripted(307, {}, {"Location": f"{at.server.url}/elsewhere"}))
        with pytest.raises(OutcomeUnknown):
            CALLS["submit"](at.client)
        assert len(at.server.received) == 1


def test_an_answer_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_BYTES", 1000)
    with bench() as at:
        at.server.answers(Scripted(200, {**GOOD, "more": "x" * 2000}))
        with pytest.raises(OutcomeUnknown):
            CALLS["submit"](at.client)
        assert at.exchanges[-1].fault == "The answer is too long"


def test_exchanges_say_what_was_asked_and_answered(at: Bench) -> None:
    at.server.answers(Scripted(200, {**GOOD, "padding": "é\0" * 20_000}))
    CALLS["document"](at.client)
    token, document = at.exchanges
    assert (token.operation, token.method, token.path, token.status, token.body) == (
        "token", "POST", "/connect/token", 200, "",
    )  # fmt: skip
    assert (document.path, document.status, document.correlation_id) == ("/api/v1.0/documents/U1/details", 200, "C0RR")
    assert document.body.startswith('{"uuid": "U1"')
    assert (len(document.body), "\0" in document.body) == (20_000, False)
    assert document.at.tzinfo is UTC


@pytest.fixture
def tls_server(tmp_path: Path) -> str:
    """The URL of a server on this machine whose certificate nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    start = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (tmp_path / "server.pem").write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listening, listening.accept()[0] as accepted, pytest.raises(ssl.SSLError):
            context.wrap_socket(accepted, server_side=True)

    threading.Thread(target=serve, daemon=True).start()
    return f"https://localhost:{listening.getsockname()[1]}"


def test_no_secret_for_a_server_that_can_not_prove_its_name(tls_server: str) -> None:
    connection = Connection(tls_server, tls_server, "client-1", SECRET)
    faults: list[str] = []
    with pytest.raises(Unavailable, match="cannot be reached"):
        MyInvoisClient(
            connection, TokenCache(), NoLimit(), lambda exchange: faults.append(exchange.fault)
        ).token_owner()
    assert "CERTIFICATE_VERIFY_FAILED" in faults[0]
