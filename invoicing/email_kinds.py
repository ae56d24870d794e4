"""The emails with invoices, credit notes and statements of account."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.registry import EmailContent, EmailKind
from sales.email_kinds import COMMON, COMMON_SAMPLES

INVOICE = EmailKind(
    "invoice",
    label=_("Invoice"),
    texts={
        "en": EmailContent(
            "Invoice {number} from {company}",
            "Dear {customer},\n\nPlease find attached invoice {number} for {total}, due on {due_date}.\n\n{payments}"
            "\n\nThank you for your business.\n\nKind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Invois {number} daripada {company}",
            "{customer} yang dihormati,\n\nBersama-sama ini dilampirkan invois {number} berjumlah {total}, perlu "
            "dibayar selewat-lewatnya pada {due_date}.\n\n{payments}\n\nTerima kasih kerana berurusan dengan kami.\n\n"
            "Sekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 发票 {number}",
            "尊敬的 {customer}：\n\n随函附上发票 {number}，总额 {total}，付款到期日为{due_date}。\n\n{payments}\n\n"
            "感谢您的惠顾。\n\n顺祝商祺\n{sender}",
        ),
    },
    placeholders={
        **COMMON,
        "title": 200,
        "due_date": 40,
        "amount_due": 40,
        "payments": 200,
        "payment_reference": 31,
    },
    sample_number="INV-2024-0001",
    samples={
        **COMMON_SAMPLES,
        "title": "Widgets for the first quarter",
        "amount_due": "MYR 2,567.50",
        "payments": "",
        "payment_reference": "RF17 INV2 0240 001",
    },
    figure="amount_due",
    figure_notes={"en": "Due {due_date}", "ms": "Perlu dibayar pada {due_date}", "zh": "到期日：{due_date}"},
)

CREDIT_NOTE = EmailKind(
    "credit_note",
    label=_("Credit note"),
    texts={
        "en": EmailContent(
            "Credit note {number} from {company}",
            "Dear {customer},\n\nPlease find attached credit note {number} for {total}, which relates to invoice "
            "{invoice}.\n\nKind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Nota kredit {number} daripada {company}",
            "{customer} yang dihormati,\n\nBersama-sama ini dilampirkan nota kredit {number} berjumlah {total} bagi "
            "invois {invoice}.\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 贷项通知单 {number}",
            "尊敬的 {customer}：\n\n随函附上贷项通知单 {number}，总额 {total}，对应发票 {invoice}。\n\n"
            "顺祝商祺\n{sender}",
        ),
    },
    placeholders={**COMMON, "invoice": 60},
    sample_number="CN-2024-0001",
    samples={**COMMON_SAMPLES, "invoice": "INV-2024-0001"},
    figure="total",
    figure_notes={
        "en": "Credit for invoice {invoice}",
        "ms": "Kredit bagi invois {invoice}",
        "zh": "对应发票 {invoice}",
    },
)

GOODWILL = EmailKind(
    "goodwill",
    label=_("Credit note without an invoice"),
    texts={
        "en": EmailContent(
            "Credit note {number} from {company}",
            "Dear {customer},\n\nPlease find attached credit note {number} for {total}.\n\nReason: {reason}\n\n"
            "The amount can be used for your next invoices.\n\nKind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Nota kredit {number} daripada {company}",
            "{customer} yang dihormati,\n\nBersama-sama ini dilampirkan nota kredit {number} berjumlah {total}.\n\n"
            "Sebab: {reason}\n\nJumlah ini boleh digunakan untuk invois anda yang seterusnya.\n\n"
            "Sekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 贷项通知单 {number}",
            "尊敬的 {customer}：\n\n随函附上贷项通知单 {number}，总额 {total}。\n\n事由：{reason}\n\n"
            "此金额可用于抵扣您之后的发票。\n\n顺祝商祺\n{sender}",
        ),
    },
    placeholders={**COMMON, "reason": 500},
    sample_number="CN-2024-0002",
    samples={**COMMON_SAMPLES, "reason": "Late delivery in January"},
    figure="total",
    figure_notes={"en": "Credit", "ms": "Kredit", "zh": "贷项"},
)

STATEMENT = EmailKind(
    "statement",
    label=_("Statement of account"),
    texts={
        "en": EmailContent(
            "Statement of account from {company}",
            "Dear {customer},\n\nPlease find attached your statement of account as at {until}. The balance is "
            "{total}.\n\nIf you have any questions, please reply to this email.\n\nKind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Penyata akaun daripada {company}",
            "{customer} yang dihormati,\n\nBersama-sama ini dilampirkan penyata akaun anda setakat {until}. Baki "
            "akaun ialah {total}.\n\nSekiranya ada sebarang pertanyaan, sila balas e-mel ini.\n\n"
            "Sekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 对账单",
            "尊敬的 {customer}：\n\n随函附上截至{until}的对账单，余额为 {total}。\n\n"
            "如有任何疑问，请直接回复此邮件。\n\n顺祝商祺\n{sender}",
        ),
    },
    placeholders={**{name: length for name, length in COMMON.items() if name != "reference"}, "until": 40},
    sample_number="CUST-0001",
    samples=COMMON_SAMPLES,
    figure="total",
    figure_notes={"en": "Balance as at {until}", "ms": "Baki setakat {until}", "zh": "截至{until}的余额"},
)

# What is said of an invoice that was paid or credited in part, and of one with nothing left to pay.
_SETTLED = {
    "en": ("{paid} has been paid", "{credited} has been credited", " and ", "{what}. The amount due is {due}."),
    "ms": ("{paid} telah dibayar", "{credited} telah dikreditkan", " dan ", "{what}. Baki perlu dibayar ialah {due}."),
    "zh": ("已付 {paid}", "已冲减 {credited}", "，", "{what}，尚欠 {due}。"),
}
_NOTHING_DUE = {
    "en": "{what}. No further payment is due.",
    "ms": "{what}. Tiada lagi bayaran yang perlu dibuat.",
    "zh": "{what}，款项已结清。",
}


def payments_sentence(language: str, *, paid: str, credited: str, due: str) -> str:
    """What was paid and credited of an invoice, and what is due; amounts as text, "" for none."""
    by_payment, by_credit, between, left = _SETTLED[language]
    parts = [by_payment.format(paid=paid)] * bool(paid) + [by_credit.format(credited=credited)] * bool(credited)
    if not parts:
        return ""
    return (left if due else _NOTHING_DUE[language]).format(what=between.join(parts), due=due)
