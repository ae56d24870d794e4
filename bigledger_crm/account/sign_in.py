"""Signing in and out."""

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bigledger_crm.account.second_factor import passkeys_possible
from bigledger_crm.account.single_sign_on import provider_name
from bigledger_crm.tenancy.forms import BUSY, TOO_MANY, CountedSignInForm
from bigledger_crm.tenancy.security import note_sign_out
from bigledger_crm.tenancy.setup_link import is_new


class SignInForm(CountedSignInForm):
    """Email address and password."""

    def __init__(self, request: HttpRequest | None = None, *args: object, **options: object) -> None:
        super().__init__(request, *args, **options)
        self.error_messages = {
            "invalid_login": _("The email address or password is incorrect. Please try again."),
            "inactive": _("This account is disabled. Please contact your BigLedger administrator."),
        }
        self.fields["username"].label = _("Email address")
        for name, message in (("username", _("Enter your email address")), ("password", _("Enter your password"))):
            self.fields[name].error_messages["required"] = message
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "inputmode": "email"}


class SignInView(LoginView):
    """The sign-in page; whoever is signed in goes on at once."""

    template_name = "pages/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    next_page = "/"

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        """With the other ways in, and a hint for whoever comes to an installation that has no company yet."""
        ways = {"single_sign_on": provider_name(), "passkeys": passkeys_possible(), "is_new": is_new()}
        return super().get_context_data(**facts, **ways)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """The password was right; the second factor comes next where the person has one."""
        user = form.get_user()
        login = Login(user=user, email=user.email, redirect_url=self.get_redirect_url() or None)
        answer: HttpResponse = perform_password_login(self.request, {"email": user.email}, login)
        return answer

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """The form again; programs that guess read the status."""
        response = super().form_invalid(form)
        refused = form.has_error(NON_FIELD_ERRORS, TOO_MANY) or form.has_error(NON_FIELD_ERRORS, BUSY)
        response.status_code = 429 if refused else 200
        return response


class SignOutView(LogoutView):
    """Ends the session."""

    next_page = "pages:sign-in"

    def dispatch(self, request: HttpRequest, *args: object, **options: object) -> HttpResponse:
        """Notes who leaves while the session still says so."""
        note_sign_out(request)
        return super().dispatch(request, *args, **options)
