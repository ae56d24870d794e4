"""The emails with quotes, order confirmations and delivery notes."""

from django.utils.translation import gettext_lazy as _

from bigledger_crm.registry import EmailContent, EmailKind

# What texts of most kinds may name, and how long that can get; what it stands for in a sample.
COMMON = {"customer": 200, "number": 60, "total": 40, "reference": 100, "sender": 200, "company": 200}
COMMON_SAMPLES = {"customer": "Acme Corporation", "total": "MYR 2,567.50", "reference": "PO-4711"}

QUOTE = EmailKind(
    "quote",
    label=_("Quote"),
    texts={
        "en": EmailContent(
            "Quote {number} from {company}",
            "Dear {customer},\n\nThank you for your enquiry. Please find attached our quote {number} for {total}, "
            "valid until {valid_until}.\n\nIf you have any questions, please reply to this email.\n\n"
            "Kind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Sebut harga {number} daripada {company}",
            "{customer} yang dihormati,\n\nTerima kasih atas pertanyaan anda. Bersama-sama ini dilampirkan sebut harga "
            "{number} berjumlah {total}, sah sehingga {valid_until}.\n\nSekiranya ada sebarang pertanyaan, sila balas "
            "e-mel ini.\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 报价单 {number}",
            "尊敬的 {customer}：\n\n感谢您的询价。随函附上报价单 {number}，总额 {total}，有效期至{valid_until}。\n\n"
            "如有任何疑问，请直接回复此邮件。\n\n顺祝商祺\n{sender}",
        ),
    },
    placeholders={**COMMON, "title": 200, "valid_until": 40},
    sample_number="QT-2024-0001",
    samples={**COMMON_SAMPLES, "title": "Widgets for the first quarter"},
    figure="total",
    figure_notes={"en": "Valid until {valid_until}", "ms": "Sah sehingga {valid_until}", "zh": "有效期至{valid_until}"},
)

ORDER = EmailKind(
    "order",
    label=_("Order confirmation"),
    texts={
        "en": EmailContent(
            "Order confirmation {number} from {company}",
            "Dear {customer},\n\nThank you for your order. Please find attached our order confirmation {number} for "
            "{total}.\n\nIf anything does not match your order, please reply to this email.\n\n"
            "Kind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Pengesahan pesanan {number} daripada {company}",
            "{customer} yang dihormati,\n\nTerima kasih atas pesanan anda. Bersama-sama ini dilampirkan pengesahan "
            "pesanan {number} berjumlah {total}.\n\nSekiranya terdapat perkara yang tidak menepati pesanan anda, sila "
            "balas e-mel ini.\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 订单确认 {number}",
            "尊敬的 {customer}：\n\n感谢您的订购。随函附上订单确认 {number}，总额 {total}。\n\n"
            "如有与您的订购不符之处，请直接回复此邮件。\n\n顺祝商祺\n{sender}",
        ),
    },
    placeholders={**COMMON, "title": 200, "order_date": 40},
    sample_number="SO-2024-0001",
    samples={**COMMON_SAMPLES, "title": "Widgets for the first quarter"},
    figure="total",
    figure_notes={"en": "Ordered on {order_date}", "ms": "Dipesan pada {order_date}", "zh": "订购日期：{order_date}"},
)

DELIVERY_NOTE = EmailKind(
    "delivery_note",
    label=_("Delivery note"),
    texts={
        "en": EmailContent(
            "Delivery note {number} from {company}",
            "Dear {customer},\n\nGoods from your order {order} were shipped on {shipped_on}. Please find the "
            "delivery note attached.\n\n{tracking}\n\nKind regards,\n{sender}",
        ),
        "ms": EmailContent(
            "Nota hantaran {number} daripada {company}",
            "{customer} yang dihormati,\n\nBarang bagi pesanan anda {order} telah dihantar pada {shipped_on}. Nota "
            "hantaran disertakan bersama e-mel ini.\n\n{tracking}\n\nSekian, terima kasih.\n{sender}",
        ),
        "zh": EmailContent(
            "{company} 送货单 {number}",
            "尊敬的 {customer}：\n\n您的订单 {order} 的货物已于{shipped_on}发出，随函附上送货单。\n\n{tracking}\n\n"
            "顺祝商祺\n{sender}",
        ),
    },
    placeholders={
        **{name: length for name, length in COMMON.items() if name != "total"},
        "order": 60,
        "shipped_on": 40,
        "tracking": 260,
    },
    sample_number="SO-2024-0001/1",
    samples={**COMMON_SAMPLES, "order": "SO-2024-0001", "tracking": ""},
)

_SENT_BY = {
    "en": ("Carrier: {carrier}", "tracking number: {number}", "Tracking number: {number}"),
    "ms": ("Syarikat penghantaran: {carrier}", "nombor penjejakan: {number}", "Nombor penjejakan: {number}"),
    "zh": ("承运人：{carrier}", "运单号：{number}", "运单号：{number}"),
}


def tracking_sentence(language: str, *, carrier: str, number: str) -> str:
    """By whom goods were sent, and under which number; "" when neither is known."""
    by, and_number, only_number = _SENT_BY[language]
    if not carrier:
        return only_number.format(number=number) if number else ""
    parts = [by.format(carrier=carrier), *([and_number.format(number=number)] if number else [])]
    return "；".join(parts) if language == "zh" else ", ".join(parts)
