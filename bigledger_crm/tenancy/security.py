"""The record of security events: who came in or didn't, who may do what since when, and what was taken out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from bigledger_crm import metrics
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import Company, SecurityEvent, User

SIGN_IN_FAILED = "security.sign_in_failed"
# Every event that there is, for whoever looks for one.
EVENTS = tuple(
    f"security.{event}"
    for event in (
        *("signed_in", "signed_out", "sign_in_failed", "sign_in_paused", "single_sign_on_joined", "sessions_ended"),
        *("password_changed", "password_reset", "second_factor_added", "second_factor_removed"),
        *("email_change_asked", "email_changed"),
        *("person_created", "person_changed", "person_disabled", "person_enabled"),
        *("member_invited", "invitation_withdrawn", "member_added", "member_role_changed", "member_removed"),
        *("api_key_created", "api_key_rotated", "api_key_revoked", "api_key_withdrawn"),
        *("company_opened", "company_disabled", "company_enabled"),
        *("exported",),
    )
)
# The database lets these go after as long; everything else stays.
FAILURES_KEPT = timedelta(days=90)
# Whoever guesses must not fill the disk: so many failures are written in an hour, the others only counted.
FAILURES_PER_HOUR = 1000


@dataclass(frozen=True)
class Author:
    """Who does something, and from which network address."""

    id: str
    name: str
    address: str = ""


COMMAND_LINE = Author("system", "Command line")


def author_of(request: HttpRequest) -> Author:
    """The person who is signed in."""
    user, address = request.user, client_address(request)
    return Author(user.public_id, user.email, address) if isinstance(user, User) else Author("", "", address)


def record(
    event: str,
    by: Author,
    *,
    company: Company | None = None,
    subject: str = "",
    note: str = "",
    changes: Mapping[str, Any] | None = None,
) -> SecurityEvent:
    """Notes an event such as `security.signed_in`.  `changes` is JSON-ready: field name -> [before, after]."""
    return SecurityEvent.objects.create(
        event=event,
        company=company,
        actor_id=by.id,
        actor_name=by.name[:254],
        address=by.address[:45],
        subject=subject[:254],
        note=note,
        changes=_without_nul(dict(changes or {})),
    )


def _without_nul(value: Any) -> Any:
    """The same for PostgreSQL, whose JSON knows no NUL: what people put into a URL is noted too."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {_without_nul(name): _without_nul(one) for name, one in value.items()}
    return [_without_nul(one) for one in value] if isinstance(value, list | tuple) else value


def note_sign_out(request: HttpRequest) -> None:
    """Notes that somebody posts that they leave."""
    by = author_of(request)
    if by.id and request.method == "POST":
        record("security.signed_out", by)


def record_failure(name: str, address: str, note: str = "") -> None:
    """Notes that somebody didn't come in.

    What was typed is kept if it is an address: people type their password into the wrong field.
    """
    metrics.sign_in_attempted("failed")
    since = clock.now() - timedelta(hours=1)
    recent = SecurityEvent.objects.filter(event=SIGN_IN_FAILED, occurred_at__gt=since).order_by()
    if recent[:FAILURES_PER_HOUR].count() < FAILURES_PER_HOUR:
        user = User.objects.filter(email=name).first()
        known = user.public_id if user else ""
        record(SIGN_IN_FAILED, Author(known, name if "@" in name else "", address), note=note)


def events_of(user: User) -> QuerySet[SecurityEvent]:
    """What a person did and what was done to their account, in all companies: for themselves."""
    return SecurityEvent.objects.filter(Q(actor_id=user.public_id) | Q(subject=user.email))


@dataclass(frozen=True)
class Failures:
    """Those who did not come in: how many, counted up to a limit, and the last of them."""

    count: int
    is_more: bool
    last: list[SecurityEvent]


def failed_sign_ins(lately: timedelta) -> Failures:
    """Failed sign-ins since then."""
    recent = SecurityEvent.objects.filter(event=SIGN_IN_FAILED, occurred_at__gt=clock.now() - lately)
    count = recent.order_by()[: FAILURES_PER_HOUR + 1].count()
    return Failures(min(count, FAILURES_PER_HOUR), count > FAILURES_PER_HOUR, list(recent.order_by("-occurred_at")[:5]))


def forget_old_failures() -> int:
    """Deletes failures that are no longer kept; returns how many."""
    old = SecurityEvent.objects.filter(event=SIGN_IN_FAILED, occurred_at__lte=clock.now() - FAILURES_KEPT)
    return old.delete()[0]
