"""From an outbox row to the email itself."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.utils import format_datetime, formataddr, parseaddr

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.encoding import punycode

from bigledger_crm.outbox.email_templates.kinds import ATTACHED
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.registry import EmailFile
from bigledger_crm.tenancy.models import Company

# Email programs drop style sheets, so each rule goes to the elements; only what asks about the screen stays.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class MimeEmail:
    """An email ready to go: as Django's backends take it and as bytes."""

    message: EmailMultiAlternatives
    content: bytes


@dataclass(frozen=True)
class Preview:
    """An email as its reader will see it."""

    sender: str
    to: str
    cc: str
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: list[str]


def sender_address(text: str) -> Address:
    """The bare address in a setting such as `BigLedger <mail@example.com>`, its domain in ASCII."""
    local, _, domain = parseaddr(text)[1].rpartition("@")
    return Address(username=local, domain=punycode(domain))


def build(email: OutboxEmail, attachment: EmailFile | None) -> MimeEmail:
    """The whole email: text and HTML, the file attached.  Every try of one row has the same Message-ID and Date.

    Raises BadHeaderError for a line break in a header.
    """
    company = email.company
    facts = {
        "email": email,
        "language": email.language,
        "company": company,
        "attachment": attachment,
        "attached": ATTACHED[email.language],
        "paragraphs": _paragraphs(email.body),
    }
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=render_to_string("emails/message.txt", facts),
        from_email=formataddr(
            (_one_line(company.sender_name or company.name), sender_address(settings.DEFAULT_FROM_EMAIL).addr_spec)
        ),
        to=email.to,
        cc=email.cc,
        reply_to=_reply_to(email, company),
        headers={"Message-ID": email.message_id, "Date": format_datetime(email.created_at)},
    )
    message.attach_alternative(_INLINER.inline(render_to_string("emails/message.html", facts)), "text/html")
    if attachment:
        message.attach(attachment.filename, attachment.content, attachment.content_type)
    return MimeEmail(message, message.message().as_bytes())


def preview(email: OutboxEmail, filename: str = "") -> Preview:
    """What `build` makes of a draft, with a PDF of this name attached if there is one."""
    mime = message_from_bytes(
        build(email, EmailFile(filename, b"") if filename else None).content, policy=policy.default
    )

    def header(name: str) -> str:
        return str(mime[name] or "").strip()

    def part(kind: str) -> str:
        found = mime.get_body((kind,))
        return "" if found is None else str(found.get_content())

    return Preview(
        sender=header("From"),
        to=header("To"),
        cc=header("Cc"),
        reply_to=header("Reply-To"),
        subject=header("Subject"),
        text=part("plain"),
        html=part("html"),
        attachments=[attachment.get_filename() or "" for attachment in mime.iter_attachments()],
    )


def _reply_to(email: OutboxEmail, company: Company) -> list[str]:
    address = email.reply_to or company.reply_to or company.email
    return [address] if address else []


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _paragraphs(body: str) -> list[str]:
    return [part.strip() for part in body.replace("\r\n", "\n").split("\n\n") if part.strip()]
