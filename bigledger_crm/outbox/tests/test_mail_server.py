"""Our own mail server is away: no email is to blame, none fails, all go when it is back."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from bigledger_crm.outbox import delivery, mail_server, sweeper, worker_notifications
from bigledger_crm.outbox.email_actions import retry
from bigledger_crm.outbox.models import MailServer as Known
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import events, row, tries
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.html import flat
from bigledger_crm.testing.mail_server import MailServer, free_port

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
BANNER = "The mail server has been unreachable since"


@contextlib.contextmanager
def _speaking(*lines: bytes) -> Iterator[int]:
    """A server that says these lines to everybody, the first as its greeting, each other one to what it is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):  # closed: the test is over
                while True:
                    connection, _ = listening.accept()
                    with connection, contextlib.suppress(OSError):
                        for line in lines:
                            connection.sendall(line + b"\r\n")
                            connection.recv(4096)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(300)


@contextlib.contextmanager
def _refusing() -> Iterator[int]:
    yield free_port()


@contextlib.contextmanager
def _silent() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


AWAY: dict[str, Callable[[], contextlib.AbstractContextManager[int]]] = {
    "connection refused": _refusing,
    "no greeting": _silent,
    "421 as greeting": lambda: _speaking(b"421 Service not available"),
    "554 as greeting": lambda: _speaking(b"554 Go away"),
    "421 before the email": lambda: _speaking(b"220 Hello", b"250 Hello", b"421 Closing"),
    "530 before the email": lambda: _speaking(b"220 Hello", b"250 Hello", b"530 Authentication required"),
}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that are there at once whenever they are notified."""

    def notify(row_id: UUID, task: str = worker_notifications.DELIVER_EMAIL, *, seconds: float = 0) -> bool:
        if task == worker_notifications.DELIVER_EMAIL:
            delivery.deliver(row_id)
        return True

    monkeypatch.setattr(worker_notifications, "notify_worker", notify)


def _known() -> Known:
    return Known.objects.get()


@pytest.mark.parametrize("how", AWAY)
def test_it_costs_no_attempt(queue: Queue, mail_server: MailServer, settings: Settings, how: str) -> None:
    email, port = queue(with_pdf=False), settings.EMAIL_PORT
    with time_machine.travel(NOON, tick=False) as clock, AWAY[how]() as other:
        OutboxEmail.unscoped.update(next_attempt_at=NOON)
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = other, 0.5
        for _ in range(12):
            delivery.deliver(email.pk)
            clock.shift(timedelta(minutes=5))
        found = row(email)
        assert (found.status, found.recent_attempts, len(tries(email))) == ("retrying", 0, 1), found.last_error
        assert _known().away_since == NOON
        settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = port, 5
        assert delivery.deliver(email.pk)
    assert row(email).status == "sent"
    assert len(mail_server.delivered) == 1
    assert _known().away_since is None


def test_wrong_credentials_cost_no_attempt(queue: Queue, mail_server: MailServer, settings: Settings) -> None:
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "wrong"
    email = queue(with_pdf=False)
    delivery.deliver(email.pk)
    assert (row(email).status, row(email).recent_attempts) == ("retrying", 0)
    assert _known().away_since is not None


def test_away_for_a_day_all_emails_go_afterwards_each_once(
    queue: Queue, mail_server: MailServer, settings: Settings, answering: None, actor: Actor
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    settings.PUBLIC_URL = "https://crm.example.com"
    with time_machine.travel(NOON, tick=False) as clock:
        emails = []
        for step in range(144):
            if step % 12 == 0:
                emails.append(queue(with_pdf=False, to=[f"number-{step}@acme.example"]))
            sweeper.sweep()
            clock.shift(timedelta(minutes=10))
        assert {row(email).status for email in emails} <= {"queued", "retrying"}
        assert sum(len(tries(email)) for email in emails) == 1, "one email tries for all"
        settings.EMAIL_PORT = port
        for _ in range(3):
            sweeper.sweep()
            clock.shift(timedelta(seconds=10))
    assert {row(email).status for email in emails} == {"sent"}
    taken = [email.recipients for email in mail_server.delivered]
    assert sorted(taken) == sorted([*([email.to[0]] for email in emails), ["alice@example.com"]])
    assert "email.failed" not in events(actor.company)
    (notice,) = [email.message for email in mail_server.delivered if email.recipients == ["alice@example.com"]]
    text = notice.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "The mail server could not be reached from 28 Nov 2026, 20:00 to 29 Nov 2026, 20:00." in text
    assert "12 emails were delayed and are being sent now." in text
    assert "https://crm.example.com/outbox" in text


def test_after_five_days_of_trying_an_email_fails_and_its_owner_hears_of_it(
    queue: Queue, mail_server: MailServer, settings: Settings, answering: None
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with time_machine.travel(NOON, tick=False) as clock:
        old = queue(with_pdf=False)
        for _ in range(5 * 24 * 6):
            sweeper.sweep()
            clock.shift(timedelta(minutes=10))
        assert row(old).status == "retrying"
        young = queue(with_pdf=False)
        for _ in range(3):
            clock.shift(timedelta(minutes=10))
            sweeper.sweep()
        assert (row(old).status, row(young).status) == ("failed", "queued")
        assert row(old).last_error == "Failed: the mail server could not be reached since 2026-11-28 12:00 UTC"
        settings.EMAIL_PORT = port
        clock.shift(timedelta(minutes=5))
        sweeper.sweep()
        sweeper.sweep()
    text = next(email.message for email in mail_server.delivered if email.recipients == ["alice@example.com"])
    assert "1 email was delayed too long and not sent." in text.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (row(old).status, row(young).status) == ("failed", "sent")


def test_days_in_which_nobody_tried_do_not_count(
    queue: Queue, mail_server: MailServer, settings: Settings, answering: None
) -> None:
    """The machine was off for a week, and the network isn't there yet when it starts."""
    settings.EMAIL_PORT = free_port()
    with time_machine.travel(NOON, tick=False) as clock:
        email = queue(with_pdf=False)
        sweeper.sweep()
        clock.shift(timedelta(days=7))
        for _ in range(2):
            sweeper.sweep()
    assert row(email).status == "retrying"


def test_a_restart_of_the_server_is_nothing_to_write_of(
    queue: Queue, mail_server: MailServer, settings: Settings, answering: None
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    with time_machine.travel(NOON, tick=False) as clock:
        email = queue(with_pdf=False)
        settings.EMAIL_PORT = port
        clock.shift(timedelta(seconds=30))
        sweeper.sweep()
    assert row(email).status == "sent"
    assert len(mail_server.delivered) == 1


def test_who_tries_again_does_not_wait_for_the_next_try(
    queue: Queue, mail_server: MailServer, settings: Settings, actor: Actor
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    email = queue(with_pdf=False)
    delivery.deliver(email.pk)
    settings.EMAIL_PORT = port
    Known.objects.update(address=f"127.0.0.1:{port}")
    assert not delivery.deliver(email.pk)
    with company_scope(actor.company):
        retry(actor, row(email))
    assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_a_server_at_another_address_is_tried_at_once(
    queue: Queue, mail_server: MailServer, settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    email = queue(with_pdf=False)
    delivery.deliver(email.pk)
    settings.EMAIL_PORT = port
    assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_a_refusal_of_one_email_is_no_outage(queue: Queue, mail_server: MailServer) -> None:
    email = queue(with_pdf=False)
    mail_server.answers["DATA"] = ["451 Try later"]
    delivery.deliver(email.pk)
    assert row(email).recent_attempts == 1
    assert not Known.objects.exists()


def test_every_page_says_so(client: Client, alice: User, settings: Settings) -> None:
    client.force_login(alice)
    mail_server.note_away("[Errno 111] Connection refused")
    for url in ("/", "/outbox"):
        assert BANNER in flat(client.get(url))
    Known.objects.update(away_since=None)
    assert BANNER not in flat(client.get("/outbox"))
