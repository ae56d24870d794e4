"""The kinds of emails with documents, what their texts may name, and the figure that each is about."""

from collections.abc import Mapping

from bigledger_crm.kernel import text_templates
from bigledger_crm.outbox.email_templates.defaults import DEFAULT_TEXTS, EmailContent

__all__ = ["DEFAULT_TEXTS", "EmailContent"]

MAX_SUBJECT = 200
MAX_BODY = 5000
MAX_MAIL = 20_000


# What a text may name, and how long that can get.
_COMMON = {"customer": 200, "number": 60, "total": 40, "reference": 100, "sender": 200, "company": 200}
_WITHOUT_TOTAL = {name: length for name, length in _COMMON.items() if name != "total"}
PLACEHOLDERS: dict[str, dict[str, int]] = {
    "quote": {**_COMMON, "title": 200, "valid_until": 40},
    "order": {**_COMMON, "title": 200, "order_date": 40},
    "delivery_note": {**_WITHOUT_TOTAL, "order": 60, "shipped_on": 40, "tracking": 260},
    "invoice": {**_COMMON, "title": 200, "due_date": 40, "amount_due": 40, "payments": 200},
    "credit_note": {**_COMMON, "invoice": 60},
    "statement": {name: length for name, length in _COMMON.items() if name != "reference"} | {"until": 40},
}
SAMPLES: dict[str, str] = {
    "customer": "Acme Corporation",
    "total": "MYR 2,567.50",
    "reference": "PO-4711",
    "sender": "Alice Tan",
    "title": "Widgets for the first quarter",
    "amount_due": "MYR 2,567.50",
    "payments": "",
    "order": "SO-2024-0001",
    "invoice": "INV-2024-0001",
    "tracking": "",
}
SAMPLE_NUMBERS = {
    "quote": "QT-2024-0001",
    "order": "SO-2024-0001",
    "delivery_note": "SO-2024-0001/1",
    "invoice": "INV-2024-0001",
    "credit_note": "CN-2024-0001",
    "statement": "CUST-0001",
}
SAMPLE_DAY = "2024-02-14"
# The few words that every mail has beside its text.
ATTACHED = {"en": "Attachment:", "ms": "Lampiran:", "zh": "附件："}

# The figure that stands large above the text, and the words under it.
FIGURES: dict[str, tuple[str, dict[str, str]]] = {
    "quote": (
        "total",
        {"en": "Valid until {valid_until}", "ms": "Sah sehingga {valid_until}", "zh": "有效期至{valid_until}"},
    ),
    "order": (
        "total",
        {"en": "Ordered on {order_date}", "ms": "Dipesan pada {order_date}", "zh": "订购日期：{order_date}"},
    ),
    "credit_note": (
        "total",
        {"en": "Credit for invoice {invoice}", "ms": "Kredit bagi invois {invoice}", "zh": "对应发票 {invoice}"},
    ),
    "statement": ("total", {"en": "Balance as at {until}", "ms": "Baki setakat {until}", "zh": "截至{until}的余额"}),
    "invoice": (
        "amount_due",
        {"en": "Due {due_date}", "ms": "Perlu dibayar pada {due_date}", "zh": "到期日：{due_date}"},
    ),
}


def figure_of(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The figure and the words under it; nothing for a kind without."""
    if kind not in FIGURES:
        return "", ""
    name, notes = FIGURES[kind]
    return values[name], text_templates.fill(notes[language], values)


def check(kind: str, content: EmailContent) -> dict[str, str]:
    """The errors of a company's own text, by field."""
    known = PLACEHOLDERS[kind]
    found = {
        "subject": text_templates.problem(content.subject, known, longest=MAX_SUBJECT, expanded=MAX_MAIL),
        "body": text_templates.problem(content.body, known, longest=MAX_BODY, expanded=MAX_MAIL),
    }
    return {field: message for field, message in found.items() if message}
