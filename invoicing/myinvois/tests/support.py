"""A MyInvois on loopback that gives the answers it was told, and connections to it."""

import base64
import contextlib
import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import BinaryIO

from invoicing.myinvois.client import MyInvoisClient
from invoicing.myinvois.connection import Connection
from invoicing.myinvois.exchange import Exchange
from invoicing.myinvois.limiter import Limiter
from invoicing.myinvois.operations import Operation
from invoicing.myinvois.tokens import TokenCache

UUID = "E3BNZRC5GBKWJ19H91XBJZYJ10"
UID = "HJSD135P2S7D8IU00000000000"
SUMMARY = {
    "uuid": UUID,
    "submissionUid": UID,
    "longId": "LONG",
    "internalId": "INV-1",
    "typeName": "Invoice",
    "issuerTin": "C2584563222",
    "dateTimeIssued": "2026-12-01T01:02:03Z",
    "dateTimeReceived": "2026-12-01T01:02:05.1234567Z",
    "dateTimeValidated": "2026-12-01T01:02:09Z",
    "cancelDateTime": "0001-01-01T00:00:00Z",
    "rejectRequestDateTime": None,
    "status": "Valid",
}
SECRET = "s3cret-of-the-client"
CLAIMS = {"TaxpayerTIN": "C2584563222", "name": "C2584563222 Wayang Sdn Bhd"}
HTML = b"<!DOCTYPE html><html><body>Service Unavailable</body></html>"


class Cut(Enum):
    """A server that ends the connection without an answer, after it has read the request, or that says nothing."""

    AFTER_REQUEST = auto()
    RESET = auto()
    SILENT = auto()


@dataclass
class Scripted:
    """An answer: JSON for what isn't bytes.  `cut` gives only so many bytes of the body that was announced."""

    status: int = 200
    content: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None

    def raw(self) -> bytes:
        body = self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()
        kind = "application/json" if not isinstance(self.content, bytes) else "text/html"
        lines = {"Content-Type": kind, "Content-Length": str(len(body)), "correlationId": "C0RR", **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {self.status} X\r\n{head}\r\n".encode() + body[: self.cut]


@dataclass(frozen=True)
class Received:
    """A request as it came in."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


def jwt(claims: Mapping[str, object], serial: int = 1) -> str:
    """A token that says `claims`, and can be told from others."""
    middle = base64.urlsafe_b64encode(json.dumps({**claims, "serial": serial}).encode()).decode().rstrip("=")
    return f"head.{middle}.signature"


class ScriptedServer:
    """Answers each call with the next of `script`, and requests for a token with `token`, else a good one."""

    def __init__(self) -> None:
        self.script: deque[Scripted | Cut] = deque()
        self.tokens: deque[Scripted | Cut] = deque()
        self.received: list[Received] = []
        self.token_requests: list[Received] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def answers(self, *script: Scripted | Cut) -> None:
        self.script.extend(script)

    def close(self) -> None:
        self._done.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while not self._done.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as file:
            if (request := _read(file)) is None:
                return
            answer = self._answer(request)
            if answer is Cut.SILENT:
                self._done.wait(30)
            elif answer is Cut.RESET:  # lingering for no time makes the close a reset
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            elif isinstance(answer, Scripted):
                connection.sendall(answer.raw())

    def _answer(self, request: Received) -> Scripted | Cut:
        if request.target.endswith("/connect/token"):
            self.token_requests.append(request)
            return self.tokens.popleft() if self.tokens else good_token(len(self.token_requests))
        self.received.append(request)
        return self.script.popleft()


def good_token(serial: int = 1) -> Scripted:
    """A token for an hour."""
    return Scripted(200, {"access_token": jwt(CLAIMS, serial), "token_type": "Bearer", "expires_in": 3600})


def _read(file: BinaryIO) -> Received | None:
    method, _, rest = file.readline().decode().partition(" ")
    headers: dict[str, str] = {}
    while line := file.readline().decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if not method:
        return None
    return Received(method, rest.split(" ")[0], headers, file.read(int(headers.get("content-length", "0"))))


class NoLimit(Limiter):
    """Lets everything pass, and notes what it was asked."""

    def __init__(self) -> None:
        self.acquired: list[Operation] = []
        self.paused: list[tuple[Operation, float]] = []

    def acquire(self, connection: Connection, operation: Operation) -> None:
        self.acquired.append(operation)

    def pause(self, connection: Connection, operation: Operation, seconds: float) -> None:
        self.paused.append((operation, seconds))


@dataclass
class Bench:
    """A client, the server that it talks to, and what was reported."""

    server: ScriptedServer
    connection: Connection
    client: MyInvoisClient
    exchanges: list[Exchange]
    tokens: TokenCache
    limiter: NoLimit


@contextmanager
def bench(on_behalf_of: str = "", answer_seconds: float = 5.0) -> Iterator[Bench]:
    """A client of a server that does as it is told."""
    server = ScriptedServer()
    connection = Connection(server.url, server.url, "client-1", SECRET, on_behalf_of, answer_seconds=answer_seconds)
    exchanges: list[Exchange] = []
    tokens, limiter = TokenCache(), NoLimit()
    client = MyInvoisClient(connection, tokens, limiter, exchanges.append)
    try:
        yield Bench(server, connection, client, exchanges, tokens, limiter)
    finally:
        server.close()
