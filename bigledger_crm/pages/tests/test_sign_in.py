"""Guessing passwords: ten attempts, then a wait, for a name from one network address."""

from datetime import timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.test import Client

from bigledger_crm.kernel import clock
from bigledger_crm.pages.tasks import forget_sign_in_attempts
from bigledger_crm.tenancy.models import SignInAttempts, User
from bigledger_crm.tenancy.sign_in import ALLOWED, WINDOW
from bigledger_crm.testing.threads import at_once

RIGHT = "correct horse battery"


def _try(password: str, name: str = "alice@example.com", address: str = "192.0.2.1", page: str = "/sign-in") -> int:
    return int(_answer(password, name, address, page).status_code)


def _answer(password: str, name: str, address: str, page: str) -> Any:
    return Client(REMOTE_ADDR=address).post(page, {"username": name, "password": password})


def _guess_in_vain(page: str = "/sign-in", name: str = "alice@example.com") -> None:
    assert {_try(f"guess {number}", name, page=page) for number in range(ALLOWED)} == {200}


def test_after_ten_guesses_the_right_password_waits_too(alice: User, bob: User) -> None:
    _guess_in_vain()
    refused = _answer(RIGHT, " ALICE@example.com ", "192.0.2.1", "/sign-in")
    assert refused.status_code == 429
    assert "Too many attempts to sign in. Try again in 15 minutes." in refused.content.decode()
    assert 'value=" ALICE@example.com' in refused.content.decode()
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
    User.objects.filter(pk=alice.pk).update(is_staff=True)
    _guess_in_vain("/admin/login/")
    assert "Too many attempts" in _answer(RIGHT, "alice@example.com", "192.0.2.1", "/admin/login/").content.decode()
    assert _try(RIGHT) == 429


@pytest.mark.usefixtures("committed")
def test_many_guesses_at_once_are_no_more_than_ten(alice: User) -> None:
    with patch("django.contrib.auth.forms.authenticate", wraps=authenticate) as looked:
        answers, failures = at_once([partial(_try, "wrong")] * 25)
    assert (sorted(answers), failures) == ([200] * ALLOWED + [429] * 15, [])
    assert looked.call_count == ALLOWED


def test_old_counts_are_deleted(db: None) -> None:
    _try("wrong")
    with time_machine.travel(clock.now() + WINDOW - timedelta(seconds=1)):
        _try("wrong", name="bob@example.com")
    with time_machine.travel(clock.now() + WINDOW):
        forget_sign_in_attempts()
    assert SignInAttempts.objects.count() == 1
