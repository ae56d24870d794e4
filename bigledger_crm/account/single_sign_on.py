"""Single sign-on by OpenID Connect: for members whose address the provider has verified, and nobody else."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import Membership, User


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Finds the member; makes nobody."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[Any]:
        """The one provider of the settings; none from the database."""
        apps: list[Any] = [app for app in super().list_apps(request, provider, client_id) if app.pk is None]
        return apps

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Nobody: people come by invitation."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Joins the provider's account to the member with the same verified address, the first time."""
        if sociallogin.is_existing:
            user = sociallogin.user
        else:
            verified = [one.email.strip().lower() for one in sociallogin.email_addresses if one.verified]
            user = User.objects.filter(email__in=verified).first()
        if user is None or not user.is_active or not _is_member(user):
            emails = ", ".join(one.email for one in sociallogin.email_addresses)
            security.record_failure(emails.lower(), client_address(request), "single sign-on: no member")
            _refuse(request, _("No member here has this email address. Please ask for an invitation."))
        if not sociallogin.is_existing:
            sociallogin.user = sociallogin.account.user = user
            sociallogin.account.save()
            by = security.Author(user.public_id, user.email, client_address(request))
            security.record("security.single_sign_on_joined", by, subject=user.email)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **facts: Any) -> None:
        """The provider refused, or can't be reached."""
        _refuse(request, _("Single sign-on failed. Please try again, or sign in with your password."))


def _is_member(user: User) -> bool:
    return Membership.objects.filter(user=user, company__is_active=True).exists()


def _refuse(request: HttpRequest, message: str) -> None:
    messages.error(request, message)
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("pages:sign-in")))


def cancelled(request: HttpRequest) -> HttpResponse:
    """The person went back at the provider's page."""
    messages.info(request, _("Single sign-on was cancelled."))
    return HttpResponseRedirect(reverse("pages:sign-in"))


def provider_name() -> str:
    """What the button of single sign-on says; "" without a provider."""
    return str(settings.OIDC["name"]) if settings.OIDC else ""
