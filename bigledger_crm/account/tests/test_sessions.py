"""A session ends some hours after the last page, and leaves nothing behind."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from bigledger_crm import environment
from bigledger_crm.account.sessions import INTERVAL
from bigledger_crm.account.tasks import clear_ended_sessions
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import User

IDLE = environment.session_idle()


def _is_signed_in(client: Client) -> bool:
    return client.get("/outbox").status_code == 200


def test_it_lasts_twelve_hours_after_the_last_page(client: Client, alice: User) -> None:
    assert timedelta(hours=12) == IDLE == timedelta(seconds=settings.SESSION_COOKIE_AGE)
    with time_machine.travel(clock.now(), tick=False) as time:
        client.force_login(alice)
        for _ in range(3):
            assert _is_signed_in(client)
            time.shift(IDLE - timedelta(minutes=1))
        assert _is_signed_in(client)
        time.shift(IDLE + timedelta(seconds=1))
        assert not _is_signed_in(client)


def test_the_cookie_lasts_as_long_as_the_session(client: Client, alice: User) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client.force_login(alice)
        client.get("/outbox")
        time.shift(INTERVAL)
        assert client.get("/outbox").cookies["sessionid"]["max-age"] == IDLE.total_seconds()


def test_it_is_not_written_with_every_page(client: Client, alice: User) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        client.force_login(alice)
        client.get("/outbox")
        time.shift(INTERVAL - timedelta(seconds=1))
        assert "sessionid" not in client.get("/outbox").cookies


def test_visitors_get_no_session(client: Client) -> None:
    client.get("/healthz")
    assert "sessionid" not in client.cookies


def test_ended_sessions_are_deleted(client: Client, alice: User) -> None:
    client.force_login(alice)
    other = Client()
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        other.force_login(alice)
    with time_machine.travel(clock.now() + IDLE + timedelta(minutes=1), tick=False):
        clear_ended_sessions()
    assert list(Session.objects.values_list("session_key", flat=True)) == [other.session.session_key]


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_IDLE_HOURS", "1")
    assert environment.session_idle() == timedelta(hours=1)
