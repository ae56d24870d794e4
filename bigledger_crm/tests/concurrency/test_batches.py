"""Batches when workers are killed, and with several of them at one batch: no invoice is lost or sent twice."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from unittest.mock import patch

import pytest
from django.conf import settings
from django.db import connection

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.client import Answer, api_client
from bigledger_crm.testing.threads import at_once
from invoicing.integrity import check_integrity
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.rules.batches import SEND
from invoicing.services import create_batch
from invoicing.services.batch_work import sweep_batches, work_on_batch
from invoicing.tests.batch_queue import Tasks, make_drafts

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    """The workers' queue."""
    found = Tasks()
    with patch.object(worker_notifications, "notify_worker", found.notify):
        yield found


def make_batch(actor: Actor, count: int) -> Batch:
    make_drafts(actor, count)
    with company_scope(actor.company):
        return create_batch(actor, SEND, Invoice.objects.all())


def check_each_was_sent_once(batch: Batch) -> None:
    """Each invoice is issued, has one email, and its item knows it."""
    emails = OutboxEmail.unscoped.filter(kind="invoice.sent").order_by("related_id")
    invoices = Invoice.unscoped.filter(status="sent").order_by("pk")
    assert list(emails.values_list("related_id", flat=True)) == list(invoices.values_list("pk", flat=True))
    found = Batch.unscoped.get(pk=batch.pk)
    assert (found.status, found.succeeded, emails.count()) == ("completed", batch.total, batch.total)
    assert set(BatchItem.unscoped.values_list("status", flat=True)) == {"done"}
    assert check_integrity() == []


@pytest.mark.processes
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_worker_killed_in_the_middle(actor: Actor, tasks: Tasks, moment: str) -> None:
    """Before the commit of an invoice nothing has happened to it, after it everything; the sweeper goes on."""
    batch = make_batch(actor, 8)
    script = "bigledger_crm.tests.concurrency.support.killed_in_a_batch"
    done = 0
    for _ in range(2):
        killed = subprocess.run(
            [sys.executable, "-m", script, connection.settings_dict["NAME"], str(batch.pk), moment],
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        done += int(killed.stdout)
        assert BatchItem.unscoped.filter(status="done").count() == done
        assert OutboxEmail.unscoped.filter(kind="invoice.sent").count() == done
    assert done == (4 if moment == "before" else 6)
    tasks.waiting.clear()
    Batch.unscoped.update(next_attempt_at=clock.now())
    assert sweep_batches() == 1
    tasks.work_off()
    # The script's own action tells the item of no email.
    check_each_was_sent_once(batch)


def test_several_workers_at_one_batch(actor: Actor, tasks: Tasks) -> None:
    """As after a worker that was given up and comes back: tasks of different turns at the same moment."""
    batch = make_batch(actor, 30)

    def work() -> int:
        """Takes turns until none is left; another worker may have been quicker."""
        done = 0
        while (now := Batch.unscoped.get(pk=batch.pk)).status == "running":
            done += work_on_batch(batch.pk, now.turn)
        return done

    counts, failures = at_once([work] * 4)
    assert failures == []
    assert sum(counts) == 30
    check_each_was_sent_once(batch)


def test_one_request_sent_ten_times_at_once(actor: Actor, company: Company) -> None:
    make_drafts(actor, 3)
    api = api_client(company)
    post = partial(api.post, "/batches", {"action": SEND, "filters": {"status": "draft"}}, Idempotency_Key="month-end")
    answers, failures = at_once([post] * 10)
    assert failures == []
    made = [answer for answer in answers if answer.status == 201]
    assert {answer.data["id"] for answer in made} == {Batch.unscoped.get().public_id}
    assert {_code(answer) for answer in answers} <= {"", "IDEMPOTENCY_IN_PROGRESS"}
    later = post()
    assert (later.text, later.headers["Idempotent-Replayed"]) == (made[0].text, "true")
    assert (Batch.unscoped.count(), BatchItem.unscoped.count()) == (1, 3)


def _code(answer: Answer) -> str:
    return "" if answer.status == 201 else str(answer.error["code"])
