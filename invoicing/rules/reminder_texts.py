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
                "Dear {customer},\n\nthis is a friendly note that our invoice {number} over {amount_due} is "
                "due on {due_date}.\nIt is attached for your convenience. If you have paid already, please "
                "disregard this mail.\n\n{company}",
            ),
            "ms": (
                "Invois {number} perlu dibayar pada {due_date}",
                "{customer} yang dihormati,\n\nIni peringatan mesra bahawa invois kami {number} berjumlah "
                "{amount_due} perlu dibayar pada {due_date}.\nInvois dilampirkan untuk rujukan anda. Sekiranya "
                "bayaran telah dibuat, sila abaikan e-mel ini.\n\n{company}",
            ),
            "zh": (
                "发票 {number} 将于 {due_date} 到期",
                "尊敬的 {customer}：\n\n谨此提醒，我方发票 {number}（{amount_due}）将于 {due_date} 到期。\n"
                "随函附上发票供您参考。如您已付款，请忽略此邮件。\n\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        0,
        {
            "en": (
                "Invoice {number} is due today",
                "Dear {customer},\n\nour invoice {number} over {amount_due} is due today, {due_date}. It is "
                "attached.\nIf you have paid already, please disregard this mail.\n\n{company}",
            ),
            "ms": (
                "Invois {number} perlu dibayar hari ini",
                "{customer} yang dihormati,\n\nInvois kami {number} berjumlah {amount_due} perlu dibayar hari "
                "ini, {due_date}. Invois dilampirkan.\nSekiranya bayaran telah dibuat, sila abaikan e-mel "
                "ini.\n\n{company}",
            ),
            "zh": (
                "发票 {number} 今日到期",
                "尊敬的 {customer}：\n\n我方发票 {number}（{amount_due}）于今日 {due_date} 到期，发票随函附上。"
                "\n如您已付款，请忽略此邮件。\n\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        7,
        {
            "en": (
                "Invoice {number} is overdue",
                "Dear {customer},\n\nour invoice {number} was due on {due_date}, and {amount_due} is still "
                "open.\nPlease let us have your payment, or tell us if something is not as it should be.\n\n"
                "{company}",
            ),
            "ms": (
                "Invois {number} telah melepasi tarikh bayaran",
                "{customer} yang dihormati,\n\nInvois kami {number} perlu dibayar pada {due_date}, dan "
                "{amount_due} masih belum dijelaskan.\nSila buat bayaran, atau maklumkan kepada kami sekiranya "
                "ada sesuatu yang tidak betul.\n\n{company}",
            ),
            "zh": (
                "发票 {number} 已逾期",
                "尊敬的 {customer}：\n\n我方发票 {number} 已于 {due_date} 到期，尚有 {amount_due} 未付。\n"
                "请安排付款；如有任何问题，请与我们联系。\n\n{company}",
            ),
        },
    ),
    DefaultStep(
        "invoice",
        14,
        {
            "en": (
                "Second reminder: invoice {number}",
                "Dear {customer},\n\nour invoice {number} is {days_overdue} days overdue, and {amount_due} is "
                "still open.\nPlease pay it now, or get in touch with us.\n\n{company}",
            ),
            "ms": (
                "Peringatan kedua: invois {number}",
                "{customer} yang dihormati,\n\nInvois kami {number} telah lewat {days_overdue} hari, dan "
                "{amount_due} masih belum dijelaskan.\nSila buat bayaran sekarang, atau hubungi kami.\n\n"
                "{company}",
            ),
            "zh": (
                "第二次提醒：发票 {number}",
                "尊敬的 {customer}：\n\n我方发票 {number} 已逾期 {days_overdue} 天，尚有 {amount_due} 未付。\n"
                "请立即付款，或与我们联系。\n\n{company}",
            ),
        },
    ),
    DefaultStep(
        "quote",
        -3,
        {
            "en": (
                "Our quote {number} is valid until {valid_until}",
                "Dear {customer},\n\nour quote {number} over {total} is valid until {valid_until}. It is "
                "attached once more.\nWe would be glad to hear from you.\n\n{company}",
            ),
            "ms": (
                "Sebut harga kami {number} sah sehingga {valid_until}",
                "{customer} yang dihormati,\n\nSebut harga kami {number} berjumlah {total} sah sehingga "
                "{valid_until}. Ia dilampirkan sekali lagi.\nKami menantikan maklum balas anda.\n\n{company}",
            ),
            "zh": (
                "我方报价单 {number} 有效期至 {valid_until}",
                "尊敬的 {customer}：\n\n我方报价单 {number}（{total}）有效期至 {valid_until}，现再次随函附上。"
                "\n期待您的回复。\n\n{company}",
            ),
        },
    ),
)
