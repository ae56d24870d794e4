from datetime import timedelta
from uuid import UUID

import pytest

from bigledger_crm.documents import services as documents
from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, sweeper, tasks, worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.mail_server import MailServer


def test_it_rings_for_what_is_due(queue: Queue, notified: list[UUID]) -> None:
    due, later, claimed = queue(with_pdf=False), queue(with_pdf=False), queue(with_pdf=False)
    OutboxEmail.unscoped.filter(pk=later.pk).update(next_attempt_at=clock.now() + timedelta(minutes=1))
    OutboxEmail.unscoped.filter(pk=claimed.pk).update(claimed_at=clock.now())
    notified.clear()
    tasks.sweep_outbox()
    assert notified == [due.id]


def test_companies_take_turns(queue: Queue, actor: Actor, stranger: Actor) -> None:
    many = [queue(with_pdf=False).id for _ in range(3)]
    one = queue(with_pdf=False, by=stranger).id
    assert sweeper.due() == [many[0], one, many[1], many[2]]


def test_a_batch_is_bounded(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    oldest = [queue(with_pdf=False).id for _ in range(3)][:2]
    monkeypatch.setattr(sweeper, "BATCH", 2)
    assert sweeper.due() == oldest


def test_it_stops_when_the_broker_does_not_listen(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[UUID] = []

    def deaf(row_id: UUID, task: str) -> bool:
        asked.append(row_id)
        return False

    emails = [queue(with_pdf=False).id for _ in range(2)]
    monkeypatch.setattr(worker_notifications, "notify_worker", deaf)
    assert sweeper.sweep() == 0
    assert asked == emails[:1]
    assert set(OutboxEmail.unscoped.values_list("status", flat=True)) == {"queued"}


def test_a_poisoned_email_does_not_hold_up_the_others(
    queue: Queue, mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = queue()
    healthy = queue(with_pdf=False, subject="Healthy")

    def explode(stored: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr(documents, "ensure_rendered", explode)
    for email_id in sweeper.due():
        delivery.deliver(email_id)
    assert [taken.message["Subject"] for taken in mail_server.delivered] == ["Healthy"]
    states = dict(OutboxEmail.unscoped.values_list("id", "status"))
    assert states == {poisoned.id: "retrying", healthy.id: "sent"}
