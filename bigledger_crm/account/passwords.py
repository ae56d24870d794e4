"""Changing one's password, and choosing a new one by a link that was emailed."""

from typing import TYPE_CHECKING, Any

from allauth.account.views import PasswordChangeView
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views.generic import FormView

from bigledger_crm.account.emails import queue_password_reset, queue_to_person
from bigledger_crm.account.forms import EmailForm, NewPasswordForm, PasswordChangeForm
from bigledger_crm.account.sessions import end_sessions
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.sign_in import forget_attempts

if TYPE_CHECKING:
    EmailFormView = FormView[EmailForm]
else:  # Django's classes take no parameters when they run
    EmailFormView = FormView


class PasswordPage(PasswordChangeView):
    """The old password and a new one; all other sessions end."""

    template_name = "account/password.html"

    def get_default_success_url(self) -> str:
        """Here again, where a message says it."""
        return reverse("account_change_password")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Saved: told by email and noted by the adapter."""
        response: HttpResponse = super().form_valid(form)
        end_sessions(form.user, apart_from=self.request.session.session_key)
        return response


class PasswordForgottenView(EmailFormView):
    """Asks for an address; the answer is the same, and as quick, whether anybody has it."""

    form_class = EmailForm
    template_name = "account/password_forgotten.html"

    def form_valid(self, form: EmailForm) -> HttpResponse:
        """A worker finds out whether there is somebody to write to."""
        address = form.cleaned_data["email"]
        if ratelimit.consume(self.request, action="reset_password", key=address):
            queue_password_reset(address)
        return HttpResponseRedirect(reverse("pages:password-sent"))


class PasswordResetView(PasswordResetConfirmView):
    """A new password by a link that works once; all sessions end, and nobody is signed in by it."""

    form_class = NewPasswordForm
    template_name = "account/password_reset.html"
    success_url = reverse_lazy("pages:sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        """Saved: told by email and noted."""
        response = super().form_valid(form)
        user, address = form.user, client_address(self.request)
        end_sessions(user)
        forget_attempts(user.email, address)
        security.record(
            "security.password_reset", security.Author(user.public_id, user.email, address), subject=user.email
        )
        queue_to_person("password_changed", user)
        messages.success(self.request, _("Your password is changed. Please sign in with it."))
        return response

    def render_to_response(self, context: dict[str, Any], **options: Any) -> HttpResponse:
        """A link that is used or too old is gone."""
        return super().render_to_response(context, status=200 if context["validlink"] else 410, **options)


class NoPasswordView(EmailFormView):
    """Who signs in without a password gets a link to choose one, to the address that they have."""

    form_class = EmailForm
    template_name = "account/no_password.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same email as for a forgotten one."""
        assert isinstance(request.user, User)  # noqa: S101  account_page
        if ratelimit.consume(request, action="reset_password", key=request.user.email):
            queue_password_reset(request.user.email)
        return HttpResponseRedirect(reverse("pages:password-sent"))
