"""Where django-allauth meets our rules: who may sign up (nobody), what is counted, noted and sent."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django import forms
from django.http import HttpRequest, HttpResponse

from bigledger_crm import metrics
from bigledger_crm.account.emails import queue_to_person
from bigledger_crm.account.sessions import NOWHERE
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.forms import CountedSignInForm
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.sign_in import remember_browser

# What allauth tells people of, by the last part of its templates' names, and the security event that goes with it.
NOTICES = {
    "password_changed": "password_changed",
    "password_set": "password_changed",
    "totp_activated": "second_factor_added",
    "totp_deactivated": "second_factor_removed",
    "webauthn_added": "second_factor_added",
    "webauthn_removed": "second_factor_removed",
    "recovery_codes_generated": "recovery_codes_made",
}


class AccountAdapter(DefaultAccountAdapter):
    """Signing in by allauth's stages, with our counts, records and emails."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody: people come by invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that everything else counts and notes."""
        return client_address(request) or NOWHERE

    def reauthenticate(self, user: User, password: str) -> bool:
        """Counts as signing in does; what is to be waited for is said."""
        check_password(context.request, user, password)
        return True

    def post_login(self, request: HttpRequest, user: User, **facts: Any) -> HttpResponse:
        """In, all stages passed: noted, and the browser is known from now on."""
        response: HttpResponse = super().post_login(request, user, **facts)
        by = security.Author(user.public_id, user.email, client_address(request))
        metrics.sign_in_attempted("succeeded")
        security.record("security.signed_in", by, note=request.path)
        remember_browser(request, response, user.email)
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every email about accounts is in account/emails.py."""
        raise NotImplementedError(template_prefix)

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tells the person by email what was changed, and notes it."""
        kind = NOTICES[template_prefix.rpartition("/")[2]]
        security.record(f"security.{kind}", security.author_of(self.request), subject=user.email)
        queue_to_person(kind, user)


def check_password(request: HttpRequest, user: User, password: str) -> None:
    """Raises ValidationError unless it is the person's password; counted as signing in is."""
    form = CountedSignInForm(request, {"username": user.email, "password": password})
    if not form.is_valid():
        errors = form.non_field_errors().as_data()
        if errors and errors[0].code != "invalid_login":
            raise errors[0]
        raise forms.ValidationError(DefaultAccountAdapter.error_messages["incorrect_password"], "incorrect_password")
