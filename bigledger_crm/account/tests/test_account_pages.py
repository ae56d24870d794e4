"""The pages of one's own account: for who is signed in, with and without a company; and the list of sessions."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client

from bigledger_crm.account.devices import device_of
from bigledger_crm.account.tests.test_passwords import is_in, sent, signed_in
from bigledger_crm.tenancy.models import Membership, SecurityEvent, User
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.open_urls import ACCOUNT_PAGES

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PAGES = [page.replace("<int:pk>", "1") for page in ACCOUNT_PAGES]


@pytest.mark.parametrize("page", PAGES)
def test_they_are_for_who_is_signed_in(page: str, db: None) -> None:
    for answer in (Client().get(f"/{page}"), Client().post(f"/{page}")):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("belongs", [True, False])
def test_they_are_drawn_in_the_frame_of_the_company_or_without(belongs: bool, client: Client, alice: User) -> None:
    if not belongs:
        Membership.objects.filter(user=alice).delete()
    client.force_login(alice)
    client.post("/sign-in/again", {"password": "correct horse battery", "next": "/account"})
    for page in ("", "/email", "/password", "/second-factor", "/second-factor/app", "/second-factor/passkeys/new"):
        answer = client.get(f"/account{page}")
        assert answer.status_code == 200, page
        assert ('class="sidebar"' in flat(answer)) is belongs, page
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert 'aria-current="page"' in flat(answer)


def test_name_and_language_are_saved(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/account", {"name": "  Alice   Lim ", "language": "zh"}).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.language) == ("Alice Lim", "zh")
    wrong = client.post("/account", {"name": "", "language": "xx"})
    assert set(wrong.context["form"].errors) == {"name", "language"}


def test_sessions_are_listed_and_end_one_by_one_or_all(alice: User, bob: User) -> None:
    here, phone, third = signed_in(), signed_in(), signed_in()
    theirs = signed_in(bob.email)
    page = flat(here.get("/account/sessions"))
    assert page.count("Firefox, Windows") >= 3
    assert "this one" in page
    number = UserSession.objects.get(session_key=phone.session.session_key).pk
    here.post("/account/sessions", {"session": str(number)})
    assert [is_in(one) for one in (here, phone, third, theirs)] == [True, False, True, True]
    stranger = UserSession.objects.get(session_key=theirs.session.session_key).pk
    for nonsense in (str(stranger), "x", "9" * 30, "-1"):
        here.post("/account/sessions", {"session": nonsense})
    assert is_in(theirs)
    here.post("/account/sessions")
    assert [is_in(one) for one in (here, third, theirs)] == [True, False, True]
    assert SecurityEvent.objects.filter(event="security.sessions_ended", actor_id=alice.public_id).count() == 2


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36", "Chrome, Linux"),
        ("curl/8", "Unknown device"),
    ],
)
def test_devices_have_names(agent: str, device: str) -> None:
    assert device_of(agent) == device


def test_an_operator_removes_a_lost_second_factor(alice: User) -> None:
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("remove_second_factor", alice.email)
    browser = signed_in()
    TOTP.activate(alice, SECRET)
    call_command("remove_second_factor", "ALICE@example.com")
    assert not is_in(browser)
    assert is_in(signed_in())
    assert [one.subject for one in sent()] == ["A second factor was removed"]
