"""Emails as they are in JSON."""

from typing import Literal, cast

from bigledger_crm.api.responses import ApiStruct, text, timestamp
from bigledger_crm.outbox.models import OutboxEmail

Status = Literal["queued", "sending", "sent", "retrying", "failed", "unknown", "withdrawn"]


class EmailObject(ApiStruct):
    """An email and what became of it so far."""

    id: str
    status: Status
    to: list[str]
    cc: list[str]
    subject: str
    attempts: int
    last_error: str | None
    next_attempt_at: str | None
    sent_at: str | None
    created_at: str | None


class Retried(ApiStruct):
    """How many emails are sent again."""

    retried: int


def email_object(email: OutboxEmail) -> EmailObject:
    """A whole email."""
    return EmailObject(
        id=email.public_id,
        status=cast("Status", str(email.status)),
        to=list(email.to),
        cc=list(email.cc),
        subject=email.subject,
        attempts=email.attempts,
        last_error=text(email.last_error),
        next_attempt_at=timestamp(email.next_attempt_at),
        sent_at=timestamp(email.sent_at),
        created_at=timestamp(email.created_at),
    )
