"""What emails about accounts say, in each language.  They stand as whole text in tests/emails/texts/account/.

Placeholders: {name} of the person, {email} their address, {link}, {hours} for which it works, {company}, {inviter},
{when}.
"""

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "password_reset": {
        "en": (
            "Choose a new password",
            "Hello {name},\n\nYou can choose a new password for BigLedger CRM here:\n\n{link}\n\n"
            "The link works once and expires in {hours} hours.\n\n"
            "If you didn't ask for this, ignore this email: your password stays the same.",
        ),
        "ms": (
            "Tetapkan kata laluan baharu",
            "Salam {name},\n\nAnda boleh menetapkan kata laluan baharu untuk BigLedger CRM di sini:\n\n{link}\n\n"
            "Pautan ini hanya boleh digunakan sekali dan akan luput dalam masa {hours} jam.\n\n"
            "Jika anda tidak membuat permintaan ini, abaikan e-mel ini; kata laluan anda tidak berubah.",
        ),
        "zh": (
            "设置新密码",
            "{name}，您好：\n\n请通过以下链接为 BigLedger CRM 设置新密码：\n\n{link}\n\n"
            "该链接只能使用一次，{hours} 小时内有效。\n\n如果不是您本人申请，请忽略此邮件，您的密码不会改变。",
        ),
    },
    "password_changed": {
        "en": (
            "Your password was changed",
            "Hello {name},\n\n"
            "The password of your BigLedger CRM account was changed on {when}. All your other devices have "
            "been signed out.\n\nIf this wasn't you, choose a new password immediately:\n\n{link}",
        ),
        "ms": (
            "Kata laluan anda telah ditukar",
            "Salam {name},\n\n"
            "Kata laluan akaun BigLedger CRM anda telah ditukar pada {when}. Semua peranti anda yang lain "
            "telah dilog keluar.\n\nJika bukan anda yang menukarnya, tetapkan kata laluan baharu dengan segera:\n\n"
            "{link}",
        ),
        "zh": (
            "您的密码已更改",
            "{name}，您好：\n\n您的 BigLedger CRM 账户密码已于 {when}更改，您的其他设备均已退出登录。\n\n"
            "如果不是您本人操作，请立即设置新密码：\n\n{link}",
        ),
    },
    "email_confirm": {
        "en": (
            "Confirm your new email address",
            "Hello {name},\n\nPlease confirm {email} as your new email address for BigLedger CRM:\n\n{link}\n\n"
            "The link works once and expires in {hours} hours. Until you confirm it, sign in with your old address.",
        ),
        "ms": (
            "Sahkan alamat e-mel baharu anda",
            "Salam {name},\n\nSila sahkan {email} sebagai alamat e-mel baharu anda untuk BigLedger CRM:\n\n"
            "{link}\n\nPautan ini hanya boleh digunakan sekali dan akan luput dalam masa {hours} jam. Sebelum anda "
            "mengesahkannya, log masuk dengan alamat lama anda.",
        ),
        "zh": (
            "请确认您的新邮箱地址",
            "{name}，您好：\n\n请确认将 {email} 作为您登录 BigLedger CRM 的新邮箱：\n\n{link}\n\n"
            "该链接只能使用一次，{hours} 小时内有效。确认之前，请继续使用原邮箱登录。",
        ),
    },
    "email_changed": {
        "en": (
            "Your email address was changed",
            "Hello {name},\n\n"
            "The email address of your BigLedger CRM account was changed to {email} on {when}. From now on, "
            "sign in with that address.\n\n"
            "If this wasn't you, contact your BigLedger administrator immediately.",
        ),
        "ms": (
            "Alamat e-mel anda telah ditukar",
            "Salam {name},\n\n"
            "Alamat e-mel akaun BigLedger CRM anda telah ditukar kepada {email} pada {when}. Mulai sekarang, "
            "log masuk dengan alamat itu.\n\n"
            "Jika bukan anda yang menukarnya, hubungi pentadbir BigLedger di syarikat anda dengan segera.",
        ),
        "zh": (
            "您的邮箱地址已更改",
            "{name}，您好：\n\n您的 BigLedger CRM 账户邮箱已于 {when}更改为 {email}，今后请使用该邮箱登录。\n\n"
            "如果不是您本人操作，请立即联系贵公司的 BigLedger 管理员。",
        ),
    },
    "second_factor_added": {
        "en": (
            "A second factor was added",
            "Hello {name},\n\n"
            "An authenticator app or a passkey was added to your BigLedger CRM account on {when}.\n\n"
            "If this wasn't you, remove it and change your password immediately:\n\n{link}",
        ),
        "ms": (
            "Faktor kedua telah ditambahkan",
            "Salam {name},\n\n"
            "Aplikasi pengesah atau kunci laluan telah ditambahkan ke akaun BigLedger CRM anda pada {when}.\n\n"
            "Jika bukan anda yang menambahkannya, buang faktor itu dan tukar kata laluan anda dengan segera:\n\n"
            "{link}",
        ),
        "zh": (
            "已添加第二重验证",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when}添加了验证器应用或通行密钥。\n\n"
            "如果不是您本人操作，请立即将其移除并更改密码：\n\n{link}",
        ),
    },
    "second_factor_removed": {
        "en": (
            "A second factor was removed",
            "Hello {name},\n\n"
            "An authenticator app or a passkey was removed from your BigLedger CRM account on {when}.\n\n"
            "If this wasn't you, change your password immediately:\n\n{link}",
        ),
        "ms": (
            "Faktor kedua telah dibuang",
            "Salam {name},\n\n"
            "Aplikasi pengesah atau kunci laluan telah dibuang daripada akaun BigLedger CRM anda pada {when}.\n\n"
            "Jika bukan anda yang membuangnya, tukar kata laluan anda dengan segera:\n\n{link}",
        ),
        "zh": (
            "已移除第二重验证",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when}移除了验证器应用或通行密钥。\n\n"
            "如果不是您本人操作，请立即更改密码：\n\n{link}",
        ),
    },
    "recovery_codes_made": {
        "en": (
            "New recovery codes were created",
            "Hello {name},\n\n"
            "New recovery codes for your BigLedger CRM account were created on {when}. Your old codes no "
            "longer work.\n\nIf this wasn't you, change your password immediately:\n\n{link}",
        ),
        "ms": (
            "Kod pemulihan baharu telah dijana",
            "Salam {name},\n\n"
            "Kod pemulihan baharu untuk akaun BigLedger CRM anda telah dijana pada {when}. Kod lama anda tidak "
            "boleh digunakan lagi.\n\nJika bukan anda yang menjananya, tukar kata laluan anda dengan segera:\n\n"
            "{link}",
        ),
        "zh": (
            "已生成新的恢复代码",
            "{name}，您好：\n\n您的 BigLedger CRM 账户已于 {when}生成了新的恢复代码，旧代码已失效。\n\n"
            "如果不是您本人操作，请立即更改密码：\n\n{link}",
        ),
    },
    "invitation": {
        "en": (
            "{inviter} has invited you to join {company}",
            "Hello,\n\n"
            "{inviter} has invited you to join {company} on BigLedger CRM. Accept the invitation here:\n\n"
            "{link}\n\nThe link works once and expires on {when}.\n\n"
            "If you don't know {inviter}, ignore this email.",
        ),
        "ms": (
            "{inviter} menjemput anda menyertai {company}",
            "Salam sejahtera,\n\n"
            "{inviter} menjemput anda menyertai {company} dalam BigLedger CRM. Terima jemputan di sini:\n\n"
            "{link}\n\nPautan ini hanya boleh digunakan sekali dan akan luput pada {when}.\n\n"
            "Jika anda tidak mengenali {inviter}, abaikan e-mel ini.",
        ),
        "zh": (
            "{inviter} 邀请您加入 {company}",
            "您好：\n\n{inviter} 邀请您在 BigLedger CRM 中加入 {company}。请通过以下链接接受邀请：\n\n{link}\n\n"
            "该链接只能使用一次，有效期至 {when}。\n\n如果您不认识 {inviter}，请忽略此邮件。",
        ),
    },
    "company_invitation": {
        "en": (
            "You have been invited to join {company}",
            "Hello,\n\n"
            "You have been invited to join {company} on BigLedger CRM. Accept the invitation here:\n\n"
            "{link}\n\nThe link works once and expires on {when}.\n\n"
            "If you don't know {company}, ignore this email.",
        ),
        "ms": (
            "Anda dijemput menyertai {company}",
            "Salam sejahtera,\n\n"
            "Anda dijemput menyertai {company} dalam BigLedger CRM. Terima jemputan di sini:\n\n"
            "{link}\n\nPautan ini hanya boleh digunakan sekali dan akan luput pada {when}.\n\n"
            "Jika anda tidak mengenali {company}, abaikan e-mel ini.",
        ),
        "zh": (
            "邀请您加入 {company}",
            "您好：\n\n诚邀您在 BigLedger CRM 中加入 {company}。请通过以下链接接受邀请：\n\n{link}\n\n"
            "该链接只能使用一次，有效期至 {when}。\n\n如果您不认识 {company}，请忽略此邮件。",
        ),
    },
}
