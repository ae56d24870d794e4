"""The reminders that a company begins with, in each language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DefaultStep:
    """A step of the schedule: subject and message by language."""

    document: str
    days: int
    texts: dict[str, tuple[str, str]]


DEFAULT_STEPS: tuple[DefaultStep, ...] = (
    DefaultStep(
        "invoice",
        -3,
        {
            "en": (
                "Invoice {number} is due on {due_date}",
                "Dear {customer},\n\nThis is a friendly reminder that invoice {number} for {amount_due} is due on "
                "{due_date}. A copy is attached.\n\nIf you have already paid, please disregard this email.\n\n"
                "Kind regards,\n{company}",
            ),
            "ms": (
                "Invois {number} perlu dibayar pada {due_date}",
                "{customer} yang dihormati,\n\nIni ialah peringatan mesra bahawa invois {number} berjumlah "
                "{amount_due} perlu dibayar pada {due_date}. Salinan invois dilampirkan.\n\nSekiranya bayaran telah "
                "dibuat, sila abaikan e-mel ini.\n\nSekian, terima kasih.\n{company}",
            ),
            "zh": (
                "发票 {number} 将于{due_date}到期",
                "尊敬的 {customer}：\n\n谨此提醒，发票 {number}（金额 {amount_due}）将于{due_date}到期，"
                "随函附上发票副本。\n\n如您已付款，请忽略此邮件。\n\n顺祝商祺\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        0,
        {
            "en": (
                "Invoice {number} is due today",
                "Dear {customer},\n\nInvoice {number} for {amount_due} is due today, {due_date}. A copy is attached."
                "\n\nIf you have already paid, please disregard this email.\n\nKind regards,\n{company}",
            ),
            "ms": (
                "Invois {number} perlu dibayar hari ini",
                "{customer} yang dihormati,\n\nInvois {number} berjumlah {amount_due} perlu dibayar hari ini, "
                "{due_date}. Salinan invois dilampirkan.\n\nSekiranya bayaran telah dibuat, sila abaikan e-mel ini."
                "\n\nSekian, terima kasih.\n{company}",
            ),
            "zh": (
                "发票 {number} 今日到期",
                "尊敬的 {customer}：\n\n发票 {number}（金额 {amount_due}）于今日（{due_date}）到期，随函附上发票副本。"
                "\n\n如您已付款，请忽略此邮件。\n\n顺祝商祺\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        7,
        {
            "en": (
                "Invoice {number} is overdue",
                "Dear {customer},\n\nInvoice {number} was due on {due_date}, and {amount_due} is still outstanding. A "
                "copy is attached.\n\nPlease arrange payment, or let us know if there is a problem with the invoice."
                "\n\nKind regards,\n{company}",
            ),
            "ms": (
                "Invois {number} telah tertunggak",
                "{customer} yang dihormati,\n\nInvois {number} sepatutnya dibayar pada {due_date}, dan "
                "{amount_due} masih belum dijelaskan. Salinan invois dilampirkan.\n\nSila jelaskan bayaran, atau "
                "maklumkan kepada kami sekiranya terdapat masalah dengan invois ini.\n\nSekian, terima kasih.\n"
                "{company}",
            ),
            "zh": (
                "发票 {number} 已逾期",
                "尊敬的 {customer}：\n\n发票 {number} 已于{due_date}到期，尚有 {amount_due} 未付，随函附上发票副本。"
                "\n\n请尽快安排付款；如对发票有任何疑问，请与我们联系。\n\n顺祝商祺\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        14,
        {
            "en": (
                "Second reminder: invoice {number}",
                "Dear {customer},\n\nInvoice {number} is now {days_overdue} days overdue, and {amount_due} is still "
                "outstanding. A copy is attached.\n\nPlease pay without delay, or contact us if you are unable to do "
                "so.\n\nKind regards,\n{company}",
            ),
            "ms": (
                "Peringatan kedua: invois {number}",
                "{customer} yang dihormati,\n\nBayaran bagi invois {number} telah lewat {days_overdue} hari, dan "
                "{amount_due} masih belum dijelaskan. Salinan invois dilampirkan.\n\nSila jelaskan bayaran dengan "
                "segera, atau hubungi kami sekiranya anda menghadapi kesulitan.\n\nSekian, terima kasih.\n{company}",
            ),
            "zh": (
                "第二次提醒：发票 {number}",
                "尊敬的 {customer}：\n\n发票 {number} 已逾期 {days_overdue} 天，尚有 {amount_due} 未付，"
                "随函附上发票副本。\n\n请尽快付款；如有困难，请与我们联系。\n\n顺祝商祺\n{company}",
            ),
        },
    ),
    DefaultStep(
        "quote",
        -3,
        {
            "en": (
                "Quote {number} is valid until {valid_until}",
                "Dear {customer},\n\nOur quote {number} for {total} is valid until {valid_until}. A copy is attached."
                "\n\nWe look forward to hearing from you.\n\nKind regards,\n{company}",
            ),
            "ms": (
                "Sebut harga {number} sah sehingga {valid_until}",
                "{customer} yang dihormati,\n\nSebut harga kami {number} berjumlah {total} sah sehingga "
                "{valid_until}. Salinannya dilampirkan.\n\nKami menantikan maklum balas anda.\n\n"
                "Sekian, terima kasih.\n{company}",
            ),
            "zh": (
                "报价单 {number} 有效期至{valid_until}",
                "尊敬的 {customer}：\n\n我们的报价单 {number}（总额 {total}）有效期至{valid_until}，随函附上副本。"
                "\n\n期待您的回复。\n\n顺祝商祺\n{company}",
            ),
        },
    ),
)
