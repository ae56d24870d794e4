"""A small SMTP server on the loopback interface that keeps every email of the product as a file.

Everybody on the machine can connect; who hasn't the password, which only the product knows, is refused.
"""

import argparse
import asyncio
import hmac
import logging
import os
import signal
import time
import uuid
import warnings
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bigledger_crm.embedded import loopback_ports
from bigledger_crm.embedded.loopback_ports import HOST
from bigledger_crm.embedded.paths import FIRST_MAIL_PORT, MAIL_PORTS, Layout

PASSWORD_VARIABLE = "MAIL_CAPTURE_PASSWORD"  # noqa: S105  its name
LARGEST_MAIL = 32 * 1024 * 1024


class Capture:
    """Answers 250 once an email is safely on the disk."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one email, with its envelope in two headers above its own."""
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        await asyncio.to_thread(write, self.directory, head.encode() + content)
        return "250 kept"


def write(directory: Path, content: bytes) -> Path:
    """Write a file that is complete as soon as it is there; names sort by time."""
    path = directory / f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml"
    draft = path.with_suffix(".part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return path


def choose_port(layout: Layout) -> int:
    """A free loopback port for the capture.  Raises EmbeddedError when none is free."""
    instead = "set EMAIL_URL to your own mail server"
    return loopback_ports.choose_port(layout.mail_port(), FIRST_MAIL_PORT, MAIL_PORTS, layout.mail_port_file, instead)


async def serve(directory: Path, port: int, password: str) -> None:
    """Serve until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)

    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=hmac.compare_digest(given.password, password.encode()), handled=False)

    def session() -> SMTP:
        return SMTP(
            Capture(directory),
            hostname="localhost",
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            authenticator=authenticate,
            auth_required=True,
            auth_require_tls=False,
            loop=loop,
        )

    async with await loop.create_server(session, HOST, port):
        await stopped.wait()


def main() -> None:
    """The command line."""
    # It listens on the loopback interface only, where there is nothing to eavesdrop on.
    warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
    parser = argparse.ArgumentParser(description="Keep every email as a file.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it warns of passwords without TLS, which stay on loopback
    asyncio.run(serve(options.directory, options.port, os.environ[PASSWORD_VARIABLE]))


if __name__ == "__main__":
    main()
