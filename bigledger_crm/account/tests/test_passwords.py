"""Changing and resetting a password, and changing the address, end to end with the emails' own links."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from bigledger_crm.account.emails import send_due
from bigledger_crm.account.models import AccountEmail
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import SecurityEvent, User
from bigledger_crm.testing.html import flat

pytestmark = pytest.mark.usefixtures("nothing_counted")

RIGHT, NEW = "correct horse battery", "a longer horse staple"


def sent() -> list[EmailMultiAlternatives]:
    """What a worker sends now."""
    before = len(mail.outbox)
    send_due()
    return [one for one in mail.outbox[before:] if isinstance(one, EmailMultiAlternatives)]


def link_in(email: EmailMultiAlternatives) -> str:
    """The path of the link in an email."""
    found = re.search(r"https?://[^/\s]+(/(?:password|account|invitation)/\S+)", str(email.body))
    assert found, email.body
    return found[1]


def signed_in(name: str = "alice@example.com", password: str = RIGHT) -> Client:
    browser = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0")
    assert browser.post("/sign-in", {"username": name, "password": password}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/account").status_code == 200


def _asked_for_a_link(address: str) -> Any:
    return Client().post("/password/forgotten", {"email": address})


def _new_password_by(link: str, password: str = NEW) -> Any:
    browser = Client()
    page = browser.get(link, follow=True)
    at = page.redirect_chain[-1][0] if page.redirect_chain else link
    return browser.post(at, {"new_password1": password, "new_password2": password})


def test_a_password_change_ends_other_sessions_and_is_told(alice: User) -> None:
    here, there = signed_in(), signed_in()
    stolen = there.session.session_key
    form = {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    assert "Incorrect password." in flat(here.post("/account/password", form))
    short = here.post("/account/password", {"old_password": RIGHT, "new_password1": "short", "new_password2": "short"})
    assert "at least 10 characters" in flat(short)
    assert here.post("/account/password", {**form, "old_password": RIGHT}).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert not Session.objects.filter(session_key=stolen).exists()
    (told,) = sent()
    assert (told.to, told.subject) == ([alice.email], "Your password was changed")
    event = SecurityEvent.objects.get(event="security.password_changed")
    assert event.actor_id == alice.public_id
    assert is_in(signed_in(password=NEW))


def test_a_cookie_stolen_before_signing_out_is_dead(alice: User) -> None:
    browser, thief = signed_in(), Client()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert is_in(thief)
    browser.post("/sign-out")
    assert not is_in(thief)
    assert thief.get("/customers")["Location"] == "/sign-in?next=/customers"


def test_resetting_answers_the_same_whether_there_is_somebody(alice: User) -> None:
    User.objects.create_user("gone@example.com", RIGHT, is_active=False)
    answers = [_asked_for_a_link(name) for name in (" ALICE@example.com", "nobody@example.com", "gone@example.com")]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, "/password/sent")}
    assert AccountEmail.objects.count() == 3, "the request does the same for each"
    (told,) = sent()
    assert told.to == [alice.email]
    assert not AccountEmail.objects.filter(done_at=None).exists()


def test_a_reset_works_once_and_ends_every_session(alice: User) -> None:
    before = signed_in()
    _asked_for_a_link(alice.email)
    (told,) = sent()
    link = link_in(told)
    html = str(told.alternatives[0][0])
    assert link in html
    assert "two" not in html
    assert _new_password_by(link)["Location"] == "/sign-in"
    assert not is_in(before)
    assert [one.subject for one in sent()] == ["Your password was changed"]
    assert SecurityEvent.objects.filter(event="security.password_reset", subject=alice.email).exists()
    gone = Client().get(link)
    assert (gone.status_code, "This link no longer works" in flat(gone)) == (410, True)
    assert is_in(signed_in(password=NEW))


@pytest.mark.parametrize("what", ["time", "password", "forged"])
def test_a_link_dies(alice: User, what: str) -> None:
    _asked_for_a_link(alice.email)
    link = link_in(sent()[0])
    if what == "password":
        alice.set_password("something else entirely")
        alice.save()
    if what == "forged":
        link = link[:-3] + "xxx"
    with time_machine.travel(clock.now() + timedelta(hours=2, minutes=1) if what == "time" else clock.now()):
        assert Client().get(link).status_code == 410


def test_links_are_asked_for_a_few_times_only(alice: User) -> None:
    for _ in range(30):
        assert _asked_for_a_link(alice.email)["Location"] == "/password/sent"
    assert 0 < AccountEmail.objects.count() <= 10


def test_emails_speak_the_persons_language(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="ms")
    _asked_for_a_link(alice.email)
    assert sent()[0].subject == "Tetapkan kata laluan baharu"


def test_an_email_that_fails_is_tried_again(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    _asked_for_a_link(alice.email)
    with monkeypatch.context() as patched:
        patched.setattr(EmailMultiAlternatives, "send", lambda self: (_ for _ in ()).throw(ConnectionRefusedError()))
        assert sent() == []
    row = AccountEmail.objects.get()
    assert (row.attempts, row.done_at, "ConnectionRefusedError" in row.last_error) == (1, None, True)
    assert sent() == []
    with time_machine.travel(clock.now() + timedelta(minutes=1)):
        assert len(sent()) == 1
        assert sent() == []


def _asks_for_another_address(browser: Client, address: str) -> Any:
    browser.post("/sign-in/again", {"password": RIGHT, "next": "/account/email"})
    return browser.post("/account/email", {"email": address})


def test_another_address_counts_once_its_link_is_opened(alice: User, bob: User) -> None:
    browser = signed_in()
    assert browser.get("/account/email")["Location"].startswith("/sign-in/again")
    assert "already your email address" in flat(_asks_for_another_address(browser, alice.email))
    for taken_or_free in (bob.email, "new@example.com"):
        answer = _asks_for_another_address(browser, taken_or_free)
        assert (answer.status_code, answer["Location"]) == (302, "/account/email")
    (asked,) = sent()
    assert asked.to == ["new@example.com"]
    link = link_in(asked)
    assert "new@example.com" in flat(Client().get(link))
    alice.refresh_from_db()
    assert alice.email == "alice@example.com", "opening isn't enough: programs open links too"
    assert Client().post(link).status_code == 302
    assert is_in(signed_in("new@example.com"))
    (told,) = sent()
    assert (told.to, "new@example.com" in str(told.body)) == (["alice@example.com"], True)
    again = Client().get(link)
    assert (again.status_code, "This link no longer works" in flat(again)) == (410, True)


@pytest.mark.parametrize("what", ["time", "password", "taken", "forged"])
def test_the_link_of_an_address_dies(alice: User, what: str) -> None:
    _asks_for_another_address(signed_in(), "new@example.com")
    link = link_in(sent()[0])
    if what == "password":
        alice.set_password(NEW)
        alice.save()
    if what == "taken":
        User.objects.create_user("new@example.com", RIGHT)
    link = f"{link}x" if what == "forged" else link
    with time_machine.travel(clock.now() + timedelta(hours=25) if what == "time" else clock.now()):
        assert Client().get(link).status_code == Client().post(link).status_code == 410
    alice.refresh_from_db()
    assert alice.email == "alice@example.com"
