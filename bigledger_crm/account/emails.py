"""Emails of the installation to people about their accounts: queued with what happened, sent by a worker.

A row says what to tell and to whom; the link in it is made when it is sent, so that nobody finds it in the database.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import css_inline
from babel.dates import get_timezone_name
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from bigledger_crm.account.email_texts import TEXTS
from bigledger_crm.account.models import AccountEmail, Invitation
from bigledger_crm.documents.formatting import day
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.message import sender_address
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.models import Membership, User

TASK = "bigledger_crm.account.tasks.send_account_email"
EMAIL_CHANGE_SALT, INVITATION_SALT = "bigledger.email-change", "bigledger.invitation"
EMAIL_CHANGE_AGE = timedelta(hours=24)
# How long a row waits after each failure, and when it is given up: links are short-lived, and people ask again.
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=1))
# Who sends a row has it for so long; after that another worker may.
LEASE = timedelta(minutes=3)
KEPT = timedelta(days=30)
PRODUCT = "BigLedger CRM"
_MOMENTS = {"en": "{day} at {time} ({zone})", "ms": "{day}, {time} ({zone})", "zh": "{day} {time}（{zone}）"}
logger = logging.getLogger(__name__)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


def queue_to_person(kind: str, user: User, to: str = "", **about: str) -> None:
    """Tells a person something, at their address or at `to`, in their language."""
    _queue(AccountEmail(kind=kind, to=to or user.email, user=user, language=user.language, about=about))


def queue_password_reset(address: str) -> None:
    """For whoever has this address, if anybody has: the same work in the request either way."""
    _queue(AccountEmail(kind="password_reset", to=address))


def queue_invitation(invitation: Invitation) -> None:
    """The link by which an invitation is accepted; administrators and commands invite in the company's name."""
    company = invitation.company
    kind = "company_invitation" if invitation.invited_by == company.name else "invitation"
    about = {"id": str(invitation.pk)}
    _queue(AccountEmail(kind=kind, to=invitation.email, language=company.language, about=about))


def _queue(email: AccountEmail) -> None:
    email.save(force_insert=True)
    transaction.on_commit(partial(notify_worker, email.pk, TASK), robust=True)


def send_due() -> None:
    """Sends what is due and forgets what was done long ago."""
    AccountEmail.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    for pk in AccountEmail.objects.filter(next_attempt_at__lte=clock.now()).values_list("pk", flat=True)[:200]:
        send(pk)


def send(pk: UUID) -> None:
    """Sends one row if it is due and nobody else is at it."""
    if not settings.OUTGOING:
        return
    email = _claim(pk)
    if email is None:
        return
    problem = ""
    try:
        message = build(email)
        if message is not None:
            message.send()
    except OSError as error:  # every error of smtplib is one
        problem = f"{type(error).__name__}: {error}"[:1000]
        logger.warning("Account email %s (%s) was not sent: %s", email.pk, email.kind, problem)
    _note(email, problem)


def _claim(pk: UUID) -> AccountEmail | None:
    now = clock.now()
    with transaction.atomic():
        due = AccountEmail.objects.select_for_update(skip_locked=True, of=("self",)).filter(next_attempt_at__lte=now)
        email = due.filter(pk=pk).first()
        if email is not None:
            email.attempts += 1
            email.next_attempt_at = now + LEASE
            email.save(update_fields=["attempts", "next_attempt_at"])
    return email


def _note(email: AccountEmail, problem: str) -> None:
    now = clock.now()
    again = now + PAUSES[email.attempts - 1] if problem and email.attempts <= len(PAUSES) else None
    AccountEmail.objects.filter(pk=email.pk, attempts=email.attempts).update(
        next_attempt_at=again, last_error=problem, done_at=None if problem else now
    )


def build(email: AccountEmail) -> EmailMultiAlternatives | None:
    """The email, text and HTML; None where there is nobody or nothing left to tell."""
    facts = _FACTS.get(email.kind, _notice)(email)
    if facts is None:
        return None
    language = str(facts.get("language", email.language))
    subject, body = (text.format_map(facts) for text in TEXTS[email.kind][language])
    shown = {
        "email": {"subject": subject, "body": body},
        "language": language,
        "company": {"name": PRODUCT, "website": settings.PUBLIC_URL},
        "paragraphs": body.split("\n\n"),
        "link": facts.get("link", ""),
    }
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=f"{body}\n\n-- \n{PRODUCT}\n{settings.PUBLIC_URL}\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email.to],
        headers={"Message-ID": f"<account-{email.pk}@{sender_address(settings.DEFAULT_FROM_EMAIL).domain}>"},
    )
    message.attach_alternative(_INLINER.inline(render_to_string("emails/account.html", shown)), "text/html")
    return message


def _link(name: str, **parts: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, kwargs=parts)}"


def _moment(moment: datetime, zone: str, language: str) -> str:
    """`15 January 2024 at 09:00 (Malaysia Time)`: where it is read isn't known, so it says which time it means."""
    local = moment.astimezone(ZoneInfo(zone))
    zone_name = get_timezone_name(local, locale=language)
    return _MOMENTS[language].format(day=day(f"{local:%Y-%m-%d}", language), time=f"{local:%H:%M}", zone=zone_name)


def _zone_of(user: User) -> str:
    """The time zone of the company that the person joined first, else the installation's."""
    zones = Membership.objects.filter(user=user).order_by("created_at").values_list("company__time_zone", flat=True)
    return zones.first() or settings.TIME_ZONE


def _password_reset(email: AccountEmail) -> Mapping[str, Any] | None:
    user = User.objects.filter(email=email.to, is_active=True).first()
    if user is None:
        return None
    key = urlsafe_base64_encode(force_bytes(user.pk))
    link = _link("pages:password-reset", uidb64=key, token=default_token_generator.make_token(user))
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    return {"name": str(user), "link": link, "hours": hours, "language": user.language}


def _email_confirm(email: AccountEmail) -> Mapping[str, Any] | None:
    user = email.user
    if user is None or not user.is_active or User.objects.filter(email=email.to).exists():
        return None
    link = _link("pages:email-confirm", token=email_change_token(user, email.to))
    return {"name": str(user), "email": email.to, "link": link, "hours": int(EMAIL_CHANGE_AGE.total_seconds() // 3600)}


def _invitation(email: AccountEmail) -> Mapping[str, Any] | None:
    invitation = Invitation.objects.select_related("company").filter(pk=email.about["id"]).first()
    if invitation is None or not invitation.is_open():
        return None
    company = invitation.company
    return {
        "inviter": invitation.invited_by,
        "company": company.name,
        "link": _link("pages:invitation", token=invitation_token(invitation)),
        "when": _moment(invitation.expires_at, company.time_zone, email.language),
    }


def _notice(email: AccountEmail) -> Mapping[str, Any] | None:
    if email.user is None:
        return None
    page = "pages:password-forgotten" if email.kind == "password_changed" else "pages:account"
    return {
        "name": str(email.user),
        "email": email.about.get("email", email.user.email),
        "link": _link(page),
        "when": _moment(email.created_at, _zone_of(email.user), email.language),
    }


_FACTS: dict[str, Callable[[AccountEmail], Mapping[str, Any] | None]] = {
    "password_reset": _password_reset,
    "email_confirm": _email_confirm,
    "invitation": _invitation,
    "company_invitation": _invitation,
}


def email_change_token(user: User, address: str) -> str:
    """Proves that whoever has it reads email sent to `address`; it dies with the address or the password of now."""
    facts = [str(user.pk), user.email, address, user.get_session_auth_hash()[:16]]
    return signing.dumps(facts, salt=EMAIL_CHANGE_SALT, compress=True)


def read_email_change_token(token: str) -> tuple[str, str, str, str] | None:
    """The person, their address of then, the new one, and the mark of their password; None for a dead one."""
    try:
        user, before, after, mark = signing.loads(token, salt=EMAIL_CHANGE_SALT, max_age=EMAIL_CHANGE_AGE)
    except signing.BadSignature:
        return None
    return user, before, after, mark


def invitation_token(invitation: Invitation) -> str:
    """What stands in the link."""
    return signing.dumps(str(invitation.pk), salt=INVITATION_SALT)


def read_invitation_token(token: str) -> str | None:
    """The id of an invitation; when it ends stands in its row."""
    try:
        return str(signing.loads(token, salt=INVITATION_SALT))
    except signing.BadSignature:
        return None
