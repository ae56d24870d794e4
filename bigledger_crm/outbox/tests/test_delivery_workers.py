"""Workers that are killed, overtaken or two at one email."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from pytest_django import Settings

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, delivery_results, smtp, sweeper
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import Killed, events, let_lease_end, make_due, row, tries
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.mail_server import DISCONNECT, MailServer
from bigledger_crm.testing.product import wait_for


def test_a_worker_killed_while_rendering_loses_only_its_lease(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    with monkeypatch.context() as patched:
        patched.setattr(documents, "ensure_rendered", _die)
        with pytest.raises(Killed):
            delivery.deliver(email.id)
    assert row(email).status == "queued"
    assert email.id not in sweeper.due()
    assert delivery.LEASE.total_seconds() <= 30
    let_lease_end(email)
    assert email.id in sweeper.due()
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1
    assert tries(email) == [(1, ""), (2, "sent")]


def _die(*arguments: object) -> None:
    raise Killed


def _kill_while_sending(email: OutboxEmail, monkeypatch: pytest.MonkeyPatch, *, taken: bool) -> None:
    """Dies in the SMTP conversation, before the server took the email or right after."""
    real = smtp.send

    def send(*arguments: object) -> None:
        if taken:
            real(*arguments)  # type: ignore[arg-type]
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", send)
        with pytest.raises(Killed):
            delivery.deliver(email.id)


@pytest.mark.parametrize("taken", [False, True])
def test_a_worker_killed_while_sending_is_repeated_once_and_late(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, taken: bool
) -> None:
    email = queue()
    _kill_while_sending(email, monkeypatch, taken=taken)
    assert row(email).status == "sending"
    sweeper.sweep()
    assert not delivery.deliver(email.id)
    assert row(email).status == "sending"
    OutboxEmail.unscoped.update(claimed_at=clock.now() - delivery_results.resend_after())
    sweeper.sweep()
    assert row(email).status == "unknown"
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1 + taken
    assert {taken.message["Message-ID"] for taken in mail_server.delivered} == {email.message_id}
    assert (row(email).status, row(email).attempts) == ("sent", 2)
    assert tries(email) == [(1, "unknown"), (2, "sent")]


def test_it_is_never_repeated_a_second_time_when_the_outcome_is_unknown(
    queue: Queue, mail_server: MailServer, company: Company
) -> None:
    email = queue()
    mail_server.answers["DATA"] = [DISCONNECT, DISCONNECT]
    delivery.deliver(email.id)
    found = row(email)
    assert found.status == "unknown"
    assert found.next_attempt_at is not None
    assert found.next_attempt_at - clock.now() > timedelta(minutes=14)
    assert events(company) == []
    make_due(email)
    delivery.deliver(email.id)
    found = row(email)
    assert (found.status, found.next_attempt_at) == ("unknown", None)
    assert len(mail_server.delivered) == 2
    assert {taken.message["Message-ID"] for taken in mail_server.delivered} == {email.message_id}
    assert events(company) == ["email.unknown"]
    assert email.id not in sweeper.due()


def test_a_worker_that_was_given_up_and_comes_back_leaves_the_repetition(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.BIGLEDGER_UNKNOWN_RESEND_SECONDS = 0
    email = queue()

    def send(*arguments: object) -> None:
        sweeper.sweep()
        raise smtp.OutcomeUnknown("The connection was lost")

    with monkeypatch.context() as patched:
        patched.setattr(smtp, "send", send)
        delivery.deliver(email.id)
    assert tries(email) == [(1, "unknown")]
    assert row(email).next_attempt_at is not None
    assert delivery.deliver(email.id)
    assert (row(email).status, tries(email)) == ("sent", [(1, "unknown"), (2, "sent")])


def test_the_pause_before_a_repetition_can_be_set(queue: Queue, mail_server: MailServer, settings: Settings) -> None:
    settings.BIGLEDGER_UNKNOWN_RESEND_SECONDS = 0
    email = queue()
    mail_server.answers["DATA"] = [DISCONNECT]
    delivery.deliver(email.id)
    assert delivery.deliver(email.id)
    assert row(email).status == "sent"


def test_two_workers_deliver_one_email(committed: None, queue: Queue, mail_server: MailServer) -> None:
    email = queue()
    together = threading.Barrier(4)
    tried: list[bool] = []

    def work() -> None:
        together.wait()
        tried.append(delivery.deliver(email.id))
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tried) == [False, False, False, True]
    assert len(mail_server.delivered) == 1
    assert row(email).status == "sent"


def test_a_worker_that_was_overtaken_stops_before_it_sends(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    real = documents.ensure_rendered

    def slow(stored: StoredDocument) -> StoredDocument:
        monkeypatch.setattr(documents, "ensure_rendered", real)
        let_lease_end(email)
        assert delivery.deliver(email.id)  # another worker, meanwhile
        return real(stored)

    monkeypatch.setattr(documents, "ensure_rendered", slow)
    delivery.deliver(email.id)
    assert len(mail_server.delivered) == 1
    assert row(email).status == "sent"
    assert tries(email) == [(1, ""), (2, "sent")]


def test_a_long_rendering_keeps_its_lease(
    committed: None, queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    render = documents.ensure_rendered
    monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=3))

    def slowly(stored: StoredDocument) -> StoredDocument:
        claimed = row(email).claimed_at
        wait_for(lambda: row(email).claimed_at != claimed, 20)
        assert email.id not in sweeper.due()
        return render(stored)

    monkeypatch.setattr(documents, "ensure_rendered", slowly)
    assert delivery.deliver(email.id)
    assert (row(email).status, row(email).attempts, len(mail_server.delivered)) == ("sent", 1, 1)
