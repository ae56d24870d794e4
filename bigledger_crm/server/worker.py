"""The worker class of gunicorn that serves the product: gunicorn keeps the processes, waitress speaks HTTP.

    gunicorn --config python:bigledger_crm.server.configuration bigledger_crm.wsgi

A request comes to a thread when it is there with all that belongs to it, and its answer leaves without one: see
docs/decisions/0009-slow-clients-cost-no-worker.md.
"""

import os
import sys
from collections.abc import Mapping
from time import monotonic
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments

from bigledger_crm.kernel.network import client_address
from bigledger_crm.server.connections import IDLE_SECONDS, Server
from bigledger_crm.server.requests import LONGEST_HEAD
from bigledger_crm.server.turns import Turns

HEALTH = "/healthz"
LARGEST_BODY = 11 * 1024 * 1024  # the application takes files of 10 MiB
KEPT_IN_MEMORY = 64 * 1024
UNREAD_ANSWER = 64 * 1024 * 1024
LAST_BYTES_SECONDS = 2
# Who computes for long gives the others of its process a turn ten times as often as Python's usual.
SWITCH_SECONDS = 0.0005


class WebWorker(Worker):
    """One process: a thread that reads and writes for all connections, and the threads of the application."""

    def run(self) -> None:
        """Serves until gunicorn asks for an end, and then finishes what has begun."""
        sys.setswitchinterval(SWITCH_SECONDS)
        self.map: dict[int, Any] = {}
        self.turns = Turns(self.cfg.threads, who_asks)
        _Wakeups(self.PIPE[0], self.map)
        self.servers = [self._server(listener.sock) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self._go_on(1)
        for server in self.servers:
            server.stop()
        end = monotonic() + self.cfg.graceful_timeout
        while self._end_idle() and monotonic() < end:
            self._go_on(0.1)
        self.turns.shutdown()

    def _end_idle(self) -> bool:
        left = [server.end_idle() for server in self.servers]
        return any(left)

    def _go_on(self, seconds: float) -> None:
        self.notify()
        wasyncore.poll2(seconds, self.map)

    def _server(self, listener: Any) -> Server:
        adjustments = Adjustments(
            backlog=self.cfg.backlog,
            connection_limit=10**6,  # by Server
            cleanup_interval=1,
            channel_timeout=IDLE_SECONDS,
            ident=None,
            server_name="127.0.0.1",  # for requests without Host
            clear_untrusted_proxy_headers=False,  # settings say what is believed
            log_socket_errors=False,
            recv_bytes=KEPT_IN_MEMORY,
            inbuf_overflow=KEPT_IN_MEMORY,
            outbuf_high_watermark=UNREAD_ANSWER,
            max_request_header_size=LONGEST_HEAD,
            max_request_body_size=LARGEST_BODY,
        )
        return Server(
            self.wsgi,
            self.map,
            _sock=listener,
            dispatcher=self.turns,
            adj=adjustments,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )


class _Wakeups(wasyncore.file_dispatcher):
    """Ends the wait for connections when a signal comes."""

    def handle_read(self) -> None:
        self.recv(64)

    def writable(self) -> bool:
        return False


def who_asks(connection: Any) -> str | None:
    """Whom the first request of a connection is for: a key, a session, else an address; None for the health check."""
    request = connection.requests[0]
    if request.error is not None or request.path == HEALTH:
        return None
    headers = request.headers
    return headers.get("AUTHORIZATION") or _session(headers.get("COOKIE", "")) or _address(connection, headers)


def _address(connection: Any, headers: Mapping[str, str]) -> str:
    return client_address(str(connection.addr[0]), headers.get("X_FORWARDED_FOR", ""), settings.TRUSTED_PROXIES)


def _session(cookies: str) -> str:
    name = f"{settings.SESSION_COOKIE_NAME}="
    return next((cookie for part in cookies.split(";") if (cookie := part.strip()).startswith(name)), "")
