"""A server in front of the product that misbehaves when told to, as networks and proxies do."""

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}
BUSY = {"429": 429, "500": 500, "502": 502, "503": 503}


@dataclass
class Relay:
    """`acts` are played one for each request, and then it only passes requests on.

    - `reset` closes the connection before the product hears of the request.
    - `lose` lets the product do it and closes the connection; `cut` sends half of the answer.
    - `429 7` answers with that status, and with Retry-After where a number of seconds follows.
    - `again 7` gives the eighth answer of the product once more, and the product hears nothing of it.
    """

    port: int
    url: str = ""
    acts: list[str] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    def play(self, *acts: str) -> None:
        """Begins anew with these acts."""
        self.acts[:] = acts
        self.seen.clear()

    def forward(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[HTTPResponse, bytes]:
        """Lets the product answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            return response, response.read()
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    relay: Relay

    def play(self) -> None:
        """Plays the next act with a request."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/acts":  # for programs in other languages
            self.relay.play(*json.loads(body))
            self._answer(200, {"Content-Type": "application/json"}, b"{}")
            return
        if self.path == "/seen":
            self._answer(200, {"Content-Type": "application/json"}, json.dumps(self.relay.seen).encode())
            return
        headers = dict(self.headers.items())
        self.relay.seen.append(
            {"method": self.command, "path": self.path, "headers": headers, "body": body.decode(errors="replace")}
        )
        act, _, after = (self.relay.acts.pop(0) if self.relay.acts else "pass").partition(" ")
        if act == "reset":
            self._reset()
        elif act in BUSY:
            self._answer(BUSY[act], {"Retry-After": after} if after else {}, b"<html>Try again</html>")
        elif act == "again":
            self._answer(*self.relay.answers[int(after)])
        else:
            self._pass(act, body, {name: value for name, value in headers.items() if name.lower() not in HOP})

    def _pass(self, act: str, body: bytes, headers: dict[str, str]) -> None:
        method = "GET" if self.command == "HEAD" else self.command  # so that the answer can be given again to a GET
        response, content = self.relay.forward(method, self.path, body, headers)
        if act == "lose":
            self._reset()
            return
        kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP}
        self.relay.answers.append((response.status, kept, content))
        self._answer(response.status, kept, content, cut=act == "cut")

    def _answer(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = cut

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        """Nothing is left to be written on a connection that was reset."""
        if self.connection.fileno() >= 0:
            super().finish()

    def log_message(self, *_arguments: object) -> None:
        """Says nothing."""


@contextmanager
def running_relay(port: int) -> Iterator[Relay]:
    """Listens until the block ends, in front of the product at `port`."""
    relay = Relay(port)
    methods = {f"do_{method}": _Handler.play for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")}
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": relay, **methods}))
    server.daemon_threads = True
    relay.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
