"""The emails with saved reports, which go to members of the company."""

# Subject and text by language.
TEXTS: dict[str, tuple[str, str]] = {
    "en": (
        "{report} as at {day}",
        "Dear {recipient},\n\nPlease find attached the report {report} of {company} as at {day}.\n\nTo look at it more "
        "closely, or to change when it is sent, open it here: {link}\n\nKind regards,\n{company}",
    ),
    "ms": (
        "{report} setakat {day}",
        "{recipient} yang dihormati,\n\nBersama-sama ini dilampirkan laporan {report} bagi {company} setakat {day}."
        "\n\nUntuk melihatnya dengan lebih terperinci atau mengubah masa penghantarannya, sila buka: {link}\n\n"
        "Sekian, terima kasih.\n{company}",
    ),
    "zh": (
        "{report}（截至{day}）",
        "{recipient}，您好：\n\n随函附上 {company} 截至{day}的报表 {report}。\n\n"
        "如需查看详情或更改发送时间，请打开：{link}\n\n顺祝商祺\n{company}",
    ),
}
