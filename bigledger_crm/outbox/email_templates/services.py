"""Rendering emails, and keeping a company's own words for them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from babel.dates import format_date, format_interval
from django.db import transaction

from bigledger_crm.documents import formatting
from bigledger_crm.kernel import clock, text, text_templates
from bigledger_crm.kernel.changes import changes_of
from bigledger_crm.kernel.errors import InvalidData, NotFound, field_error
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.money import quantize
from bigledger_crm.outbox.email_templates import kinds
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import MailTemplate, OutboxEmail
from bigledger_crm.outbox.services import draft_email, reply_address
from bigledger_crm.registry import EmailContent, email_kinds
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.lookups import Lookup
from bigledger_crm.tenancy.models import Company

_OWN_TEXT = Lookup(MailTemplate, lambda rows, kind, language: rows.filter(kind=kind, language=language))
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")


def email_text_for(kind: str, language: str) -> EmailContent:
    """What emails of a kind say in a language: the company's own words, or the standard ones."""
    own = _OWN_TEXT.first(kind, language)
    return EmailContent(own.subject, own.body) if own else email_kinds[kind].texts[language]


def render_email(actor: Actor, kind: str, language: str, facts: Mapping[str, str | date]) -> EmailContent:
    """The email about a document; `facts` fill its placeholders, days are written as the language writes them."""
    content = email_text_for(kind, language)
    own = {"company": actor.company.name, "sender": actor.name if actor.email else actor.company.name}
    values = {name: day_text(fact, language) if isinstance(fact, date) else fact for name, fact in facts.items()}
    values |= own
    return EmailContent(
        text.clean_line(text_templates.fill(content.subject, values))[: kinds.MAX_SUBJECT],
        _fill_paragraphs(content.body, values),
        *kinds.figure_of(kind, language, values),
    )


def day_text(day: date, language: str) -> str:
    """`5 February 2024`, as the language writes it."""
    return format_date(day, "long", locale="en_GB" if language == "en" else language)


def days_text(first: date, last: date, language: str) -> str:
    """`1–29 Feb 2024`, or the one day that it is."""
    return format_interval(first, last, "yMMMd", locale="en_GB" if language == "en" else language)


def money_text(amount: Decimal, currency: str) -> str:
    """`MYR 2,567.50`."""
    return f"{currency} {formatting.amount(f'{quantize(amount, currency):f}')}"


@transaction.atomic
def save_email_text(actor: Actor, kind: str, language: str, content: EmailContent) -> MailTemplate:
    """The company's own words for a kind and language.

    Raises PermissionDenied, NotFound for a kind or language that isn't there, InvalidData naming `subject` or `body`.
    """
    _allow(actor, kind, language)
    clean = EmailContent(text.clean_line(content.subject), text.clean_block(content.body))
    if errors := kinds.check(kind, clean):
        raise InvalidData("Template", errors)
    own = _OWN_TEXT.first(kind, language)
    if own is not None and not changes_of(own, {"subject": clean.subject, "body": clean.body}):
        return own
    stored, _ = MailTemplate.objects.update_or_create(
        company=actor.company,
        kind=kind,
        language=language,
        defaults={"subject": clean.subject, "body": clean.body, "updated_at": clock.now(), "updated_by": actor.id},
    )
    record(actor, "mail_template.updated", stored.pk, note=f"{kind}, {LANGUAGES[language]}")
    return stored


@transaction.atomic
def reset_email_text(actor: Actor, kind: str, language: str) -> None:
    """Back to the standard words.  Raises PermissionDenied, NotFound."""
    _allow(actor, kind, language)
    stored = MailTemplate.objects.filter(kind=kind, language=language).first()
    if stored is not None:
        record(actor, "mail_template.removed", stored.pk, note=f"{kind}, {LANGUAGES[language]}")
        stored.delete()


def sample_email(actor: Actor, kind: str, language: str, content: EmailContent) -> OutboxEmail:
    """An email with these words and made-up values, to look at.  Raises InvalidData naming `subject` or `body`."""
    if errors := kinds.check(kind, content):
        raise InvalidData("Template", errors)
    known = email_kinds[kind]
    day = day_text(date.fromisoformat(kinds.SAMPLE_DAY), language)
    values = {**dict.fromkeys(known.placeholders, day), **known.samples}
    values |= {"number": known.sample_number, "company": actor.company.name, "sender": actor.name}
    return draft_email(
        actor,
        kind=f"{kind}.sample",
        related_id=actor.company.pk,
        to=["billing@acme.example"],
        subject=text.clean_line(text_templates.fill(content.subject, values))[: kinds.MAX_SUBJECT],
        body=_fill_paragraphs(content.body, values),
        reply_to=reply_address(actor),
        language=language,
        figure=kinds.figure_of(kind, language, values),
    )


@transaction.atomic
def set_language(actor: Actor, language: str) -> None:
    """The language in which the company writes to customers without one of their own.

    Raises PermissionDenied, InvalidData.
    """
    actor.require("settings", "manage")
    if language not in LANGUAGES:
        raise InvalidData("Company", field_error("language", f"Language must be one of: {', '.join(LANGUAGES)}"))
    if not Company.objects.filter(pk=actor.company.pk).exclude(language=language).update(language=language):
        return
    record(actor, "company.updated", actor.company.pk, note=f"Email language: {LANGUAGES[language]}")


def _fill_paragraphs(body: str, values: Mapping[str, str]) -> str:
    """The text filled in; a line of nothing but a placeholder whose value is empty goes, and its blank line with it."""
    return _BLANK_LINES.sub("\n\n", text_templates.fill(body, values)).strip("\n")


def own_email_texts() -> dict[tuple[str, str], EmailContent]:
    """The company's own words by kind and language."""
    return {(own.kind, own.language): EmailContent(own.subject, own.body) for own in MailTemplate.objects.all()}


def _allow(actor: Actor, kind: str, language: str) -> None:
    actor.require("settings", "manage")
    if email_kinds.get(kind) is None or language not in LANGUAGES:
        raise NotFound("Template", f"{kind}/{language}")
