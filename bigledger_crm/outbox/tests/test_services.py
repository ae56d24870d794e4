import socket
from collections.abc import Iterator
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from celery import current_app
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks
from redis.connection import AbstractConnection

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.tests.samples import invoice
from bigledger_crm.kernel.errors import InvalidData, json_path
from bigledger_crm.outbox import queries, tasks, worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import draft_email, queue
from bigledger_crm.outbox.tests.conftest import Queue
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.mail_server import free_port


def test_a_queued_email_is_written_down_and_a_worker_woken_after_the_commit(
    queue: Queue, actor: Actor, notified: list[UUID], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        email = queue(to=["Billing@Acme.example ", "billing@acme.example"], cc=["boss@acme.example"])
        assert notified == []
    assert notified == [email.id]
    email = OutboxEmail.unscoped.get()
    assert (email.to, email.cc) == (["Billing@Acme.example"], ["boss@acme.example"])
    assert (email.status, email.attempts, email.created_by) == ("queued", 0, actor.id)
    assert email.message_id == f"<{email.public_id}@bigledger.example>"


def test_a_rolled_back_sale_sends_nothing(queue: Queue, notified: list[UUID], committed: None) -> None:
    with transaction.atomic():
        queue()
        transaction.set_rollback(True)
    assert notified == []
    assert OutboxEmail.unscoped.count() == 0


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"to": []}, ["to"]),
        ({"to": ["good@acme.example", "bad", "a@b"]}, ["to[1]", "to[2]"]),
        ({"to": ["a@acme.example\nBcc: victim@example.com"]}, ["to[0]"]),
        ({"to": ["a@acme.example, b@acme.example"]}, ["to[0]"]),
        ({"to": ['"x" <a@acme.example>']}, ["to[0]"]),
        ({"cc": ["b@acme.example\r\nX-Evil: 1"]}, ["cc[0]"]),
        ({"reply_to": "c@acme.example\nX: 1"}, ["replyTo"]),
        ({"subject": "Invoice\r\nBcc: victim@example.com"}, ["subject"]),
        ({"subject": "Invoice\u2028Bcc: victim@example.com"}, ["subject"]),
        ({"subject": "  "}, ["subject"]),
        ({"subject": "x" * 201}, ["subject"]),
        ({"body": "text\x00"}, ["message"]),
        ({"body": "x" * 20_001}, ["message"]),
        ({"to": [f"a{n}@acme.example" for n in range(21)]}, ["to"]),
        ({"to": [], "cc": ["x"], "subject": ""}, ["cc[0]", "subject", "to"]),
    ],
)
def test_what_cannot_be_sent_is_refused_with_every_field_named(
    queue: Queue, changes: dict[str, object], fields: list[str]
) -> None:
    with pytest.raises(InvalidData) as refusal:
        queue(with_pdf=False, **changes)
    assert refusal.value.code == "INVALID_EMAIL_DATA"
    assert sorted(json_path(error.path) for error in refusal.value.errors) == fields
    assert OutboxEmail.unscoped.count() == 0


def test_domains_in_other_scripts_become_ascii(queue: Queue) -> None:
    assert queue(with_pdf=False, to=["info@münchen.example"]).to == ["info@xn--mnchen-3ya.example"]


def test_the_database_refuses_another_company_s_document(queue: Queue, actor: Actor, stranger: Actor) -> None:
    with company_scope(stranger.company):
        foreign = documents.freeze(
            stranger, kind="invoice", document_id=uuid4(), number="X", filename="X.pdf", context=invoice()
        )
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic():
        queue(with_pdf=False, stored_document=foreign)


def test_recent_emails_newest_first(queue: Queue, company: Company, stranger: Actor) -> None:
    first, second = queue(with_pdf=False), queue(with_pdf=False)
    queue(with_pdf=False, by=stranger)
    with company_scope(company):
        assert list(queries.recent()) == [second, first]
        assert list(queries.recent(first.related_id)) == [first]
        assert list(queries.recent(uuid4())) == []


def test_the_tasks_have_the_names_that_others_call() -> None:
    assert tasks.deliver_email.name == worker_notifications.DELIVER_EMAIL
    assert tasks.sweep_outbox.name == "bigledger_crm.outbox.tasks.sweep_outbox"
    assert {worker_notifications.DELIVER_EMAIL, tasks.sweep_outbox.name} <= set(current_app.tasks)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that takes connections and never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def _use_broker(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    for name in ("broker_url", "broker_write_url"):
        monkeypatch.setattr(current_app.conf, name, url)


def test_a_broker_that_is_down_neither_fails_nor_delays_a_sale(
    committed: None, actor: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _use_broker(monkeypatch, f"redis://127.0.0.1:{free_port()}/0")
    _queue_at_once(actor)
    assert "No worker was notified" in caplog.text


def test_a_broker_that_hangs_neither_fails_nor_delays_a_sale(
    committed: None, actor: Actor, monkeypatch: pytest.MonkeyPatch, silent_port: int, caplog: pytest.LogCaptureFixture
) -> None:
    _use_broker(monkeypatch, f"redis://127.0.0.1:{silent_port}/0")
    _queue_at_once(actor)
    assert "No worker was notified" in caplog.text


def _queue_at_once(actor: Actor) -> None:
    """Asks the broker once, and gives it no longer than it may have."""
    connect = AbstractConnection.connect
    spying = patch.object(AbstractConnection, "connect", autospec=True, side_effect=connect)
    with spying as connected, company_scope(actor.company), transaction.atomic():
        to = ["a@acme.example"]
        queue(draft_email(actor, kind="invoice.sent", related_id=uuid4(), to=to, subject="Invoice", body="Text"))
    ((connection,),) = [call.args for call in connected.call_args_list]
    assert connection.socket_connect_timeout == connection.socket_timeout == worker_notifications.CONNECT_SECONDS
    assert OutboxEmail.unscoped.get().status == "queued"


def test_the_doorbell_carries_only_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    _use_broker(monkeypatch, "memory://notifications")
    key = uuid4()
    assert worker_notifications.notify_worker(key)
    with current_app.connection_for_read() as reader, reader.SimpleQueue(current_app.conf.task_default_queue) as box:
        message = box.get(block=False)
        message.ack()
    assert message.headers["task"] == "bigledger_crm.outbox.tasks.deliver_email"
    assert message.payload[0] == [str(key)]
    assert message.headers["expires"]
