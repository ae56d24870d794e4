"""Single sign-on by OpenID Connect: for members whose address the provider has verified, and nobody else."""

import logging
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.log import log_response
from django.utils.translation import gettext as _
from requests import RequestException

from bigledger_crm.account.provider_session import ProviderSession, is_away
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import Membership, User

logger = logging.getLogger(__name__)


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

    def get_requests_session(self) -> ProviderSession:
        """How the provider is asked."""
        return ProviderSession()

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, exception: Exception | None = None, **facts: Any
    ) -> None:
        """The provider refused, or can't be reached."""
        if isinstance(exception, RequestException):
            raise ImmediateHttpResponse(_provider_down(request, exception))
        _refuse(request, _("Single sign-on failed. Please try again, or sign in with your password."))


def _is_member(user: User) -> bool:
    return Membership.objects.filter(user=user, company__is_active=True).exists()


def _refuse(request: HttpRequest, message: str) -> None:
    messages.error(request, message)
    raise ImmediateHttpResponse(HttpResponseRedirect(reverse("pages:sign-in")))


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """To the provider."""
    return _asking(oidc.login, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """From the provider, in or refused."""
    return _asking(oidc.callback, request, provider_id)


def _asking(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view(request, provider_id)
    except RequestException as error:
        return _provider_down(request, error)
    return answer


def _provider_down(request: HttpRequest, error: RequestException) -> HttpResponse:
    """The page that says so: 503 where it may work again soon, 502 where the provider answers what is no answer."""
    status = 503 if is_away(error) else 502
    page = render(request, "account/provider_down.html", {"name": provider_name(), "status": status}, status=status)
    if status == 503:
        page.headers["Retry-After"] = "60"
    # In place of Django's line, which would not say why.
    log_response(
        "Single sign-on failed, %s: %s",
        type(error).__name__,
        str(error),
        response=page,
        request=request,
        logger=logger,
        level="error",
    )
    return page


def cancelled(request: HttpRequest) -> HttpResponse:
    """The person went back at the provider's page."""
    messages.info(request, _("Single sign-on was cancelled."))
    return HttpResponseRedirect(reverse("pages:sign-in"))


def provider_name() -> str:
    """What the button of single sign-on says; "" without a provider."""
    return str(settings.OIDC["name"]) if settings.OIDC else ""
