"""The kinds of letters, what their texts may name, and what they say until a company says otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from bigledger_crm.kernel import placeholders

MAX_SUBJECT = 200
MAX_BODY = 5000
MAX_MAIL = 20_000


@dataclass(frozen=True)
class Letter:
    """A subject and a text, each perhaps with placeholders, and once it is written the figure that it is about."""

    subject: str
    body: str
    figure: str = ""
    figure_note: str = ""


# What a text may name, and how long that can get.
_COMMON = {"customer": 200, "number": 60, "total": 40, "reference": 100, "sender": 200, "company": 200}
PLACEHOLDERS: dict[str, dict[str, int]] = {
    "quote": {**_COMMON, "title": 200, "valid_until": 40},
    "invoice": {**_COMMON, "due_date": 40, "amount_due": 40},
}
SAMPLES: dict[str, str] = {
    "customer": "Acme Corporation",
    "total": "MYR 2,567.50",
    "reference": "PO-4711",
    "sender": "Alice Tan",
    "title": "Widgets for the first quarter",
    "amount_due": "MYR 2,567.50",
}
SAMPLE_NUMBERS = {"quote": "QT-2024-0001", "invoice": "INV-2024-0001"}
SAMPLE_DAY = "2024-02-14"
# The few words that every mail has beside its text.
ATTACHED = {"en": "Attached", "ms": "Lampiran", "zh": "附件"}

# The figure that stands large above the text, and the words under it.
FIGURES: dict[str, tuple[str, dict[str, str]]] = {
    "quote": (
        "total",
        {"en": "Valid until {valid_until}", "ms": "Sah sehingga {valid_until}", "zh": "有效期至 {valid_until}"},
    ),
    "invoice": (
        "amount_due",
        {"en": "Due {due_date}", "ms": "Perlu dibayar pada {due_date}", "zh": "到期日 {due_date}"},
    ),
}

STANDARD: dict[str, dict[str, Letter]] = {
    "quote": {
        "en": Letter(
            "Quote {number} from {company}",
            "Dear {customer},\n\nthank you for your enquiry. Please find attached our quote {number} over {total}, "
            "valid until {valid_until}.\n\nIf you have any questions, just reply to this mail.\n\n"
            "Kind regards\n{sender}",
        ),
        "ms": Letter(
            "Sebut harga {number} daripada {company}",
            "{customer} yang dihormati,\n\nTerima kasih atas pertanyaan anda. Dilampirkan sebut harga kami {number} "
            "berjumlah {total}, sah sehingga {valid_until}.\n\nSekiranya ada sebarang pertanyaan, sila balas e-mel ini."
            "\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": Letter(
            "{company} 报价单 {number}",
            "尊敬的 {customer}：\n\n感谢您的询价。随函附上我方报价单 {number}，总额 {total}，有效期至 "
            "{valid_until}。\n\n"
            "如有任何疑问，请直接回复此邮件。\n\n此致\n{sender}",
        ),
    },
    "invoice": {
        "en": Letter(
            "Invoice {number} from {company}",
            "Dear {customer},\n\nplease find attached our invoice {number} over {total}. It is due on {due_date}.\n\n"
            "Thank you for your business.\n\nKind regards\n{sender}",
        ),
        "ms": Letter(
            "Invois {number} daripada {company}",
            "{customer} yang dihormati,\n\nDilampirkan invois kami {number} berjumlah {total}. Sila jelaskan sebelum "
            "atau pada {due_date}.\n\nTerima kasih atas urusan anda.\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": Letter(
            "{company} 发票 {number}",
            "尊敬的 {customer}：\n\n随函附上我方发票 {number}，总额 {total}，请于 {due_date} 前付款。\n\n"
            "感谢您的惠顾。\n\n此致\n{sender}",
        ),
    },
}


def figure_of(kind: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """The figure and the words under it."""
    name, notes = FIGURES[kind]
    return values[name], placeholders.fill(notes[language], values)


def check(kind: str, letter: Letter) -> dict[str, str]:
    """The errors of a company's own letter, by field."""
    known = PLACEHOLDERS[kind]
    found = {
        "subject": placeholders.problem(letter.subject, known, longest=MAX_SUBJECT, expanded=MAX_MAIL),
        "body": placeholders.problem(letter.body, known, longest=MAX_BODY, expanded=MAX_MAIL),
    }
    return {field: message for field, message in found.items() if message}
