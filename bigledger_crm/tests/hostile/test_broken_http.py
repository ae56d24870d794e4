"""Requests that never reach Django, over a raw socket to a real gunicorn: JSON in the envelope all the same."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bigledger_crm.embedded.product_processes import CONFIGURATION
from bigledger_crm.testing.product import ROOT, wait_for

pytestmark = pytest.mark.processes
HOST = b"Host: 127.0.0.1\r\n"
BROKEN = {
    "no HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, "BAD_REQUEST"),
    "no version": (b"GET /api/v1/items\r\n\r\n", 400, "BAD_REQUEST"),
    "unknown version": (b"GET /api/v1/items HTTP/9.9\r\n\r\n", 400, "BAD_REQUEST"),
    "odd method": (b"G<script>T /api/v1/items HTTP/1.1\r\n\r\n", 400, "BAD_REQUEST"),
    "header without a name": (b"GET / HTTP/1.1\r\n: x\r\n\r\n", 400, "BAD_REQUEST"),
    "header with a blank in its name": (b"GET / HTTP/1.1\r\nX y: x\r\n\r\n", 400, "BAD_REQUEST"),
    "NUL in a header": (b"GET / HTTP/1.1\r\nX: \x00\r\n\r\n", 400, "BAD_REQUEST"),
    "two lengths": (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1, 2\r\n\r\n", 400, "BAD_REQUEST"),
    "length and chunks": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        400,
        "BAD_REQUEST",
    ),
    "another coding": (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: x\r\n\r\n", 501, "NOT_IMPLEMENTED"),
    "long URL": (b"GET /api/v1/items?x=" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", 414, "URI_TOO_LONG"),
    "long header": (b"GET / HTTP/1.1\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431, "HEADERS_TOO_LARGE"),
    "many headers": (
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: x\r\n" % number for number in range(200)) + b"\r\n",
        431,
        "HEADERS_TOO_LARGE",
    ),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A gunicorn with one worker; nothing here asks the database."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        number: int = free.getsockname()[1]
    options = ["--config", CONFIGURATION, "--bind", f"127.0.0.1:{number}", "--workers", "1"]
    program = [sys.executable, "-m", "gunicorn", *options, "bigledger_crm.wsgi"]
    server = subprocess.Popen(program, cwd=ROOT, env=os.environ, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(number), 60)
        yield number
    finally:
        server.terminate()
        server.wait(300)


def _answers(port: int) -> bool:
    try:
        return _send(port, b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n")[0] == 200
    except OSError:
        return False


def _send(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=300) as connection:
        connection.sendall(request)
        received = b""
        while part := connection.recv(65536):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return int(first.split()[1]), dict(line.split(": ", 1) for line in lines), body


@pytest.mark.parametrize(("request_sent", "status", "code"), BROKEN.values(), ids=BROKEN)
def test_broken_requests_get_the_envelope(port: int, request_sent: bytes, status: int, code: str) -> None:
    got, headers, body = _send(port, request_sent)
    assert (got, headers["Content-Type"]) == (status, "application/json; charset=utf-8")
    assert headers["X-Request-Id"]
    assert int(headers["Content-Length"]) == len(body)
    answer = json.loads(body)
    assert (answer["success"], answer["error"]["code"]) == (False, code)
    assert b"<" not in body


def test_the_server_goes_on(port: int) -> None:
    assert _send(port, b"GET /api/v1/items HTTP/1.0\r\n" + HOST + b"\r\n")[0] == 401
