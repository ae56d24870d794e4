"""One email to a mail server, with the server's own words about it."""

import contextlib
import re
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from bigledger_crm.outbox.message import MimeEmail

_LINE_END = re.compile(rb"\r\n|\r|\n")
# RFC 5321 and 4954: the service is not available, authentication is needed, too weak or wrong.
_NOT_OURS = frozenset({421, 454, 530, 534, 535, 538})
_LINE_WITH_DOT = re.compile(rb"(?m)^\.")


class NotSent(Exception):
    """The email did not go out, for certain.  `permanent`: the server said that it never will."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class Unreachable(NotSent):
    """Our own mail server can't be reached, or wants nothing of us: no email is to blame."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class OutcomeUnknown(Exception):
    """The connection broke after the whole email was handed over and before the server answered."""


@dataclass
class Receipt:
    """What the server answered: its words, who gets the email, and who was refused for now or for good."""

    reply: str = ""
    taken: list[str] = field(default_factory=list)
    deferred: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def connect(timeout: float) -> BaseEmailBackend:
    """An open connection of the configured mail backend.  Raises Unreachable when there is none to be had."""
    connection = mail.get_connection(timeout=timeout)
    try:
        connection.open()
        if isinstance(connection, EmailBackend) and connection.connection:
            connection.connection.ehlo_or_helo_if_needed()
    except OSError as error:  # every error of smtplib is one; wrong credentials too: the email is not to blame
        raise Unreachable(f"No connection to the mail server: {error}") from error
    return connection


def probe(timeout: float, sender: str) -> None:
    """Finds out whether the mail server would take an email of ours.  Raises Unreachable."""
    connection = connect(timeout)
    try:
        if isinstance(connection, EmailBackend) and connection.connection:
            _begin(connection.connection, sender)
            connection.connection.rset()
    except NotSent as error:
        if isinstance(error, Unreachable):
            raise
    except OSError as error:
        raise Unreachable(f"The connection to the mail server was lost: {error}") from error
    finally:
        with contextlib.suppress(OSError):
            connection.close()


def send(connection: BaseEmailBackend, message: MimeEmail, sender: str, to: Sequence[str]) -> Receipt:
    """Hands an email over for the recipients `to`.  Raises NotSent or OutcomeUnknown."""
    if isinstance(connection, EmailBackend):
        if connection.connection is None:
            raise NotSent("The connection to the mail server is closed", permanent=False)
        return _converse(connection.connection, message.content, sender, to)
    if connection.send_messages([message.message]) != 1:
        raise NotSent("The mail backend did not accept the email", permanent=False)
    return Receipt("Accepted by the mail backend", list(to))


def _converse(server: smtplib.SMTP, content: bytes, sender: str, recipients: Sequence[str]) -> Receipt:
    receipt = Receipt()
    content = _for_the_wire(content)
    try:
        _begin(server, sender, _options(server, content))
        for recipient in recipients:
            code, words = server.rcpt(recipient)
            if code in (250, 251):
                receipt.taken.append(recipient)
            else:
                (receipt.refused if code >= 500 else receipt.deferred)[recipient] = _text(code, words)
        if not receipt.taken:
            return receipt
        _demand(server.docmd("DATA"), 354)
        server.send(content)  # without the closing dot the server keeps nothing
    except OSError as error:
        raise NotSent(f"The connection to the mail server was lost: {error}", permanent=False) from error
    try:
        server.send(b".\r\n")
        code, words = server.getreply()
    except OSError as error:
        raise OutcomeUnknown(f"The connection to the mail server was lost before it responded: {error}") from error
    receipt.reply = _demand((code, words), 250)
    return receipt


def _begin(server: smtplib.SMTP, sender: str, options: Sequence[str] = ()) -> None:
    """MAIL FROM.  What is refused here with one of _NOT_OURS would be refused for every email."""
    answer = server.mail(sender, options)
    if answer[0] in _NOT_OURS:
        raise Unreachable(_text(*answer))
    _demand(answer, 250)


def _options(server: smtplib.SMTP, content: bytes) -> list[str]:
    options = [f"size={len(content)}"] if server.has_extn("size") else []
    return [*options, "body=8bitmime"] if server.has_extn("8bitmime") else options


def _for_the_wire(content: bytes) -> bytes:
    """RFC 5321: every line ends with CR LF, and a dot at a line's beginning is doubled."""
    lines = _LINE_WITH_DOT.sub(b"..", _LINE_END.sub(b"\r\n", content))
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


def _demand(answer: tuple[int, bytes], wanted: int) -> str:
    code, words = answer
    if code != wanted:
        raise NotSent(_text(code, words), permanent=code >= 500)
    return _text(code, words)


def _text(code: int, words: bytes) -> str:
    return f"{code} {words.decode(errors='replace')}"[:1000]
