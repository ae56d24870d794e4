"""The forms of the account pages."""

from typing import TYPE_CHECKING, Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.forms import PasswordChangeForm as DjangoPasswordChangeForm
from django.contrib.auth.forms import SetPasswordForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bigledger_crm.account.adapter import check_password
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.forms import TOO_MANY
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.sign_in import count_attempt, forget_attempts

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
    SetForm = SetPasswordForm[User]
    ChangeForm = DjangoPasswordChangeForm
else:  # Django's classes take no parameters when they run
    UserForm, SetForm, ChangeForm = forms.ModelForm, SetPasswordForm, DjangoPasswordChangeForm

NEW_PASSWORD_HELP = _("At least 10 characters. A few words that don't belong together are easy to remember.")


class ProfileForm(UserForm):
    """Name and language."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(
        label=_("Language"), choices=list(LANGUAGES.items()), help_text=_("For emails about your account.")
    )

    class Meta:
        model = User
        fields = ["name", "language"]

    def clean_name(self) -> str:
        """One line."""
        return clean_line(self.cleaned_data["name"])


class EmailForm(forms.Form):
    """An email address, as people type it."""

    email = forms.CharField(
        label=_("Email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Enter your email address")},
    )

    def clean_email(self) -> str:
        """In lower case."""
        address = str(self.cleaned_data["email"]).strip().lower()
        if not is_email_address(address):
            raise forms.ValidationError(_("Enter a valid email address"), code="invalid")
        return address


class NewEmailForm(EmailForm):
    """The address to sign in with from now on."""

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        self.fields["email"].label = _("New email address")
        self.fields["email"].widget.attrs["autocomplete"] = "email"

    def clean_email(self) -> str:
        """Another one than now."""
        address = super().clean_email()
        if address == self.user.email:
            raise forms.ValidationError(_("This is already your email address"), code="same")
        return address


class NewPasswordForm(SetForm):
    """A password, twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = NEW_PASSWORD_HELP
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""


class PasswordChangeForm(ChangeForm):
    """The old password, counted as signing in is, and the new one twice."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["old_password"].label = _("Current password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = NEW_PASSWORD_HELP
        self.fields["new_password2"].label = _("New password again")
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        """The right one."""
        password = str(self.cleaned_data["old_password"])
        check_password(context.request, self.user, password)
        return password


class JoinForm(NewPasswordForm):
    """Who an invited person is."""

    name = forms.CharField(label=_("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "new_password1", "new_password2"]

    def clean_name(self) -> str:
        """One line."""
        return clean_line(self.cleaned_data["name"])


def _plain_code(field: forms.Field, label: Any) -> None:
    field.label = label
    field.widget.attrs = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}


class SecondFactorForm(AuthenticateForm):
    """The second factor's code, counted for the person wherever the guesses come from, with pauses that grow."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain_code(self.fields["code"], _("Code"))

    def clean_code(self) -> str:
        """The right one, within what may be tried."""
        name, address = f"second factor of {self.user.public_id}", client_address(context.request)
        wait = count_attempt(name, address)
        if wait is not None:
            minutes = -(-int(wait.total_seconds()) // 60)
            message = ngettext(
                "Too many wrong codes. Try again in %(minutes)s minute.",
                "Too many wrong codes. Try again in %(minutes)s minutes.",
                minutes,
            )
            raise forms.ValidationError(message, code=TOO_MANY, params={"minutes": minutes})
        try:
            code = str(super().clean_code())
        except forms.ValidationError:
            security.record_failure(self.user.email, address, "the second factor was wrong")
            raise
        forget_attempts(name, address)
        return code


class SecondFactorAgainForm(ReauthenticateForm):
    """The code once more, before something that matters."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain_code(self.fields["code"], _("Code"))


class AuthenticatorAppForm(ActivateTOTPForm):
    """The first code of an app."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _plain_code(self.fields["code"], _("Code from the app"))
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class PasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("Sign in with it alone, without the password")
        self.fields["passwordless"].help_text = _("It then asks for your fingerprint, face or PIN each time.")


class PasskeyNameForm(EditWebAuthnForm):
    """Another name of a passkey."""

    name = forms.CharField(label=_("Name"), max_length=60)
