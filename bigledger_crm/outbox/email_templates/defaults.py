"""What the emails with documents say in each language until a company writes its own texts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EmailContent:
    """A subject and a text, each perhaps with placeholders, and once it is written the figure that it is about."""

    subject: str
    body: str
    figure: str = ""
    figure_note: str = ""


DEFAULT_TEXTS: dict[str, dict[str, EmailContent]] = {
    "quote": {
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
    "order": {
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
    "delivery_note": {
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
    "invoice": {
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
    "credit_note": {
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
    "statement": {
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
}

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
_SENT_BY = {
    "en": ("Carrier: {carrier}", "tracking number: {number}", "Tracking number: {number}"),
    "ms": ("Syarikat penghantaran: {carrier}", "nombor penjejakan: {number}", "Nombor penjejakan: {number}"),
    "zh": ("承运人：{carrier}", "运单号：{number}", "运单号：{number}"),
}


def payments_sentence(language: str, *, paid: str, credited: str, due: str) -> str:
    """What was paid and credited of an invoice, and what is due; amounts as text, "" for none."""
    by_payment, by_credit, between, left = _SETTLED[language]
    parts = [by_payment.format(paid=paid)] * bool(paid) + [by_credit.format(credited=credited)] * bool(credited)
    if not parts:
        return ""
    return (left if due else _NOTHING_DUE[language]).format(what=between.join(parts), due=due)


def tracking_sentence(language: str, *, carrier: str, number: str) -> str:
    """By whom goods were sent, and under which number; "" when neither is known."""
    by, and_number, only_number = _SENT_BY[language]
    if not carrier:
        return only_number.format(number=number) if number else ""
    parts = [by.format(carrier=carrier), *([and_number.format(number=number)] if number else [])]
    return "；".join(parts) if language == "zh" else ", ".join(parts)
