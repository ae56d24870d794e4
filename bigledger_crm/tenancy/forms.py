"""The form that people sign in with, on the pages and in the admin."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import ngettext

from bigledger_crm.tenancy.sign_in import count_attempt, forget_attempts

TOO_MANY = "too_many"


class CountedSignInForm(AuthenticationForm):
    """Name and password; after too many attempts nobody looks at the password for a while."""

    def clean(self) -> dict[str, Any]:
        """Counts the attempt, then looks at the password."""
        name, address = self.cleaned_data.get("username"), self._address()
        if not name:
            return super().clean()
        wait = count_attempt(name, address)
        if wait is not None:
            minutes = -(-int(wait.total_seconds()) // 60)
            message = ngettext(
                "Too many attempts to sign in. Try again in %(minutes)s minute.",
                "Too many attempts to sign in. Try again in %(minutes)s minutes.",
                minutes,
            )
            raise forms.ValidationError(message, code=TOO_MANY, params={"minutes": minutes})
        cleaned = super().clean()
        forget_attempts(name, address)
        return cleaned

    def _address(self) -> str:
        return self.request.META.get("REMOTE_ADDR", "") if self.request else ""
