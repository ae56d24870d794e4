"""No receiver holds a worker for longer than its time, however it spends it."""

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from django.test import override_settings

from bigledger_crm.outbox.webhooks import http

SECONDS = 0.4
NEVER = "No answer within 15 seconds"


@contextlib.contextmanager
def dripping(beginning: bytes, drop: bytes) -> Iterator[int]:
    """A port whose server says `beginning` at once and then one `drop` after the other."""
    over = threading.Event()

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.sendall(beginning)
                while not over.wait(0.05):
                    connection.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname()[1]
        over.set()
        server.join()


@pytest.mark.parametrize(
    ("scheme", "beginning", "drop", "status", "error"),
    [
        ("http", b"", b"", None, NEVER),
        ("http", b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", None, NEVER),
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n", b"x", 200, ""),
        ("https", b"", b"", None, NEVER),
        ("https", b"\x16\x03\x03\x40\x00", b"\x02", None, NEVER),
    ],
    ids=["nothing", "a head without end", "a body without end", "no handshake", "a handshake without end"],
)
@override_settings(WEBHOOK_ALLOW_PRIVATE=True)
def test_the_time_of_a_request_is_limited(
    monkeypatch: pytest.MonkeyPatch, scheme: str, beginning: bytes, drop: bytes, status: int | None, error: str
) -> None:
    monkeypatch.setattr(http, "TOTAL_SECONDS", SECONDS)
    with dripping(beginning, drop) as port:
        answer = http.post(f"{scheme}://127.0.0.1:{port}/", b"{}", {})  # the server itself never comes to an end
    assert (answer.status, answer.error) == (status, error)
    assert answer.duration_ms >= SECONDS * 1000


@override_settings(WEBHOOK_ALLOW_PRIVATE=True)
def test_a_broken_answer_is_told() -> None:
    with dripping(b"nonsense\r\n\r\n", b"") as port:
        assert http.post(f"http://127.0.0.1:{port}/", b"{}", {}).error.startswith("BadStatusLine")
