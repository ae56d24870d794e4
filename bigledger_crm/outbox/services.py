"""Queueing email."""

import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.encoding import punycode

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.errors import FieldError, InvalidData, field_error, under
from bigledger_crm.kernel.languages import DEFAULT
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.message import sender_address
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rehearsal import note
from bigledger_crm.tenancy.scope import whole_company

MAX_RECIPIENTS = 20
MAX_SUBJECT = 200
MAX_ADDRESS = 254  # RFC 5321; the column cuts off what is longer
MAX_BODY = 20_000
HOUR = timedelta(hours=1)
# How long an email that a person sends from a page can be taken back.
UNDO = timedelta(seconds=8)
# What the product itself has to tell isn't held up by what people send.
NEVER_LIMITED = frozenset({"webhook.disabled", "mail_server.returned"})


def draft_email(
    actor: Actor,
    *,
    kind: str,
    related_id: UUID,
    to: Sequence[str],
    cc: Sequence[str] = (),
    subject: str,
    body: str,
    reply_to: str = "",
    language: str = DEFAULT,
    figure: tuple[str, str] = ("", ""),
) -> OutboxEmail:
    """An email about a business document, checked and not saved: what `queue` sends and `message.preview` shows.

    `kind` is the event, such as `invoice.sent`; `figure` is what stands large above the text, and the words under it.
    Raises InvalidData naming every bad field: `to`, ("to", 0), ("cc", 0), `subject`, `message`, `reply_to`.
    """
    receivers, wrong_receivers = _addresses(to)
    others, wrong_copies = _addresses(cc)
    copies = [address for address in others if address not in receivers]
    answers, wrong_answers = _addresses([reply_to] if reply_to else [])
    subject = subject.strip()
    errors = [
        *under(wrong_receivers, "to"),
        *under(wrong_copies, "cc"),
        *field_error("to", _check_count(to, len(receivers) + len(copies))),
        *(FieldError(("reply_to",), wrong.message) for wrong in wrong_answers),
        *field_error("subject", _check_text(subject, MAX_SUBJECT) if subject else "This field is required"),
        *field_error("message", _check_text(body, MAX_BODY, allowed="\r\n\t")),
    ]
    if errors:
        raise InvalidData("Email", errors)
    key = ids.new_id()
    return OutboxEmail(
        id=key,
        company=actor.company,
        kind=kind,
        related_id=related_id,
        to=receivers,
        cc=copies,
        reply_to="".join(answers),
        subject=subject,
        body=body,
        language=language,
        figure=figure[0],
        figure_note=figure[1],
        message_id=f"<{ids.encode(OutboxEmail.PREFIX, key)}@{sender_address(settings.DEFAULT_FROM_EMAIL).domain}>",
        created_by=actor.id,
    )


def reply_address(actor: Actor) -> str:
    """Where answers to the actor's emails go; "" when nobody said."""
    return actor.company.reply_to or actor.email or actor.company.email


def queue(
    email: OutboxEmail,
    stored_document: StoredDocument | None = None,
    *,
    held: timedelta = timedelta(),
    until_released: bool = False,
) -> OutboxEmail:
    """Queues a draft, in the caller's transaction; a worker is woken after the commit, when it was `held` so long.

    `stored_document` is attached as PDF.  With `until_released` it waits for `release_held`.  Raises EmailLimitReached.
    """
    if email.kind not in NEVER_LIMITED:
        _check_limit(email.company)
    email.stored_document = stored_document
    email.next_attempt_at = clock.now() + held
    email.is_held = until_released
    email.save(force_insert=True)
    note("mails", email)
    notify_after_commit(email.pk, held)
    return email


def release_held(related_id: UUID, stored_document: StoredDocument) -> int:
    """Lets the emails about an object go that were held, with this document in place of theirs; returns how many."""
    held = OutboxEmail.objects.select_for_update(of=("self",)).filter(
        related_id=related_id, is_held=True, status=EmailStatus.QUEUED
    )
    emails = list(held)
    for email in emails:
        email.is_held, email.next_attempt_at = False, clock.now()
        if email.stored_document_id is not None:
            email.stored_document = stored_document
        email.save(update_fields=["is_held", "next_attempt_at", "stored_document"])
        note("mails", email)
        notify_after_commit(email.pk)
    return len(emails)


def notify_after_commit(email_id: UUID, wait: timedelta = timedelta()) -> None:
    """Wakes a worker for an email when the transaction is over."""
    transaction.on_commit(
        partial(worker_notifications.notify_worker, email_id, seconds=wait.total_seconds()), robust=True
    )


def _check_limit(company: Company) -> None:
    """Counts under the company's lock, which is held until the commit, so that two at once can't both be the last."""
    most: int = settings.BIGLEDGER_MAILS_PER_HOUR
    if not most:
        return
    Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)
    _check_last_hour(company, most)


def leave_some_for_people(company: Company) -> None:
    """Raises EmailLimitReached when a tenth of the hour's emails is left: a batch doesn't use it up."""
    most: int = settings.BIGLEDGER_MAILS_PER_HOUR
    if most:
        _check_last_hour(company, most - most // 10)


def _check_last_hour(company: Company, most: int) -> None:
    now = clock.now()
    with whole_company():
        lately = OutboxEmail.objects.filter(created_at__gt=now - HOUR, created_at__lte=now)
    counted = lately.exclude(status=EmailStatus.WITHDRAWN)
    for written in counted.order_by("-created_at", "-id").values_list("created_at", flat=True)[most - 1 : most]:
        raise EmailLimitReached(most, written + HOUR - now)


def _check_count(to: Sequence[str], receivers: int) -> str | None:
    if not to:
        return "At least one recipient is required"
    return f"At most {MAX_RECIPIENTS} recipients are allowed" if receivers > MAX_RECIPIENTS else None


def _addresses(texts: Sequence[str]) -> tuple[list[str], list[FieldError]]:
    """The addresses as mail servers want them, each once, and by their position what is wrong."""
    found: list[str] = []
    errors: list[FieldError] = []
    for position, text in enumerate(texts):
        try:
            address = _ascii_address(text.strip())
        except (ValidationError, UnicodeError):
            address = ""
        if not is_email_address(address):
            errors += field_error(position, "Enter a valid email address")
            continue
        if address.lower() not in {known.lower() for known in found}:
            found.append(address)
    return found, errors


def _ascii_address(text: str) -> str:
    local, _, domain = text.rpartition("@")
    address = f"{local}@{punycode(domain)}"
    if len(address) > MAX_ADDRESS or not address.isprintable():
        raise ValidationError("Too long for a mail server, or not to be written")
    return address


def _check_text(text: str, longest: int, *, allowed: str = "") -> str | None:
    """Refuses over-long text and control characters: in a subject a line break would be a header of its own."""
    if len(text) > longest:
        return f"Must be at most {longest} characters"
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") and letter not in allowed for letter in text):
        return "Must not contain control characters"
    return None
