"""What django-allauth does here: what comes after the password, and nothing that lets anybody sign up."""

from typing import Any


def settings(provider: dict[str, Any] | None) -> dict[str, Any]:
    """Its settings, with the provider of single sign-on where there is one."""
    return {
        "ACCOUNT_ADAPTER": "bigledger_crm.account.adapter.AccountAdapter",
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_EMAIL_VERIFICATION": "none",  # an address is proved by invitations, by its change and by resetting
        "ACCOUNT_EMAIL_NOTIFICATIONS": True,
        "ACCOUNT_SESSION_REMEMBER": True,
        "ACCOUNT_REAUTHENTICATION_REQUIRED": True,
        "ACCOUNT_FORMS": {"change_password": "bigledger_crm.account.forms.PasswordChangeForm"},
        "MFA_ADAPTER": "bigledger_crm.account.second_factor.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", "recovery_codes", "webauthn"],
        "MFA_PASSKEY_LOGIN_ENABLED": True,
        "MFA_TOTP_ISSUER": "BigLedger CRM",
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,  # what is not proved isn't kept: see ACCOUNT_EMAIL_VERIFICATION
        "MFA_FORMS": {
            "authenticate": "bigledger_crm.account.forms.SecondFactorForm",
            "reauthenticate": "bigledger_crm.account.forms.SecondFactorAgainForm",
            "activate_totp": "bigledger_crm.account.forms.AuthenticatorAppForm",
            "add_webauthn": "bigledger_crm.account.forms.PasskeyForm",
            "edit_webauthn": "bigledger_crm.account.forms.PasskeyNameForm",
        },
        "SOCIALACCOUNT_ADAPTER": "bigledger_crm.account.single_sign_on.SingleSignOnAdapter",
        "SOCIALACCOUNT_STORE_TOKENS": False,
        "SOCIALACCOUNT_LOGIN_ON_GET": True,  # a form must not lead elsewhere: our policy says form-action 'self'
        "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"APPS": [provider] if provider else []}},
    }
