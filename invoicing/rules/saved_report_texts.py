"""The emails with saved reports, which go to members of the company."""

# What a report covers, by language: after its name in the subject, and in the text.
OF_DAY: dict[str, tuple[str, str]] = {
    "en": (" as at {covers}", " as at {covers}"),
    "ms": (" setakat {covers}", " setakat {covers}"),
    "zh": ("（截至{covers}）", "（截至{covers}）"),
}
OF_PERIOD: dict[str, tuple[str, str]] = {
    "en": (", {covers}", " for {covers}"),
    "ms": (", {covers}", " untuk tempoh {covers}"),
    "zh": ("（{covers}）", "（{covers}）"),
}
# Subject and text by language; `covers` is one of the above.
TEXTS: dict[str, tuple[str, str]] = {
    "en": (
        "{report}{covers}",
        "Dear {recipient},\n\nPlease find attached the report {report} of {company}{covers}.\n\nTo look at it more "
        "closely, open it here: {link}\n\nKind regards,\n{company}",
    ),
    "ms": (
        "{report}{covers}",
        "{recipient} yang dihormati,\n\nBersama-sama ini dilampirkan laporan {report} bagi {company}{covers}."
        "\n\nUntuk melihatnya dengan lebih terperinci, sila buka: {link}\n\n"
        "Sekian, terima kasih.\n{company}",
    ),
    "zh": (
        "{report}{covers}",
        "{recipient}，您好：\n\n随函附上 {company} 的报表 {report}{covers}。\n\n"
        "如需查看详情，请打开：{link}\n\n顺祝商祺\n{company}",
    ),
}
