"""Which reminder is due, and what it says: plain values in, plain values out."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from bigledger_crm.kernel import text
from sales.rules import days_later

MAX_STEPS = 20
MAX_DAYS = 365
MAX_SUBJECT = 200
MAX_MESSAGE = 5000
MAX_MAIL = 20_000
MAX_HORIZON = 90
DOCUMENTS = ("invoice", "quote")
SKIPPED_BECAUSE = {
    "passed": "its day was over when the document went out or the step was made",
    "later_step": "a later step was due",
    "opted_out": "the customer wants no reminders",
    "no_address": "the customer has no email address",
    "address_refused": "the customer's email address cannot be written to",
}
# What a template may name, and how long it can get.
PLACEHOLDERS: dict[str, dict[str, int]] = {
    "invoice": {
        "number": 60,
        "customer": 200,
        "company": 200,
        "amount_due": 40,
        "total": 40,
        "due_date": 20,
        "days_overdue": 7,
        "days_left": 7,
    },
    "quote": {"number": 60, "customer": 200, "company": 200, "total": 40, "valid_until": 20, "days_left": 7},
}
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


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


def render(template: str, values: Mapping[str, str]) -> str:
    """The template with each `{name}` replaced by its value, in which nothing more is replaced."""
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)


def check_step(document: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The errors of a step's given fields by their names on the wire."""
    errors: dict[str, str] = {}
    if document not in DOCUMENTS:
        return {"document": f"Must be one of: {', '.join(DOCUMENTS)}"}
    if "days" in values:
        last = 0 if document == "quote" else MAX_DAYS
        if not -MAX_DAYS <= values["days"] <= last:
            errors["days"] = f"Must be from {-MAX_DAYS} to {last}"
    for name, longest, expanded in (("subject", MAX_SUBJECT, MAX_MAIL), ("message", MAX_MESSAGE, MAX_MAIL)):
        if name in values and (problem := _template_problem(document, values[name], longest, expanded)):
            errors[name] = problem
    return errors


def _template_problem(document: str, template: str, longest: int, expanded: int) -> str | None:
    known = PLACEHOLDERS[document]
    unknown = [name for name in _PLACEHOLDER.findall(template) if name not in known]
    if not template.strip():
        return "This field is required"
    if len(template) > longest:
        return f"At most {longest} characters are allowed"
    if unknown:
        return f"Unknown placeholder {{{unknown[0][:60]}}}; choose from: {', '.join(f'{{{name}}}' for name in known)}"
    if len(render(template, {name: " " * length for name, length in known.items()})) > expanded:
        return f"With its placeholders filled in it can have more than {expanded} characters"
    return None


def clean_template(name: str, template: str) -> str:
    """A subject on one line, a message with its lines; without control characters."""
    return text.clean_line(template) if name == "subject" else text.clean_block(template)


def words(document: str, days: int) -> str:
    """`3 days before the due date`."""
    what = "due date" if document == "invoice" else "last valid day"
    if days == 0:
        return f"on the {what}"
    count = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{count} {'before' if days < 0 else 'after'} the {what}"


def day_words(day: date) -> str:
    """`5 February 2024`, as the texts of reminders write a day."""
    return f"{day.day} {day:%B} {day.year}"


# What a company begins with: document, days, subject, message.
DEFAULT_STEPS: tuple[tuple[str, int, str, str], ...] = (
    (
        "invoice",
        -3,
        "Invoice {number} is due on {due_date}",
        "Dear {customer},\n\nthis is a friendly note that our invoice {number} over {amount_due} is due on {due_date}."
        "\nIt is attached for your convenience. If you have paid already, please disregard this mail.\n\n{company}",
    ),
    (
        "invoice",
        0,
        "Invoice {number} is due today",
        "Dear {customer},\n\nour invoice {number} over {amount_due} is due today, {due_date}. It is attached.\n"
        "If you have paid already, please disregard this mail.\n\n{company}",
    ),
    (
        "invoice",
        7,
        "Invoice {number} is overdue",
        "Dear {customer},\n\nour invoice {number} was due on {due_date}, and {amount_due} is still open.\n"
        "Please let us have your payment, or tell us if something is not as it should be.\n\n{company}",
    ),
    (
        "invoice",
        14,
        "Second reminder: invoice {number}",
        "Dear {customer},\n\nour invoice {number} is {days_overdue} days overdue, and {amount_due} is still open.\n"
        "Please pay it now, or get in touch with us.\n\n{company}",
    ),
    (
        "quote",
        -3,
        "Our quote {number} is valid until {valid_until}",
        "Dear {customer},\n\nour quote {number} over {total} is valid until {valid_until}. It is attached once more.\n"
        "We would be glad to hear from you.\n\n{company}",
    ),
)
