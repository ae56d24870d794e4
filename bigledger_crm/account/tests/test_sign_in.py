"""Guessing passwords: ten attempts from a network, thirty for a name, and few checks of passwords at once."""

from datetime import timedelta
from functools import partial
from ipaddress import ip_network
from threading import BoundedSemaphore, Event, Semaphore, Thread
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from pytest_django import Settings

from bigledger_crm.account.tasks import forget_sign_in_attempts
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy import sign_in
from bigledger_crm.tenancy.models import SignInAttempts, User
from bigledger_crm.tenancy.sign_in import (
    ALLOWED,
    ALLOWED_FOR_A_NAME,
    CHECKS_AT_ONCE,
    LONGEST_PAUSE,
    NAME_WINDOW,
    WINDOW,
    TooBusy,
    password_check,
)
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.threads import at_once, until

RIGHT = "correct horse battery"


def _try(password: str, name: str = "alice@example.com", address: str = "192.0.2.1", page: str = "/sign-in") -> int:
    return int(_answer(password, name, address, page).status_code)


def _answer(password: str, name: str, address: str, page: str, client: Client | None = None) -> Any:
    return (client or Client()).post(page, {"username": name, "password": password}, REMOTE_ADDR=address)


def _guess_in_vain(page: str = "/sign-in", name: str = "alice@example.com") -> None:
    assert {_try(f"guess {number}", name, page=page) for number in range(ALLOWED)} == {200}


def test_after_ten_guesses_the_right_password_waits_too(alice: User, bob: User) -> None:
    _guess_in_vain()
    refused = _answer(RIGHT, " ALICE@example.com ", "192.0.2.1", "/sign-in")
    assert refused.status_code == 429
    assert "Too many attempts to sign in. Try again in 15 minutes." in flat(refused)
    assert 'value=" ALICE@example.com' in flat(refused)
    assert _try(RIGHT, address="192.0.2.2") == 302
    assert _try(RIGHT, name="bob@example.com") == 302
    with time_machine.travel(clock.now() + WINDOW):
        assert _try(RIGHT) == 302


def test_a_clock_set_back_a_day_makes_nobody_wait_a_day(alice: User) -> None:
    with time_machine.travel(clock.now() + timedelta(days=1)):
        _guess_in_vain()
        assert _try(RIGHT) == 429
    assert _try(RIGHT) == 302


def test_the_right_password_begins_anew(alice: User) -> None:
    for _ in range(3):
        assert {_try("wrong") for _ in range(ALLOWED - 1)} == {200}
        assert _try(RIGHT) == 302


def test_nobody_learns_whether_a_name_exists(alice: User) -> None:
    for name in ("alice@example.com", "nobody@example.com"):
        _guess_in_vain(name=name)
        assert _try("guess", name) == 429


def test_the_admin_counts_with_the_pages(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(is_superuser=True, is_staff=True)
    door = Client().get("/admin/login/?next=/admin/")
    assert (door.status_code, door["Location"]) == (302, "/sign-in?next=/admin/")
    _guess_in_vain(door["Location"])
    assert "Too many attempts" in flat(_answer(RIGHT, "alice@example.com", "192.0.2.1", door["Location"]))
    assert _try(RIGHT, page="/admin/login/") == 302  # only the way to the page that counts
    assert _try(RIGHT) == 429


@pytest.mark.usefixtures("committed")
def test_many_guesses_at_once_are_no_more_than_ten(alice: User) -> None:
    free = patch("bigledger_crm.tenancy.sign_in._checks", BoundedSemaphore(25))
    with free, patch("django.contrib.auth.forms.authenticate", wraps=authenticate) as looked:
        answers, failures = at_once([partial(_try, "wrong")] * 25)
    assert (sorted(answers), failures) == ([200] * ALLOWED + [429] * 15, [])
    assert looked.call_count == ALLOWED


def test_old_counts_are_deleted(db: None) -> None:
    _try("wrong")
    with time_machine.travel(clock.now() + WINDOW - timedelta(seconds=1)):
        _try("wrong", name="bob@example.com")
    with time_machine.travel(clock.now() + WINDOW):
        forget_sign_in_attempts()
    assert SignInAttempts.objects.count() == 3  # both names, and Bob from his network
    with time_machine.travel(clock.now() + NAME_WINDOW + WINDOW):
        forget_sign_in_attempts()
    assert not SignInAttempts.objects.exists()


def test_a_post_without_a_password_begins_nothing_anew(alice: User) -> None:
    _guess_in_vain()
    for _ in range(3):
        assert _try("") == 200
    assert _try(RIGHT) == 429


def _from_everywhere(first: int, number: int) -> list[int]:
    return [_try("wrong", address=f"198.51.100.{first + at}") for at in range(number)]


def test_a_name_has_a_ceiling_over_all_addresses_and_the_pause_grows(alice: User) -> None:
    with time_machine.travel("2024-01-15T09:00:00Z", tick=False) as traveller:
        assert set(_from_everywhere(0, ALLOWED_FOR_A_NAME)) == {200}
        for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
            assert _answer(RIGHT, "alice@example.com", "203.0.113.1", "/sign-in").status_code == 429
            traveller.shift(timedelta(minutes=minutes) - timedelta(seconds=1))
            assert _try("wrong", address="203.0.113.2") == 429
            traveller.shift(timedelta(seconds=1))
            assert _try("wrong", address=f"203.0.113.{minutes}") == 200
        assert _try(RIGHT, name="alice@example.com", address="203.0.113.9") == 429
        traveller.shift(LONGEST_PAUSE)
        assert _try(RIGHT, address="203.0.113.9") == 302
        assert set(_from_everywhere(100, ALLOWED_FOR_A_NAME)) == {200}


def test_nobody_locks_somebody_out_of_the_usual_browser(alice: User, bob: User) -> None:
    hers = Client()
    assert _answer(RIGHT, "alice@example.com", "192.0.2.9", "/sign-in", hers).status_code == 302
    hers.post("/sign-out")
    _guess_in_vain()
    assert set(_from_everywhere(0, ALLOWED_FOR_A_NAME - ALLOWED)) == {200}
    for address in ("192.0.2.1", "203.0.113.1"):  # behind the proxy of the attacker, and anywhere
        assert _try(RIGHT, address=address) == 429
        assert _answer(RIGHT, "alice@example.com", address, "/sign-in", hers).status_code == 302
        hers.post("/sign-out")
    assert {
        _answer(f"guess {at}", "alice@example.com", "192.0.2.1", "/sign-in", hers).status_code for at in range(ALLOWED)
    } == {200}
    assert _answer(RIGHT, "alice@example.com", "192.0.2.1", "/sign-in", hers).status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "x:y:z"])
def test_a_browser_is_known_by_its_signature_and_for_its_name_only(alice: User, bob: User, forged: str) -> None:
    hers = Client()
    _answer(RIGHT, "alice@example.com", "192.0.2.9", "/sign-in", hers)
    (name,) = [name for name in hers.cookies if name.startswith("known_")]
    cookie = hers.cookies[name]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "alice" not in cookie.OutputString()
    _guess_in_vain()
    _guess_in_vain(name="bob@example.com")
    theirs = Client()
    theirs.cookies[name] = forged
    assert _answer(RIGHT, "alice@example.com", "192.0.2.1", "/sign-in", theirs).status_code == 429
    hers.post("/sign-out")
    assert _answer(RIGHT, "bob@example.com", "192.0.2.1", "/sign-in", hers).status_code == 429


def test_a_line_of_ipv6_is_one_address(alice: User) -> None:
    for at in range(ALLOWED):
        assert _try("wrong", address=f"2001:db8:1:2::{at}") == 200
    assert _try(RIGHT, address="2001:db8:1:2:ffff::1") == 429
    assert _try(RIGHT, address="2001:db8:1:3::1") == 302


def test_behind_a_trusted_proxy_everybody_counts_for_themselves(alice: User, settings: Settings) -> None:
    def sign_in(password: str, client: str) -> int:
        form = {"username": "alice@example.com", "password": password}
        sent = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": client}
        return Client().post("/sign-in", form, **sent).status_code  # type: ignore[arg-type]

    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]
    assert {sign_in("wrong", f"{at}.1.1.1, 203.0.113.66") for at in range(1, ALLOWED + 1)} == {200}
    assert sign_in(RIGHT, "9.9.9.9, 203.0.113.66") == 429
    assert sign_in(RIGHT, "203.0.113.67") == 302


def test_every_name_takes_one_hash(alice: User, bob: User) -> None:
    User.objects.filter(pk=bob.pk).update(is_active=False)
    User.objects.create_user("unusable@example.com")
    for name in ("alice", "bob", "unusable", "nobody"):
        real = MD5PasswordHasher.encode
        with patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=real) as encode:
            assert _try("wrong", name=f"{name}@example.com") == 200
        assert encode.call_count == 1, name


def test_no_more_than_two_passwords_are_looked_at_at_once() -> None:
    inside, leave, outcomes = Semaphore(0), Event(), []

    def check() -> None:
        with password_check():
            inside.release()
            leave.wait(300)
        outcomes.append("checked")

    looking = [Thread(target=check) for _ in range(CHECKS_AT_ONCE)]
    for thread in looking:
        thread.start()
    for _ in looking:
        assert inside.acquire(timeout=300)
    with patch("bigledger_crm.tenancy.sign_in.WAIT_SECONDS", 30):
        waiting = Thread(target=check)
        waiting.start()
        until(lambda: sign_in._waiting._value == 0)
        with pytest.raises(TooBusy), password_check():  # nobody else waits: threads are left for other pages
            pass
        assert outcomes == []
        leave.set()
        for thread in (*looking, waiting):
            thread.join(300)
    assert outcomes == ["checked"] * (CHECKS_AT_ONCE + 1)
    no_patience = patch("bigledger_crm.tenancy.sign_in.WAIT_SECONDS", 0)
    with no_patience, password_check(), password_check(), pytest.raises(TooBusy), password_check():
        pass


def test_who_comes_when_too_many_sign_in_is_told_and_not_counted(alice: User) -> None:
    with patch("bigledger_crm.tenancy.forms.password_check", side_effect=TooBusy):
        answer = _answer(RIGHT, "alice@example.com", "192.0.2.1", "/sign-in")
    assert answer.status_code == 429
    assert "Too many people are signing in just now. Try again in a moment." in flat(answer)
    assert not SignInAttempts.objects.exists()
