"""What emails about accounts say, in each language.

Placeholders: {name} of the person, {email} their address, {link}, {hours} for which it works, {company}, {inviter},
{role}, {when}.
"""

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "password_reset": {
        "en": (
            "Choose a new password",
            "Hello {name},\n\nYou can choose a new password for BigLedger CRM here:\n\n{link}\n\nThe link "
            "works once, for {hours} hours.\n\nIf you didn't ask for this, do nothing: your password stays as "
            "it is.",
        ),
        "ms": (
            "Pilih kata laluan baharu",
            "Salam {name},\n\nAnda boleh memilih kata laluan baharu untuk BigLedger CRM di sini:\n\n{link}\n\n"
            "Pautan ini boleh digunakan sekali sahaja, dalam masa {hours} jam.\n\nJika anda tidak memintanya, "
            "abaikan e-mel ini: kata laluan anda tidak berubah.",
        ),
        "zh": (
            "设置新密码",
            "{name}，您好：\n\n请通过以下链接为 BigLedger CRM 设置新密码：\n\n{link}\n\n该链接只能使用一次，"
            "{hours} 小时内有效。\n\n如果不是您本人申请，请忽略此邮件，您的密码不会改变。",
        ),
    },
    "password_changed": {
        "en": (
            "Your password was changed",
            "Hello {name},\n\nThe password of your BigLedger CRM account was changed on {when}. All other "
            "devices were signed out.\n\nIf it wasn't you, choose a new password at once:\n\n{link}",
        ),
        "ms": (
            "Kata laluan anda telah ditukar",
            "Salam {name},\n\nKata laluan akaun BigLedger CRM anda telah ditukar pada {when}. Semua peranti "
            "lain telah dilog keluar.\n\nJika bukan anda yang menukarnya, pilih kata laluan baharu dengan "
            "segera:\n\n{link}",
        ),
        "zh": (
            "您的密码已更改",
            "{name}，您好：\n\n您的 BigLedger CRM 账户密码已于 {when} 更改，其他设备均已退出登录。\n\n"
            "如果不是您本人操作，请立即设置新密码：\n\n{link}",
        ),
    },
    "email_confirm": {
        "en": (
            "Confirm your new email address",
            "Hello {name},\n\nPlease confirm that you want to sign in to BigLedger CRM with {email} from now "
            "on:\n\n{link}\n\nThe link works once, for {hours} hours. Until then nothing changes.",
        ),
        "ms": (
            "Sahkan alamat e-mel baharu anda",
            "Salam {name},\n\nSila sahkan bahawa anda mahu log masuk ke BigLedger CRM dengan {email} mulai "
            "sekarang:\n\n{link}\n\nPautan ini boleh digunakan sekali sahaja, dalam masa {hours} jam. Sehingga "
            "disahkan, tiada apa yang berubah.",
        ),
        "zh": (
            "请确认您的新邮箱地址",
            "{name}，您好：\n\n请确认今后使用 {email} 登录 BigLedger CRM：\n\n{link}\n\n该链接只能使用一次，"
            "{hours} 小时内有效。确认之前一切保持不变。",
        ),
    },
    "email_changed": {
        "en": (
            "Your email address was changed",
            "Hello {name},\n\nSince {when} you sign in to BigLedger CRM with {email}, no longer with this "
            "address.\n\nIf it wasn't you, please contact whoever runs BigLedger at your company at once.",
        ),
        "ms": (
            "Alamat e-mel anda telah ditukar",
            "Salam {name},\n\nSejak {when}, anda log masuk ke BigLedger CRM dengan {email} dan bukan lagi "
            "dengan alamat ini.\n\nJika bukan anda yang menukarnya, sila hubungi pentadbir BigLedger di "
            "syarikat anda dengan segera.",
        ),
        "zh": (
            "您的邮箱地址已更改",
            "{name}，您好：\n\n自 {when} 起，您使用 {email} 登录 BigLedger CRM，此邮箱不再用于登录。\n\n"
            "如果不是您本人操作，请立即联系贵公司的 BigLedger 管理员。",
        ),
    },
    "second_factor_added": {
        "en": (
            "A second factor was added",
            "Hello {name},\n\nAn authenticator app or a passkey was added to your BigLedger CRM account on "
            "{when}.\n\nIf it wasn't you, remove it and change your password at once:\n\n{link}",
        ),
        "ms": (
            "Faktor kedua telah ditambah",
            "Salam {name},\n\nAplikasi pengesah atau kunci laluan telah ditambah pada akaun BigLedger CRM anda "
            "pada {when}.\n\nJika bukan anda yang menambahnya, buang faktor itu dan tukar kata laluan anda "
            "dengan segera:\n\n{link}",
        ),
        "zh": (
            "已添加第二重验证",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when} 添加了验证器应用或通行密钥。\n\n"
            "如果不是您本人操作，请立即将其移除并更改密码：\n\n{link}",
        ),
    },
    "second_factor_removed": {
        "en": (
            "A second factor was removed",
            "Hello {name},\n\nAn authenticator app or a passkey was removed from your BigLedger CRM account on "
            "{when}.\n\nIf it wasn't you, change your password at once:\n\n{link}",
        ),
        "ms": (
            "Faktor kedua telah dibuang",
            "Salam {name},\n\nAplikasi pengesah atau kunci laluan telah dibuang daripada akaun BigLedger CRM "
            "anda pada {when}.\n\nJika bukan anda yang membuangnya, tukar kata laluan anda dengan segera:\n\n"
            "{link}",
        ),
        "zh": (
            "已移除第二重验证",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when} 移除了验证器应用或通行密钥。\n\n"
            "如果不是您本人操作，请立即更改密码：\n\n{link}",
        ),
    },
    "recovery_codes_made": {
        "en": (
            "New recovery codes were made",
            "Hello {name},\n\nNew recovery codes for your BigLedger CRM account were made on {when}. The old "
            "ones no longer work.\n\nIf it wasn't you, change your password at once:\n\n{link}",
        ),
        "ms": (
            "Kod pemulihan baharu telah dijana",
            "Salam {name},\n\nKod pemulihan baharu untuk akaun BigLedger CRM anda telah dijana pada {when}. "
            "Kod lama tidak boleh digunakan lagi.\n\nJika bukan anda yang menjananya, tukar kata laluan anda "
            "dengan segera:\n\n{link}",
        ),
        "zh": (
            "已生成新的恢复代码",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when} 生成了新的恢复代码，旧代码已失效。\n\n"
            "如果不是您本人操作，请立即更改密码：\n\n{link}",
        ),
    },
    "invitation": {
        "en": (
            "{inviter} invites you to {company}",
            "Hello,\n\n{inviter} invites you to work in BigLedger CRM for {company}. Accept the invitation "
            "here:\n\n{link}\n\nThe link works once, until {when}.\n\nIf you don't know {inviter}, ignore this "
            "email.",
        ),
        "ms": (
            "{inviter} menjemput anda ke {company}",
            "Salam,\n\n{inviter} menjemput anda bekerja dalam BigLedger CRM untuk {company}. Terima jemputan "
            "di sini:\n\n{link}\n\nPautan ini boleh digunakan sekali sahaja, sehingga {when}.\n\nJika anda "
            "tidak mengenali {inviter}, abaikan e-mel ini.",
        ),
        "zh": (
            "{inviter} 邀请您加入 {company}",
            "您好：\n\n{inviter} 邀请您在 BigLedger CRM 中为 {company} 工作。请通过以下链接接受邀请：\n\n"
            "{link}\n\n该链接只能使用一次，有效期至 {when}。\n\n如果您不认识 {inviter}，请忽略此邮件。",
        ),
    },
}
