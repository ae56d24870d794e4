"""The pages of one's own account ask as often for somebody with many companies, sessions and passkeys as with one."""

from importlib import import_module

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bigledger_crm.tenancy.models import Company, Membership, User
from bigledger_crm.testing.open_urls import ACCOUNT_PAGES
from bigledger_crm.tests.performance.support.query_baseline import compare_with_baseline

MANY = 12
# The password is asked for again, or there is a second factor already.
ELSEWHERE = {"account/no-password", "account/second-factor/app"}
COUNTED = [page for page in ACCOUNT_PAGES if page not in ELSEWHERE]


def _person(company: Company, count: int, page: str) -> User:
    person = User.objects.create_user(f"{count}@example.com", "correct horse battery", name="Dewi")
    Membership.objects.create(company=company, user=person, role="sales")
    for number in range(1, count):
        other = Company.objects.create(name=f"Company {number}")
        Membership.objects.create(company=other, user=person, role="viewer")
    TOTP.activate(person, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)
    for number in range(count):
        _sign_in_elsewhere(person)
        if not page.endswith("passkeys/new"):  # reads the passkeys themselves
            passkey = {"name": f"Key {number}", "credential": {}}
            Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=passkey)
    return person


def _sign_in_elsewhere(person: User) -> None:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(person.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    UserSession.objects.create(user=person, session_key=session.session_key, ip="192.0.2.1", user_agent="Phone")


def _queries(company: Company, count: int, page: str) -> list[str]:
    person, client = _person(company, count, page), Client()
    client.force_login(person)
    again = client.post("/sign-in/again", {"password": "correct horse battery", "next": "/account"})
    assert again["Location"] == "/account"
    key = Authenticator.objects.filter(user=person).order_by("-pk").values_list("pk", flat=True)[0]
    path = f"/{page.replace('<int:pk>', str(key))}"
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
    assert answer.status_code == 200, path
    if page == "account/sessions":
        assert answer.content.decode().count('name="session"') == count
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("page", COUNTED)
def test_an_account_page_asks_as_often_for_many_as_for_one(company: Company, page: str) -> None:
    one, many = _queries(company, 1, page), _queries(company, MANY, page)
    assert len(one) == len(many), sorted(set(many) - set(one))
    compare_with_baseline(f"GET /{page.replace('<int:pk>', '<id>')}", len(one))
