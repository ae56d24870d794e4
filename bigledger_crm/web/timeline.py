"""What happened to an object, and what became of the emails about it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.audit.services import NOTED, timeline_of
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import snake_case
from bigledger_crm.outbox.email_actions import choices_for
from bigledger_crm.outbox.models import EmailStatus, OutboxEmail
from bigledger_crm.outbox.queries import recent
from bigledger_crm.registry import object_types
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.own_records import hidden_of
from bigledger_crm.web import formatting
from bigledger_crm.web.components import StatusBadge, Text, TimelineEntry, Tone
from bigledger_crm.web.from_project import from_project

LONGEST = 20
_AMOUNT = re.compile(r"(?:\S+: )?([A-Z]{3}) (\d+(?:\.\d+)?)(?= |$)")
KINDS = {
    "": gettext_lazy("All"),
    "notes": gettext_lazy("Notes"),
    "mails": gettext_lazy("Emails"),
    "changes": gettext_lazy("Changes"),
}
EMAIL_STATES: dict[str, tuple[str, Tone]] = {
    EmailStatus.QUEUED: (gettext_noop("Queued"), "neutral"),
    EmailStatus.SENDING: (gettext_noop("Sending"), "info"),
    EmailStatus.SENT: (gettext_noop("Sent"), "good"),
    EmailStatus.RETRYING: (gettext_noop("Retrying"), "warn"),
    EmailStatus.FAILED: (gettext_noop("Failed"), "bad"),
    EmailStatus.UNKNOWN: (gettext_noop("Delivery unknown"), "warn"),
    EmailStatus.WITHDRAWN: (gettext_noop("Cancelled"), "neutral"),
}
_ICONS = {
    "noted": "message-square",
    "created": "file-plus",
    "updated": "pencil",
    "sent": "send",
    "accepted": "check",
    "confirmed": "check",
    "issued": "file-check",
    "converted": "arrow-right",
    "recorded": "banknote",
    "paid": "circle-check",
    "overdue": "circle-alert",
    "shipped": "truck",
    "delivered": "package",
    "declined": "circle-x",
    "cancelled": "ban",
    "voided": "ban",
    "reminded": "bell",
    "file_attached": "paperclip",
    "failed": "circle-alert",
}
_TITLES = {
    "noted": gettext_noop("Note"),
    "file_attached": gettext_noop("File attached"),
    "file_deleted": gettext_noop("File deleted"),
}
_TONES: dict[str, Tone] = {
    "noted": "info",
    "accepted": "good",
    "recorded": "good",
    "paid": "good",
    "overdue": "warn",
    "delivered": "good",
    "declined": "bad",
    "voided": "bad",
    "failed": "bad",
}


@dataclass(frozen=True)
class EventObject:
    """What an event is about: its name, its page, whose it is, and how much."""

    name: str = ""
    href: str = ""
    customer: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Timeline:
    """A part of what happened, newest first.  `earlier` asks for the part before it; "" where nothing is."""

    entries: Sequence[TimelineEntry]
    kind: str
    earlier: str
    kinds: Sequence[tuple[str, Text]] = tuple(KINDS.items())


def email_badge(email: OutboxEmail) -> StatusBadge:
    """Where an email stands."""
    if email.is_held and email.status == EmailStatus.QUEUED:
        return StatusBadge(_("On hold"), "neutral")
    return state_badge(email.status)


def state_badge(state: str) -> StatusBadge:
    """An email's state, or what an attempt led to."""
    word, tone = EMAIL_STATES[state]
    return StatusBadge(_(word), tone)


EVENTS = (gettext_noop("Email sent"), gettext_noop("Email failed"), gettext_noop("Email retried"))
_EVENT_TITLES = {
    "email.unknown": gettext_noop("Email delivery unknown"),
    "email.withdrawn": gettext_noop("Email cancelled"),
    "company.look_changed": gettext_noop("Document design changed"),
    "company.einvoice_unknown": gettext_noop("Unknown e-invoice at LHDN"),
    "company.einvoice_settings_changed": gettext_noop("E-invoice settings changed"),
    "company.einvoice_connection_tested": gettext_noop("Connection to MyInvois tested"),
}


@dataclass(frozen=True)
class EmailProblem:
    """The newest email about an object, which failed, may not have arrived, or was taken back."""

    email: OutboxEmail
    receivers: str
    retry: bool


def _is_problem(email: OutboxEmail) -> bool:
    if email.status == EmailStatus.WITHDRAWN:
        return email.kind.endswith(".sent")  # nobody waits for a reminder that was called off
    return email.status in (EmailStatus.FAILED, EmailStatus.UNKNOWN)


def email_problem(actor: Actor, subject: UUID) -> EmailProblem | None:
    """What is wrong with the newest email about an object; None when nothing is."""
    email = recent(subject).first()
    if email is None or email.emptied_at or not _is_problem(email):
        return None
    return EmailProblem(email, ", ".join([*email.to, *email.cc]), choices_for(actor, email).retry)


def event_label(event: str) -> str:
    """`sales_order.confirmed` as `Sales order confirmed`, translated where the apps have marked the sentence."""
    name, _dot, verb = event.partition(".")
    known = object_types.get(name)
    if known is not None and verb in known.titles:
        return str(known.titles[verb])
    return _(_EVENT_TITLES.get(event) or event.replace("_", " ").replace(".", " ").capitalize())


def timeline(request: HttpRequest, subject: UUID) -> Timeline:
    """The part of an object's timeline that `timeline` (a kind) and `before` of the URL ask for."""
    kind, before = request.GET.get("timeline", ""), request.GET.get("before", "")
    if kind not in KINDS:
        raise Http404("No such filter")
    place = _read_place(before) if before else None
    found: list[tuple[datetime, UUID, TimelineEntry]] = []
    if kind != "mails":
        entries = list(_entries(subject, kind, place))
        others = [entry for entry in entries if entry.subjects[0] != subject]
        about, linked = _objects_of(others, subject), _with_pages(others)
        found += [
            (entry.occurred_at, entry.pk, _told(entry, linked.get(entry.pk, ""), about.get(entry.pk)))
            for entry in entries
        ]
    if kind in ("", "mails"):
        found += [(email.at, email.pk, _mailed(email)) for email in _emails(subject, place)]
    found.sort(key=lambda one: one[:2], reverse=True)
    shown = found[:LONGEST]
    earlier = f"{shown[-1][0].isoformat()},{shown[-1][1]}" if len(found) > LONGEST else ""
    return Timeline([entry for _at, _pk, entry in shown], kind, earlier)


def changes_since(subject: UUID, since: datetime) -> list[TimelineEntry]:
    """What was done to an object from a moment on, newest first."""
    entries = timeline_of(subject).filter(occurred_at__gte=since).order_by("-occurred_at", "-id")[:LONGEST]
    linked = _with_pages([entry for entry in entries if entry.subjects[0] != subject])
    return [_told(entry, linked.get(entry.pk, "")) for entry in entries]


def _read_place(text: str) -> tuple[datetime, str]:
    """Where a part ended.  What can't be one is a 404."""
    moment, _comma, pk = text.partition(",")
    try:
        at = parse_datetime(moment)
        UUID(pk)
    except ValueError as error:
        raise Http404("No such part") from error
    if at is None or at.tzinfo is None:
        raise Http404("No such part")
    return at, pk


def _before(column: str, place: tuple[datetime, str] | None) -> Q:
    if place is None:
        return Q()
    at, pk = place
    return Q(**{f"{column}__lt": at}) | Q(**{column: at}, pk__lt=pk)


def _entries(subject: UUID, kind: str, place: tuple[datetime, str] | None) -> QuerySet[AuditEntry]:
    # What became of an email stands on the email's own line.
    entries = timeline_of(subject).filter(_before("occurred_at", place)).exclude(event__startswith="email.")
    if kind == "notes":
        entries = entries.filter(event__endswith=NOTED)
    elif kind == "changes":
        entries = entries.exclude(event__endswith=NOTED)
    return entries.order_by("-occurred_at", "-id")[: LONGEST + 1]


def _emails(subject: UUID, place: tuple[datetime, str] | None) -> "QuerySet[Any]":
    emails = OutboxEmail.objects.annotate(at=Coalesce("sent_at", "claimed_at", "created_at"))
    return emails.filter(_before("at", place), related_id=subject).order_by("-at", "-id")[: LONGEST + 1]


def _objects_of(entries: Sequence[AuditEntry], subject: UUID) -> Mapping[UUID, EventObject]:
    """What entries are about, by their key, which a function of the project tells: `event_objects`."""
    find: Callable[[Sequence[AuditEntry], UUID], Mapping[UUID, EventObject]] | None
    find = from_project("event_objects", None)
    return find(entries, subject) if find and entries else {}


def _with_pages(entries: Sequence[AuditEntry]) -> dict[UUID, str]:
    """The pages of what entries happened to, by the keys of these; none of an object that the scope doesn't show."""
    known = [(entry, object_types.get(entry.event.partition(".")[0])) for entry in entries]
    about = [
        (entry, kind.id_prefix, entry.subjects[kind.subject], kind.page) for entry, kind in known if kind and kind.page
    ]
    hidden = hidden_of((prefix, key) for _entry, prefix, key, _page in about)
    return {
        entry.pk: reverse(page, args=[ids.encode(prefix, key)])
        for entry, prefix, key, page in about
        if key not in hidden
    }


def _told(entry: AuditEntry, href: str, about: EventObject | None = None) -> TimelineEntry:
    name, _dot, verb = entry.event.partition(".")
    known = object_types.get(name)
    note = fields_text(entry.note) if verb == "updated" else note_of(entry)
    if entry.redacted_at is not None:
        note = _("Erased")
    is_told = about is not None and about.amount == note  # a payment's note is its amount
    return TimelineEntry(
        at=entry.occurred_at,
        about=" · ".join(filter(None, [about.name, about.amount])) if about else "",
        title=_(_TITLES[verb]) if verb in _TITLES else event_label(entry.event),
        who=entry.actor_name,
        by_key=entry.actor_id.startswith("key_"),
        icon=(known.icons.get(verb) if known else "") or _ICONS.get(verb, ""),
        note="" if is_told else note,
        tone=_TONES.get(verb, "neutral"),
        href=href,
    )


def note_of(entry: AuditEntry) -> str:
    """An entry's note; an amount, which may stand after a number, as pages show it."""
    known = object_types.get(entry.event.partition(".")[0])
    amount = _AMOUNT.match(entry.note) if known is not None and known.notes_are_amounts else None
    if amount is None:
        return entry.note
    shown = formatting.amount_with_currency(Decimal(amount[2]), amount[1])
    return entry.note[: amount.start(1)] + shown + entry.note[amount.end() :]


def fields_text(names: str) -> str:
    """`Due date, owner` for `dueDate, ownerId`; anything but a list of fields stays as it is."""
    are_names = all(name.isidentifier() for name in names.split(", "))
    if not are_names:
        return names
    words = [snake_case(name.removesuffix("Id")).replace("_", " ") for name in names.split(", ")]
    return ", ".join(words).capitalize()


def _mailed(email: Any) -> TimelineEntry:
    return TimelineEntry(
        at=email.at,
        title=_("Email to %(receivers)s") % {"receivers": ", ".join(email.to) or formatting.NOTHING},
        icon="mail",
        note=email.last_error,
        tone=EMAIL_STATES[email.status][1],
        badge=email_badge(email),
        href=reverse("pages:email", args=[ids.encode(OutboxEmail.PREFIX, email.pk)]),
    )
