"""The emails that the embedded default keeps as files, read back for their company only."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path

from django.conf import settings

_HEAD = 16 * 1024
SHOWN_HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "X-Envelope-From", "X-Envelope-To")


@dataclass(frozen=True)
class Attachment:
    """A file in a captured email."""

    filename: str
    content_type: str
    content: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.content)


@dataclass(frozen=True)
class CapturedMail:
    """An email as it reached the capture."""

    path: Path
    headers: list[tuple[str, str]]
    text: str
    attachments: list[Attachment]


def is_capturing() -> bool:
    """Whether emails stay on this machine."""
    return settings.CAPTURED_MAIL is not None


def captured_copies(message_id: str) -> list[CapturedMail]:
    """The captured emails with a Message-ID, oldest first."""
    if settings.CAPTURED_MAIL is None:
        return []
    directory = Path(settings.CAPTURED_MAIL)
    return [_read(path) for path in sorted(directory.glob("*.eml")) if _has_message_id(path, message_id)]


def _has_message_id(path: Path, message_id: str) -> bool:
    with path.open("rb") as file:
        head = BytesHeaderParser(policy=policy.default).parsebytes(file.read(_HEAD))
    return str(head["Message-ID"] or "").strip() == message_id


def _read(path: Path) -> CapturedMail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain", "html"))
    return CapturedMail(
        path=path,
        headers=[(name, str(message[name])) for name in SHOWN_HEADERS if message[name]],
        text=str(body.get_content()) if body is not None else "",
        attachments=[_attachment(part) for part in message.iter_attachments()],
    )


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        filename=Path(part.get_filename() or "attachment").name,
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
