"""Single sign-on: members whose address the provider has verified come in, and nobody else."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.test import Client

from bigledger_crm import single_sign_on
from bigledger_crm.tenancy.models import Membership, SecurityEvent, User
from bigledger_crm.testing.html import flat

ISSUER = "https://login.example.com"
ENDPOINTS = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
}


@pytest.fixture
def told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the provider tells of whoever signs in."""
    for name, value in (("ISSUER", ISSUER), ("CLIENT_ID", "bigledger"), ("CLIENT_SECRET", "x"), ("NAME", "Acme")):
        monkeypatch.setenv(f"OIDC_{name}", value)
    settings.OIDC = single_sign_on.provider()
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [settings.OIDC]}}
    person: dict[str, Any] = {"sub": "1", "email": "Alice@example.com", "email_verified": True}
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "openid_config", ENDPOINTS)
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_fetch_user_info", lambda self, token: person)
    monkeypatch.setattr(OAuth2Client, "get_access_token", lambda *args, **options: {"access_token": "t"})
    return person


def _comes_back(browser: Client) -> Any:
    page = flat(browser.get("/sign-in"))
    assert "Continue with Acme" in page
    away = urlsplit(browser.get("/sign-in/sso/oidc")["Location"])
    sent = parse_qs(away.query)
    assert (away.netloc, sent["code_challenge_method"]) == ("login.example.com", ["S256"])
    return browser.get("/sign-in/sso/oidc/callback", {"code": "c", "state": sent["state"][0]})


def test_a_member_comes_in_and_is_known_by_the_providers_number_then(alice: User, told: dict[str, Any]) -> None:
    for _ in range(2):
        browser = Client()
        assert _comes_back(browser)["Location"] == "/"
        assert browser.get("/customers").status_code == 200
        told["email"] = "married@example.com"
    assert SocialAccount.objects.get().user == alice
    assert SecurityEvent.objects.filter(event="security.signed_in", actor_id=alice.public_id).count() == 2


@pytest.mark.parametrize("what", ["unverified", "unknown", "inactive", "no member"])
def test_nobody_else_comes_in(alice: User, told: dict[str, Any], what: str) -> None:
    told["email_verified"] = what != "unverified"
    if what == "unknown":
        told["email"] = "dewi@example.com"
    if what == "inactive":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    if what == "no member":
        Membership.objects.filter(user=alice).delete()
    browser = Client()
    assert _comes_back(browser)["Location"] == "/sign-in"
    assert "No member here has this email address" in flat(browser.get("/sign-in"))
    assert browser.get("/account").status_code == 302
    assert (User.objects.filter(email="dewi@example.com").exists(), SocialAccount.objects.exists()) == (False, False)


def test_an_answer_that_nobody_asked_for_is_refused(alice: User, told: dict[str, Any]) -> None:
    browser = Client()
    assert browser.get("/sign-in/sso/oidc/callback", {"code": "c", "state": "forged"}).status_code in (302, 400)
    assert browser.get("/account").status_code == 302
