"""What the kinds of emails with documents have in common; the apps register the kinds."""

from collections.abc import Mapping

from bigledger_crm.kernel import text_templates
from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.registry import EmailContent, email_kinds

MAX_SUBJECT = 200
MAX_BODY = 5000
MAX_EMAIL = 20_000

SAMPLE_DAY = "2024-02-14"
# The few words that every email has beside its text.
ATTACHED = {"en": "Attachment:", "ms": "Lampiran:", "zh": "附件："}


def figure_of(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The figure and the words under it; nothing for a kind without."""
    known = email_kinds[kind]
    if not known.figure:
        return "", ""
    return values[known.figure], text_templates.fill(known.figure_notes[language], values)


def check(kind: str, content: EmailContent) -> list[FieldError]:
    """The errors of a company's own text."""
    known = email_kinds[kind].placeholders
    subject = text_templates.problem(content.subject, known, longest=MAX_SUBJECT, expanded=MAX_EMAIL)
    body = text_templates.problem(content.body, known, longest=MAX_BODY, expanded=MAX_EMAIL)
    return [*field_error("subject", subject), *field_error("body", body)]
