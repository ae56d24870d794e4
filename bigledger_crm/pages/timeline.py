"""What happened to an object, and what became of the mails about it."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.outbox.interventions import choices_for
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.queries import recent
from bigledger_crm.pages.components import Happening, Pill, Tone
from bigledger_crm.tenancy.actor import Actor

LONGEST = 20
MAIL_STATES: dict[str, tuple[str, Tone]] = {
    EmailStatus.QUEUED: (gettext_noop("Queued"), "neutral"),
    EmailStatus.SENDING: (gettext_noop("Sending"), "info"),
    EmailStatus.SENT: (gettext_noop("Sent"), "good"),
    EmailStatus.RETRYING: (gettext_noop("Trying again"), "warn"),
    EmailStatus.FAILED: (gettext_noop("Failed"), "bad"),
    EmailStatus.UNKNOWN: (gettext_noop("Unclear"), "warn"),
    EmailStatus.WITHDRAWN: (gettext_noop("Taken back"), "neutral"),
}


def mail_pill(email: OutboxEmail) -> Pill:
    """Where a mail stands."""
    word, tone = MAIL_STATES[email.status]
    return Pill(_(word), tone)


@dataclass(frozen=True)
class MailTrouble:
    """The newest mail about an object, which failed or may not have arrived."""

    email: OutboxEmail
    receivers: str
    retry: bool


def mail_trouble(actor: Actor, subject: UUID) -> MailTrouble | None:
    """What is wrong with the newest mail about an object; None when nothing is."""
    email = recent(subject).first()
    if email is None or email.status not in (EmailStatus.FAILED, EmailStatus.UNKNOWN):
        return None
    return MailTrouble(email, ", ".join([*email.to, *email.cc]), choices_for(actor, email).retry)


def event_words(event: str) -> str:
    """`sales_order.confirmed` as `Sales order confirmed`, translated where the apps have marked the sentence."""
    return _(event.replace("_", " ").replace(".", " ").capitalize())


def happenings(subject: UUID) -> list[Happening]:
    """The newest entries of the audit trail about an object and its mails, newest first."""
    entries = [
        Happening(entry.occurred_at, event_words(entry.event), entry.actor_name, entry.note)
        for entry in timeline_of(subject).order_by("-occurred_at", "-id")[:LONGEST]
    ]
    mails = [
        Happening(
            at=email.sent_at or email.claimed_at or email.created_at,
            title=_("Mail to %(receivers)s") % {"receivers": ", ".join(email.to)},
            note=email.last_error,
            tone=MAIL_STATES[email.status][1],
            pill=mail_pill(email),
            href=reverse("pages:mail", args=[email.public_id]),
        )
        for email in recent(subject)[:LONGEST]
    ]
    return sorted([*entries, *mails], key=lambda happening: happening.at, reverse=True)[:LONGEST]
