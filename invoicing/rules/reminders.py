"""Which reminder is due, and what it says: plain values in, plain values out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import UNSET

from bigledger_crm.kernel import text, text_templates
from bigledger_crm.kernel.errors import FieldError, UnknownName, field_error, under
from bigledger_crm.kernel.inputs import given_or
from bigledger_crm.kernel.languages import LANGUAGES
from invoicing.inputs import ReminderStepInput
from sales.rules import days_later

MAX_STEPS = 20
MAX_DAYS = 365
MAX_SUBJECT = 200
MAX_MESSAGE = 5000
MAX_EMAIL = 20_000
MAX_HORIZON = 90
DOCUMENTS = ("invoice", "quote")
TEXTS = ("subject", "message")
SKIPPED_BECAUSE = {
    "passed": "its date had passed when the document was sent or the reminder was set up",
    "later_step": "a later reminder was due",
    "opted_out": "the customer wants no reminders",
    "no_address": "the customer has no email address",
    "address_refused": "the customer's email address is not valid",
}
# What a template may name, and how long it can get.
PLACEHOLDERS: dict[str, dict[str, int]] = {
    "invoice": {
        "number": 60,
        "customer": 200,
        "company": 200,
        "amount_due": 40,
        "total": 40,
        "due_date": 40,
        "days_overdue": 7,
        "days_left": 7,
        "payment_reference": 31,
    },
    "quote": {"number": 60, "customer": 200, "company": 200, "total": 40, "valid_until": 40, "days_left": 7},
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a schedule: `days` after the due date of an invoice or the last day of a quote, before it if negative.

    It holds from the day `since` on: what would have been due before isn't made up for.
    """

    key: UUID
    days: int
    since: date

    def day(self, anchor: date) -> date:
        """The day on which it is due for a document with this due date or last day."""
        return days_later(anchor, self.days)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do about a document now: the step to send, and the keys of those to skip, each with the reason."""

    send: Step | None
    skip: Mapping[UUID, str]


def plan(steps: Sequence[Step], anchor: date, *, done: Collection[UUID], went_out: date, today: date) -> Plan:
    """Of the steps whose day has come and that aren't `done`, the latest is sent, the others are skipped.

    A step whose day was over when the document last went out, or before the step was made, is skipped in any case.
    """
    come = sorted((step for step in steps if step.day(anchor) <= today), key=lambda step: step.days)
    skip = {
        step.key: "passed"
        for step in come
        if step.key not in done and (step.day(anchor) <= went_out or step.day(anchor) < step.since)
    }
    left = [step for step in come if step.key not in skip]
    latest = left[-1] if left else None
    skip |= {step.key: "later_step" for step in left[:-1] if step.key not in done}
    return Plan(None if latest is None or latest.key in done else latest, skip)


def check_step(document: str, inputs: ReminderStepInput) -> list[FieldError]:
    """The errors of the input of a step."""
    if document not in DOCUMENTS:
        return field_error("document", f"Must be one of: {', '.join(DOCUMENTS)}")
    errors: list[FieldError] = []
    if inputs.days is not UNSET and inputs.days is not None:
        last = 0 if document == "quote" else MAX_DAYS
        if not -MAX_DAYS <= inputs.days <= last:
            errors += field_error("days", f"Must be from {-MAX_DAYS} to {last}")
    for name in TEXTS:
        template = getattr(inputs, name)
        if template is not UNSET:
            errors += field_error(name, _problem(document, name, template))
    return errors + under(_translation_problems(document, given_or(inputs.translations, {})), "translations")


def _problem(document: str, name: str, template: str) -> str | None:
    longest = MAX_SUBJECT if name == "subject" else MAX_MESSAGE
    return text_templates.problem(template, PLACEHOLDERS[document], longest=longest, expanded=MAX_EMAIL)


def _translation_problems(document: str, translations: Mapping[str, Any]) -> list[FieldError]:
    errors: list[FieldError] = []
    for language, texts in translations.items():
        if language not in LANGUAGES:
            message = f"Language must be one of: {', '.join(LANGUAGES)}"
            errors += field_error(UnknownName(language), message)
        elif not isinstance(texts, Mapping) or texts.keys() != set(TEXTS):
            errors += field_error(language, "Must have a subject and a message, and nothing else")
        elif not all(isinstance(text_, str) for text_ in texts.values()):
            errors += field_error(language, "The subject and the message must be texts")
        else:
            for name in TEXTS:
                errors += under(field_error(name, _problem(document, name, texts[name])), language)
    return errors


def clean_template(name: str, template: str) -> str:
    """A subject on one line, a message with its lines; without control characters."""
    return text.clean_line(template) if name == "subject" else text.clean_block(template)


def clean_step(inputs: ReminderStepInput) -> ReminderStepInput:
    """What was given of a step, with its texts cleaned."""
    clean: dict[str, Any] = {
        name: clean_template(name, template) for name in TEXTS if (template := getattr(inputs, name)) is not UNSET
    }
    if inputs.translations is not UNSET:
        clean["translations"] = clean_translations(inputs.translations)
    return replace(inputs, **clean)


def clean_translations(translations: Mapping[str, Any]) -> dict[str, Any]:
    """The texts in each language, cleaned where they are texts."""

    def clean(texts: Any) -> Any:
        if not isinstance(texts, Mapping):
            return texts
        return {name: clean_template(name, text_) if isinstance(text_, str) else text_ for name, text_ in texts.items()}

    return {language: clean(texts) for language, texts in translations.items()}


def texts_in(
    subject: str, message: str, translations: Mapping[str, Mapping[str, str]], *languages: str
) -> tuple[str, str, str]:
    """Subject and message in the first of the languages that a step has, else its own; and the language of them.

    A step's own texts are taken to be in the last one, the company's.
    """
    for language in languages:
        if language in translations:
            return translations[language]["subject"], translations[language]["message"], language
    return subject, message, languages[-1]


def timing_text(document: str, days: int) -> str:
    """`3 days before the due date`."""
    what = "due date" if document == "invoice" else "last valid day"
    if days == 0:
        return f"on the {what}"
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{count} {'before' if days < 0 else 'after'} the {what}"
