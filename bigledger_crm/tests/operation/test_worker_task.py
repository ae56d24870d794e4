"""What a worker's task says of itself in log lines and metrics."""

import logging
from collections.abc import Iterator
from io import StringIO
from uuid import uuid4

import pytest

from bigledger_crm import metrics
from bigledger_crm.api.request_id import RequestFilter
from bigledger_crm.celery import app
from bigledger_crm.kernel import ids, log_context
from bigledger_crm.kernel.log_lines import LineFormatter
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.tasks import deliver_email, deliver_webhook
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.worker_task import caused_by


@pytest.fixture
def written() -> Iterator[StringIO]:
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter())
    handler.addFilter(RequestFilter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def _did(outcome: str) -> float:
    labels = {"task": deliver_webhook.name, "outcome": outcome}
    return metrics.counted().get_sample_value("bigledger_task_duration_seconds_count", labels) or 0.0


def test_lines_of_a_task_name_it_its_company_and_the_request(
    written: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = uuid4()

    def deliver(_row: object) -> None:
        with company_scope(company):
            logging.getLogger("bigledger.test").warning("at work")

    monkeypatch.setattr("bigledger_crm.outbox.webhooks.delivery.deliver", deliver)
    before = _did("succeeded")
    sent = deliver_webhook.apply(args=(str(uuid4()),), headers={log_context.HEADER: "mine"}, task_id="of-the-task")
    assert sent.successful()
    (line,) = [line for line in written.getvalue().splitlines() if "at work" in line]
    assert f"request=mine address=- company={ids.encode('comp', company)} actor=- " in line
    assert f"task={deliver_webhook.name} task_id=of-the-task " in line
    assert log_context.task.get() is None
    assert log_context.request_id.get() == log_context.NONE
    assert _did("succeeded") == before + 1


def test_a_task_that_fails_is_counted_as_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bigledger_crm.outbox.webhooks.delivery.deliver", lambda _row: 1 / 0)
    before = _did("failed")
    with pytest.raises(ZeroDivisionError):
        deliver_webhook(str(uuid4()))
    assert _did("failed") == before + 1


def test_messages_to_workers_carry_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, str]] = []

    def note(*_arguments: object, headers: dict[str, str], **_options: object) -> None:
        sent.append(headers)

    monkeypatch.setattr(app, "send_task", note)
    monkeypatch.setattr("celery.app.task.Task.apply_async", note)
    token = log_context.request_id.set("mine")
    try:
        worker_notifications.notify_worker(uuid4())
        deliver_email.delay(str(uuid4()))
    finally:
        log_context.request_id.reset(token)
    assert sent == [{log_context.HEADER: "mine"}] * 2


def test_a_worker_reads_it_from_the_message(db: None) -> None:
    message = app.amqp.create_task_message("of-the-task", deliver_email.name, (str(uuid4()),), {})
    received = {**message.headers, log_context.HEADER: "mine"}
    deliver_email.push_request(**received)
    try:
        assert caused_by(deliver_email.request) == "mine"
    finally:
        deliver_email.pop_request()
