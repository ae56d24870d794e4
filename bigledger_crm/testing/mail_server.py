"""A real mail server on loopback whose answers a test decides."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

DISCONNECT = "disconnect"
SILENCE = "silence"


@dataclass
class Delivered:
    """What the server took."""

    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """Takes every email, unless `answers` has replies left for a command, or for a recipient.

    `before` and `after` are called once for an email to this first recipient: the one when all of it is there, and it
    isn't taken then, the other when it was taken and the client doesn't know it yet.
    """

    port: int
    delivered: list[Delivered] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    while_receiving: Callable[[], None] = lambda: None
    before: dict[str, Callable[[], None]] = field(default_factory=dict)
    after: dict[str, Callable[[], None]] = field(default_factory=dict)

    def next_answer(self, key: str) -> str | None:
        """The reply that the test wants next."""
        waiting = self.answers.get(key)
        return waiting.pop(0) if waiting else None

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """A recipient."""
        answer = self.next_answer(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A whole email; DISCONNECT takes it and breaks the connection before the answer, SILENCE says nothing more."""
        first = envelope.rcpt_tos[0]
        answer = self.next_answer("DATA") or self.next_answer(f"DATA {first}")
        if answer == SILENCE:
            await asyncio.sleep(3600)
        if answer and answer != DISCONNECT:
            return answer
        if first in self.before:
            self.before.pop(first)()
            return "451 Nobody listens any more"
        self.while_receiving()
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.delivered.append(Delivered(list(envelope.rcpt_tos), message))
        self.after.pop(first, lambda: None)()
        if answer == DISCONNECT:
            server.transport.abort()
        return "250 Taken as 4711"


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def running_mail_server() -> Iterator[MailServer]:
    """Runs the server in a thread of its own."""
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
