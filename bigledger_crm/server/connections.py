"""Connections, read and written by one thread for all: a slow client costs a file descriptor and no worker.

Heads and bodies have the seconds of the settings, a body one more for every MINIMAL_RATE bytes; a client that reads an
answer has IDLE_SECONDS for each part.  An address has so many connections: of more, the one that has kept this server
waiting for the longest makes room, never one whose request is being served.
"""

import contextlib
import socket
from time import monotonic
from typing import Any

from django.conf import settings
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from bigledger_crm.server.requests import Refusal, RequestParser, refusal_bytes

IDLE_SECONDS = 30
MINIMAL_RATE = 16 * 1024
LINGER_SECONDS = 5
IN_ALL = 900


class Connection(HTTPChannel):
    """A connection of a client; `since` is when the present stage began: silence, a head, a body, an answer."""

    parser_class = RequestParser
    error_task_class = Refusal
    progress = 0.0
    was_refused = False
    lingers_until = 0.0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.since = monotonic()
        super().__init__(*arguments, **options)

    def received(self, data: bytes) -> bool:
        """Takes what came, and notes when a new stage begins."""
        before = self._stage()
        taken: bool = super().received(data)
        if self._stage() != before:
            self.since = monotonic()
        return taken

    def service(self) -> None:
        """Answers a request, in a thread of the workers."""
        if self.server.is_stopping:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()
        self.since = monotonic()

    def is_busy(self) -> bool:
        """Whether a request is served or its answer is on its way."""
        return bool(self.requests or self.total_outbufs_len)

    def seconds_left(self, now: float) -> float:
        """How long the client may still take for what it is at."""
        if self.lingers_until:
            return self.lingers_until - now
        if self.total_outbufs_len:
            return float(self.adj.channel_timeout) - (now - max(self.since, self.progress))
        if self.requests:
            return float("inf")
        if self.request is None:
            return IDLE_SECONDS - (now - self.since)
        if not self.request.headers_finished:
            return float(settings.WEB_HEAD_SECONDS) - (now - self.since)
        length: int = max(self.request.content_length, self.request.body_bytes_received)
        return float(settings.WEB_BODY_SECONDS) + length / MINIMAL_RATE - (now - self.since)

    def give_up(self) -> None:
        """Ends it; half a request is told that it took too long."""
        if self.request is None or self.is_busy() or self.lingers_until:
            self.will_close = True
            return
        self.was_refused = True
        with self.outbuf_lock:
            answer = refusal_bytes(408)
            self.outbufs[-1].append(answer)
            self.total_outbufs_len += len(answer)
            self.close_when_flushed = True
        self.since = monotonic()

    def readable(self) -> bool:
        """Whether something may be read: nothing while an answer is made or on its way."""
        return bool(self.lingers_until) or super().readable()

    def handle_read(self) -> None:
        """Takes what came; of a request that was refused, nothing counts any more."""
        if self.lingers_until:
            self.recv(self.adj.recv_bytes)
        else:
            super().handle_read()

    def handle_close(self) -> None:
        """Ends it.  Who still sends what was refused reads the answer first: a reset would take it away."""
        if self.was_refused and self.connected and not self.lingers_until:
            self.lingers_until = monotonic() + LINGER_SECONDS
            self.will_close = False
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_close()

    def _flush_some(self, do_close: bool = True) -> bool:
        sent: bool = super()._flush_some(do_close)
        if sent:
            self.progress = monotonic()
        return sent

    def _stage(self) -> tuple[int, bool]:
        return id(self.request), self.request is not None and self.request.headers_finished


class Server(TcpWSGIServer):
    """Accepts the connections of one listener."""

    channel_class = Connection
    is_stopping = False

    def handle_accept(self) -> None:
        """A new connection, for which another one may have to make room."""
        before = set(self.active_channels)
        super().handle_accept()
        for number in set(self.active_channels) - before:
            self._make_room(self.active_channels[number])

    def maintenance(self, now: float) -> None:
        """Ends what is over its time; called once a second."""
        now = monotonic()
        for connection in list(self.active_channels.values()):
            if connection.seconds_left(now) <= 0:
                connection.give_up()

    def stop(self) -> None:
        """Accepts nobody any more; what is idle ends."""
        self.is_stopping = True
        self.accepting = False
        self.del_channel()
        self.socket.close()

    def end_idle(self) -> bool:
        """Ends the connections that wait for nothing; tells whether any is left."""
        for connection in list(self.active_channels.values()):
            if not connection.is_busy() and connection.request is None:
                connection.will_close = True
        return bool(self.active_channels)

    def _make_room(self, newest: Connection) -> None:
        everybody = list(self.active_channels.values())
        candidates = [one for one in everybody if one.addr[0] == newest.addr[0]]
        if len(candidates) <= settings.WEB_CONNECTIONS_PER_ADDRESS:
            candidates = everybody if len(everybody) > IN_ALL else []
        waiting = [one for one in candidates if one is not newest and not one.is_busy() and not one.will_close]
        if waiting:
            min(waiting, key=lambda one: one.since).will_close = True
        elif candidates:
            newest.will_close = True
