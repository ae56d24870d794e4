"""The second factor: set up, asked for, counted, demanded, encrypted."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from bigledger_crm.account.models import AccountEmail
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import Company, SecurityEvent, User
from bigledger_crm.tenancy.sign_in import ALLOWED
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("nothing_counted")

RIGHT = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_for(secret: str) -> str:
    """What an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, int(clock.now().timestamp()) // 30)))


def sign_in(client: Client, page: str = "/sign-in", name: str = "alice@example.com") -> Any:
    return client.post(page, {"username": name, "password": RIGHT})


def confirm(client: Client, page: str) -> Any:
    """Gives the password once more where a page asks for it."""
    asked = client.get(page)
    assert (asked.status_code, asked["Location"].split("?")[0]) == (302, "/sign-in/again")
    return client.post(asked["Location"], {"password": RIGHT, "next": page})


@pytest.fixture
def app_of_alice(alice: User) -> str:
    TOTP.activate(alice, SECRET)
    return SECRET


def test_an_app_is_set_up_with_its_first_code(
    client: Client, alice: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    sign_in(client)
    assert confirm(client, "/account/second-factor/app")["Location"] == "/account/second-factor/app"
    page = client.get("/account/second-factor/app")
    secret = page.context["form"].secret
    assert secret in flat(page)
    assert "data:image/svg+xml;base64," in flat(page)
    wrong = client.post("/account/second-factor/app", {"code": "000000"})
    assert "Incorrect code." in flat(wrong)
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post("/account/second-factor/app", {"code": code_for(secret)})
    assert done["Location"] == "/account/second-factor/codes"
    codes = re.findall(r"\b\d{8}\b", flat(client.get("/account/second-factor/codes")))
    assert len(codes) == 10
    assert client.get("/account/second-factor/codes/file").content.decode().split() == codes
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored
    assert [(told.kind, told.to) for told in AccountEmail.objects.all()] == [("second_factor_added", alice.email)]
    assert SecurityEvent.objects.filter(event="security.second_factor_added", actor_id=alice.public_id).exists()


def test_the_right_password_alone_does_not_sign_in(client: Client, alice: User, app_of_alice: str) -> None:
    answer = sign_in(client, "/sign-in?next=/outbox")
    assert answer["Location"] == "/sign-in/second-factor"
    assert client.get("/outbox")["Location"].startswith("/sign-in")
    assert not SecurityEvent.objects.filter(event="security.signed_in").exists()
    assert not [name for name in client.cookies if name.startswith("known_")]
    assert "Incorrect code." in flat(client.post("/sign-in/second-factor", {"code": "123456"}))
    failed = SecurityEvent.objects.get(event="security.sign_in_failed")
    assert (failed.actor_id, failed.note) == (alice.public_id, "the second factor was wrong")
    code = code_for(app_of_alice)
    assert client.post("/sign-in/second-factor", {"code": code})["Location"] == "/outbox"
    assert client.get("/outbox").status_code == 200
    assert [name for name in client.cookies if name.startswith("known_")]
    other = Client()
    sign_in(other)
    assert "Incorrect code." in flat(other.post("/sign-in/second-factor", {"code": code})), "a code works once"


def test_whoever_goes_back_is_nobody(client: Client, app_of_alice: str) -> None:
    sign_in(client)
    client.post("/sign-out")
    assert client.get("/sign-in/second-factor")["Location"] == "/sign-in"


def test_codes_are_guessed_as_little_as_passwords(client: Client, alice: User, app_of_alice: str) -> None:
    texts = set()
    for at in range(ALLOWED + 2):
        browser = Client(REMOTE_ADDR="192.0.2.7")
        sign_in(browser)
        texts.add("Too many" in flat(browser.post("/sign-in/second-factor", {"code": f"{at:06}"})))
    assert texts == {False, True}
    browser = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(browser)
    assert "Too many" in flat(browser.post("/sign-in/second-factor", {"code": code_for(app_of_alice)}))


def test_a_recovery_code_works_once(client: Client, alice: User) -> None:
    sign_in(client)
    confirm(client, "/account/second-factor/app")
    secret = client.get("/account/second-factor/app").context["form"].secret
    client.post("/account/second-factor/app", {"code": code_for(secret)})
    code = client.get("/account/second-factor/codes/file").content.decode().split()[0]
    for expected in (302, 200):
        browser = Client()
        sign_in(browser)
        assert browser.post("/sign-in/second-factor", {"code": code}).status_code == expected


def test_the_app_is_removed_after_the_password(client: Client, alice: User, app_of_alice: str) -> None:
    client.force_login(alice)
    confirm(client, "/account/second-factor/app/remove")
    assert client.post("/account/second-factor/app/remove").status_code == 302
    assert not Authenticator.objects.exists()
    assert AccountEmail.objects.get().kind == "second_factor_removed"
    assert sign_in(Client())["Location"] == "/"


def test_the_password_once_more_is_counted(client: Client, alice: User) -> None:
    client.force_login(alice)
    for _ in range(ALLOWED):
        page = client.post("/sign-in/again", {"password": "wrong", "next": "/account/email"})
        assert page.status_code in (200, 429)
    assert Client().post("/sign-in", {"username": alice.email, "password": RIGHT}).status_code == 429


def test_a_company_may_demand_one(client: Client, company: Company, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/customers").status_code == 200
    Company.objects.filter(pk=company.pk).update(requires_second_factor=True)
    for page in ("/customers", "/", "/outbox", "/search"):
        assert client.get(page)["Location"] == "/account/second-factor?wanted"
    assert client.post("/customers/new", {"name": "x"}).status_code == 302
    page = flat(client.get("/account/second-factor?wanted"))
    assert "A second factor is required here." in page
    Authenticator.objects.create(user=alice, type="recovery_codes", data={})
    assert client.get("/customers").status_code == 302
    TOTP.activate(alice, SECRET)
    assert client.get("/customers").status_code == 200


@pytest.mark.parametrize("demanded", [True, False])
def test_operators_need_one_where_it_is_demanded(client: Client, alice: User, demanded: bool, settings: Any) -> None:
    settings.ADMIN_SECOND_FACTOR = demanded
    User.objects.filter(pk=alice.pk).update(is_superuser=True, is_staff=True)
    client.force_login(alice)
    answer = client.get("/admin/", follow=True)
    at = answer.redirect_chain[-1][0] if answer.redirect_chain else "/admin/"
    assert at == ("/account/second-factor?wanted" if demanded else "/admin/")
    TOTP.activate(alice, SECRET)
    assert client.get("/admin/").status_code == 200
