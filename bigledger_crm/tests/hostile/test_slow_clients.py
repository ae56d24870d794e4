"""Clients that send slowly or never, and locks that nobody gives back: the real server goes on for everybody else."""

import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import api_client
from bigledger_crm.testing.factories import make_customer, make_quote
from bigledger_crm.testing.product import wait_for
from bigledger_crm.testing.web_server import Reply, WebServer, running_web_server

pytestmark = [pytest.mark.usefixtures("committed"), pytest.mark.processes]
# No machine is so slow: what is over by then went wrong.
EVER = 60
NEVER = "600"
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-a: "
SIGN_IN = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 50\r\n\r\nusername=a"
)
ACME = {"name": "Acme", "email": "billing@acme.com"}


@dataclass(frozen=True)
class RunningServer:
    """A server, a customer, and two companies with keys."""

    server: WebServer
    customer: str
    quote: str
    headers: dict[str, str]
    others: dict[str, str]

    def send(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> Reply:
        """A request of the company, which must be answered."""
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.server.send(method, f"/api/v1{path}", content, self.headers if headers is None else headers)
        assert reply is not None
        return reply

    def is_alive(self) -> bool:
        """Whether it answers who asks for its health."""
        reply = self.server.send("GET", "/healthz", b"", {})
        return reply is not None and reply.status == 200

    def begin(self, sent: bytes) -> socket.socket:
        """A client that sends so much and then no more."""
        opened = socket.create_connection(("127.0.0.1", self.server.port), timeout=EVER)
        opened.sendall(sent)
        return opened

    def head(self, method: str, path: str, length: int, **more: str) -> bytes:
        """The head of a request of the company."""
        fields = {"Host": "127.0.0.1", "Content-Length": str(length), "Content-Type": "application/json"}
        fields |= self.headers | {name.replace("_", "-"): value for name, value in more.items()}
        lines = [f"{method} /api/v1{path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return "\r\n".join([*lines, "", ""]).encode()


PATIENT = {"API_RATE_LIMIT": "off", "WEB_HEAD_SECONDS": NEVER, "WEB_BODY_SECONDS": NEVER}


@pytest.fixture(scope="module")
def patient_server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    """A server that waits for whoever is slow, for all tests that ask for nothing else."""
    with running_web_server(tmp_path_factory.mktemp("patient"), **PATIENT) as server:
        yield server


@pytest.fixture
def start(
    actor: Actor, stranger: Actor, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., RunningServer]]:
    """A server of its own for an environment; without one, that of all."""
    keys = [api_client(one.company) for one in (actor, stranger)]
    headers, others = ({"Authorization": f"Bearer {key.key}", "X-Company-Id": str(key.company_id)} for key in keys)
    with company_scope(actor.company):
        customer = make_customer(actor)
        quote = make_quote(actor, customer)
    with contextlib.ExitStack() as stack:

        def begin(**environment: str) -> RunningServer:
            if environment:
                server = stack.enter_context(running_web_server(tmp_path, **PATIENT | environment))
            else:
                server = request.getfixturevalue("patient_server")
            return RunningServer(server, customer.public_id, quote.public_id, headers, others)

        yield begin


def _is_open(client: socket.socket) -> bool:
    client.setblocking(False)
    try:
        return client.recv(1) != b"" and pytest.fail("nobody has asked for an answer")
    except BlockingIOError:
        return True


@contextlib.contextmanager
def _locked(table: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Somebody else holds every row of a table."""
    own = connection.get_connection_params()
    wanted = {name: own[name] for name in ("dbname", "user", "password", "host", "port") if own.get(name)}
    with psycopg.connect(**wanted) as other:
        other.execute(f"UPDATE {table} SET company_id = company_id".encode())
        yield other
        other.rollback()


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return int(cursor.fetchone()[0])


def test_who_never_sends_the_rest_costs_no_worker(start: Callable[..., RunningServer]) -> None:
    server = start()
    for sent in (HALF_A_HEAD, SIGN_IN, b""):
        for many in (24, 200):
            with contextlib.ExitStack() as stack:
                slow = [stack.enter_context(server.begin(sent)) for _number in range(many)]
                assert server.is_alive()
                assert server.send("POST", "/customers", ACME).status == 201
                assert server.send("POST", f"/quotes/{server.quote}/duplicate").status == 201
                assert all(_is_open(client) for client in slow)  # answered while each of them was waited for


def test_a_body_that_never_ends_holds_no_lock(start: Callable[..., RunningServer]) -> None:
    server = start()
    path = f"/customers/{server.customer}"
    with contextlib.ExitStack() as stack:
        for _number in range(12):
            head = server.head("PATCH", path, 50, If_Match="*")
            slow = stack.enter_context(server.begin(head + b'{"paymentTerms'))
        upload = server.head(
            "POST", f"/quotes/{server.quote}/attachments", 500, Content_Type="multipart/form-data; boundary=b"
        )
        stack.enter_context(server.begin(upload + b"--b\r\n"))
        assert server.is_alive()
        assert server.send("PATCH", path, {"paymentTerms": 14}, {**server.headers, "If-Match": "*"}).status == 200
        assert _is_open(slow)


def test_who_is_too_slow_is_told_so(start: Callable[..., RunningServer]) -> None:
    server = start(WEB_HEAD_SECONDS="1", WEB_BODY_SECONDS="1")
    for sent in (HALF_A_HEAD, SIGN_IN, server.head("PATCH", f"/customers/{server.customer}", 50) + b"{"):
        with server.begin(sent) as slow:
            received = b""
            while part := slow.recv(65536):
                received += part
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert json.loads(body)["error"]["code"] == "REQUEST_TIMEOUT"


def test_an_address_has_so_many_connections(start: Callable[..., RunningServer]) -> None:
    server = start(WEB_CONNECTIONS_PER_ADDRESS="10")
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.begin(HALF_A_HEAD)) for _number in range(30)]
        assert server.is_alive()
        assert server.send("POST", "/customers", ACME).status == 201
        for client in slow[:20]:  # the oldest made room
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(1) == b""
        assert server.is_alive()


def test_a_lock_that_is_held_stops_nobody_else(start: Callable[..., RunningServer]) -> None:
    server = start(DATABASE_LOCK_TIMEOUT=NEVER, DATABASE_STATEMENT_TIMEOUT=NEVER)
    assert server.send("POST", "/customers", ACME).status == 201
    with ThreadPoolExecutor(16) as pool:
        with _locked("numbering_documentsequence"):
            waiting = [pool.submit(server.send, "POST", "/customers", ACME) for _number in range(16)]
            wait_for(lambda: _waiting() == 4, EVER)  # half of the threads
            assert server.is_alive()
            assert server.send("GET", "/customers", None, server.others).status == 200
            assert server.send("POST", "/customers", ACME, server.others).status == 201  # has another counter
            assert not any(future.done() for future in waiting)
        assert {future.result(EVER).status for future in waiting} == {201}


def test_who_waits_for_a_lock_is_told_to_try_again(start: Callable[..., RunningServer]) -> None:
    server = start(DATABASE_LOCK_TIMEOUT="1")
    assert server.send("POST", "/customers", ACME).status == 201
    with _locked("numbering_documentsequence"), ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(server.send, "POST", "/customers", ACME) for _number in range(16)]
        assert server.is_alive()
        replies = [future.result(EVER) for future in sent]
    assert {(reply.status, reply.body["error"]["code"]) for reply in replies} == {(409, "CONCURRENT_UPDATE")}
    assert all(int(reply.headers["Retry-After"]) > 0 for reply in replies)
    assert server.send("POST", "/customers", ACME).status == 201


def test_what_has_begun_is_finished_when_the_server_stops(start: Callable[..., RunningServer]) -> None:
    server = start(DATABASE_LOCK_TIMEOUT=NEVER, DATABASE_STATEMENT_TIMEOUT=NEVER)
    assert server.send("POST", "/customers", ACME).status == 201
    (worker,) = server.server.process.children()
    with ThreadPoolExecutor(1) as pool, server.begin(HALF_A_HEAD):
        with _locked("numbering_documentsequence"):
            begun: Future[Reply] = pool.submit(server.send, "POST", "/customers", ACME)
            wait_for(lambda: _waiting() == 1, EVER)
            os.kill(server.server.process.pid, signal.SIGTERM)
            wait_for(lambda: not _accepts(server.server.port), EVER)
        assert begun.result(EVER).status == 201
    worker.wait(EVER)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=EVER).close()
    except ConnectionRefusedError:
        return False
    return True


def test_who_sends_too_much_reads_the_refusal(start: Callable[..., RunningServer]) -> None:
    server = start()
    with server.begin(server.head("POST", "/customers", 100_000_000)) as large:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            large.sendall(b"x" * 4_000_000)
        assert large.recv(65536).startswith(b"HTTP/1.1 413 ")
    assert server.is_alive()


def test_a_connection_serves_one_request_after_the_other(start: Callable[..., RunningServer]) -> None:
    server = start()
    request = server.head("GET", f"/customers/{server.customer}", 0)
    with server.begin(request * 3) as client:
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 3:
            part = client.recv(65536)
            assert part
            received += part


def test_no_header_moves_the_addresses(start: Callable[..., RunningServer]) -> None:
    server = start()
    for name in ("SCRIPT_NAME", "Script-Name", "PATH_INFO"):
        reply = server.server.send("GET", "/customers", b"", {name: "/elsewhere"})
        assert reply is not None
        assert (reply.status, reply.headers["Location"]) == (302, "/sign-in?next=/customers")
