"""Emails that are withdrawn, tried again, called off by what happened since, or held up by the hour's limit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from pytest_django import Settings

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.kernel.errors import PermissionDenied
from bigledger_crm.outbox import delivery, delivery_results, services, smtp
from bigledger_crm.outbox.email_actions import cancel_pending, choices_for, retry, withdraw
from bigledger_crm.outbox.errors import EmailLimitReached, EmailNotRetryable, EmailOnItsWay
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.outbox.tests.support import Killed, events, let_lease_end, row, tries
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import rights_of_scopes
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.mail_server import MailServer
from bigledger_crm.testing.threads import at_once

NOW = datetime(2024, 1, 15, 9, tzinfo=UTC)


def _reload(actor: Actor, email: OutboxEmail, act: Callable[[Actor, OutboxEmail], OutboxEmail]) -> None:
    with company_scope(actor.company):
        act(actor, email)


def test_an_email_can_be_taken_back_before_it_goes(queue: Queue, mail_server: MailServer, actor: Actor) -> None:
    email = queue(with_pdf=False)
    for _ in range(2):
        _reload(actor, email, withdraw)
    assert not delivery.deliver(email.pk)
    assert (row(email).status, row(email).next_attempt_at) == ("withdrawn", None)
    assert events(actor.company) == ["email.withdrawn"]
    assert mail_server.delivered == []


def test_an_email_that_is_being_prepared_can_be_taken_back(
    queue: Queue, mail_server: MailServer, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()
    real = documents.ensure_rendered

    def slow(stored: StoredDocument) -> StoredDocument:
        _reload(actor, email, withdraw)
        return real(stored)

    monkeypatch.setattr(documents, "ensure_rendered", slow)
    delivery.deliver(email.pk)
    assert row(email).status == "withdrawn"
    assert tries(email) == [(1, "withdrawn")]
    assert mail_server.delivered == []


def test_a_fault_after_it_was_taken_back_changes_nothing(
    queue: Queue, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()

    def broken(stored: StoredDocument) -> None:
        _reload(actor, email, withdraw)
        raise OSError("No space left on device")

    monkeypatch.setattr(documents, "ensure_rendered", broken)
    delivery.deliver(email.pk)
    assert (row(email).status, row(email).next_attempt_at) == ("withdrawn", None)


@pytest.mark.parametrize("status", ["sending", "sent", "failed", "unknown"])
def test_it_can_be_too_late_to_take_it_back(queue: Queue, actor: Actor, status: str) -> None:
    email = queue(with_pdf=False)
    OutboxEmail.unscoped.filter(pk=email.pk).update(status=status, sent_at=NOW)
    with pytest.raises(EmailOnItsWay):
        _reload(actor, email, withdraw)
    assert row(email).status == status


def test_a_held_email_waits(queue: Queue, mail_server: MailServer, actor: Actor, notified: list[object]) -> None:
    with time_machine.travel(NOW, tick=False) as time, company_scope(actor.company), transaction.atomic():
        email = services.queue(
            draft_email(
                actor, kind="quote.sent", related_id=uuid4(), to=["a@acme.example"], subject="Quote", body="Hello"
            ),
            held=services.UNDO,
        )
        time.shift(7.9)
        assert not delivery.deliver(email.pk)
        time.shift(0.1)
        assert delivery.deliver(email.pk)
    assert row(email).status == "sent"


def test_a_failed_email_is_tried_again_under_its_message_id(
    queue: Queue, mail_server: MailServer, actor: Actor, notified: list[object]
) -> None:
    email = queue(with_pdf=False)
    mail_server.answers["DATA"] = ["550 No such user"]
    delivery.deliver(email.pk)
    assert row(email).status == "failed"
    notified.clear()
    with company_scope(actor.company), transaction.atomic():
        retry(actor, email)
    delivery.deliver(email.pk)
    assert (row(email).status, tries(email)) == ("sent", [(1, "failed"), (2, "sent")])
    assert mail_server.delivered[0].message["Message-ID"] == email.message_id
    with pytest.raises(EmailNotRetryable):
        _reload(actor, email, retry)


def test_an_email_that_kills_its_worker_is_laid_aside_after_five_attempts(
    queue: Queue, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = queue()

    def die(stored: StoredDocument) -> None:
        raise Killed

    monkeypatch.setattr(documents, "ensure_rendered", die)
    for _ in range(2):
        for _ in range(delivery_results.MAX_DEATHS):
            with pytest.raises(Killed):
                delivery.deliver(email.pk)
            let_lease_end(email)
        assert not delivery.deliver(email.pk)
        assert row(email).status == "failed"
        assert "crashed 5 times" in row(email).last_error
        _reload(actor, email, retry)
    assert row(email).attempts == 10
    assert sorted(events(actor.company)) == ["email.failed"] * 2 + ["email.retried"] * 2


def test_an_email_that_is_called_off_never_begins_to_go(queue: Queue, mail_server: MailServer, actor: Actor) -> None:
    waiting, other = queue(kind="invoice.reminder"), queue(kind="invoice.sent")
    with company_scope(actor.company):
        for email in (waiting, other):
            cancel_pending(actor, email.related_id, "invoice.reminder", why="the invoice was paid")
    assert [row(email).status for email in (waiting, other)] == ["withdrawn", "queued"]


def test_an_email_that_may_have_gone_out_is_not_repeated_when_it_is_called_off(
    queue: Queue, mail_server: MailServer, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def call_off_and(outcome: BaseException) -> Callable[..., None]:
        def send(*arguments: object) -> None:
            with company_scope(actor.company):
                cancel_pending(actor, email.related_id, "invoice.reminder", why="the invoice was paid")
            raise outcome

        return send

    found = []
    for fault in (
        smtp.OutcomeUnknown("gone"),
        smtp.NotSent("451 Later", permanent=False),
        Killed(),
    ):
        email = queue(with_pdf=False, kind="invoice.reminder")
        monkeypatch.setattr(smtp, "send", call_off_and(fault))
        try:
            delivery.deliver(email.pk)
        except Killed:
            OutboxEmail.unscoped.filter(pk=email.pk).update(claimed_at=NOW)
            delivery.recover(email.pk)
        found.append((row(email).status, row(email).next_attempt_at))
    assert found == [("unknown", None), ("withdrawn", None), ("unknown", None)]


def test_the_second_try_of_an_unclear_email_is_called_off(queue: Queue, actor: Actor) -> None:
    email = queue(with_pdf=False, kind="invoice.reminder")
    OutboxEmail.unscoped.filter(pk=email.pk).update(status="unknown", next_attempt_at=NOW)
    with company_scope(actor.company):
        cancel_pending(actor, email.related_id, "invoice.reminder", why="the invoice was paid")
    assert (row(email).status, row(email).next_attempt_at) == ("unknown", None)
    assert not delivery.deliver(email.pk)


def test_who_may_only_read_changes_no_email(queue: Queue, actor: Actor) -> None:
    email = queue(with_pdf=False)
    reader = Actor(actor.company, "user_x", "Reader", rights_of_scopes({"read"}))
    for act in (withdraw, retry):
        with pytest.raises(PermissionDenied):
            _reload(reader, email, act)
    assert not choices_for(reader, email).withdraw
    assert choices_for(actor, email).withdraw


@pytest.mark.usefixtures("committed")
def test_the_limit_of_an_hour_is_exact(
    actor: Actor, stranger: Actor, settings: Settings, notified: list[object]
) -> None:
    settings.BIGLEDGER_MAILS_PER_HOUR = 5

    def write(by: Actor = actor, kind: str = "invoice.sent") -> OutboxEmail:
        with company_scope(by.company), transaction.atomic():
            return services.queue(
                draft_email(by, kind=kind, related_id=uuid4(), to=["a@acme.example"], subject="Invoice", body="Text")
            )

    with time_machine.travel(NOW, tick=False) as time:
        written, refused = at_once([write] * 12)
        assert (len(written), len(refused)) == (5, 7)
        assert all(isinstance(error, EmailLimitReached) and error.retry_after == 3600 for error in refused)
        write(stranger)
        write(kind="webhook.disabled")
        _reload(actor, written[0], withdraw)
        with pytest.raises(EmailLimitReached):
            write()
        time.shift(timedelta(hours=1))
        write()
