"""The form that people sign in with."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bigledger_crm import metrics
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.sign_in import (
    TooBusy,
    count_attempt,
    forget_attempts,
    known_browser,
    password_check,
)

TOO_MANY = "too_many"
BUSY = "busy"


class CountedSignInForm(AuthenticationForm):
    """Name and password; after too many attempts nobody looks at the password for a while."""

    def clean_username(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["username"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        """Counts the attempt, then looks at the password."""
        name = self.cleaned_data.get("username")
        if not name or not self.cleaned_data.get("password"):
            return super().clean()
        try:
            with password_check():
                return self._checked(name, client_address(self.request))
        except TooBusy:
            message = _("Too many people are signing in just now. Try again in a moment.")
            raise forms.ValidationError(message, code=BUSY) from None

    def _checked(self, name: str, address: str) -> dict[str, Any]:
        browser = known_browser(self.request, name)
        wait = count_attempt(name, address, browser)
        if wait is not None:
            metrics.sign_in_attempted("paused")
            minutes = -(-int(wait.total_seconds()) // 60)
            message = ngettext(
                "Too many attempts to sign in. Try again in %(minutes)s minute.",
                "Too many attempts to sign in. Try again in %(minutes)s minutes.",
                minutes,
            )
            raise forms.ValidationError(message, code=TOO_MANY, params={"minutes": minutes})
        try:
            cleaned = super().clean()
        except forms.ValidationError:
            security.record_failure(name, address)
            raise
        forget_attempts(name, address, browser)
        return cleaned
