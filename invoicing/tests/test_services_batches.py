"""Batches: what becomes of each invoice, of the rest when one fails, and of other companies meanwhile."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from pytest_django import Settings

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import InvalidData, InvalidStatusTransition, PermissionDenied
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor, actor_for_key, actor_for_member
from bigledger_crm.tenancy.models import Membership, User
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.tenancy.services import create_api_key, revoke_api_key
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.inputs import CustomerInput
from customers.services import update_customer
from invoicing.integrity import check_integrity
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.rules.batches import ISSUE, SEND, SLICE
from invoicing.services import batch_work, cancel_batch, create_batch, send_invoice
from invoicing.services.batch_work import sweep_batches, work_on_batch
from invoicing.services.batches import WORK
from invoicing.tests.batch_queue import Tasks, make_drafts
from sales.services import EmailOptions

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def tasks() -> Iterator[Tasks]:
    """The workers' queue."""
    found = Tasks()
    with patch.object(worker_notifications, "notify_worker", found.notify):
        yield found


def begin(actor: Actor, action: str = SEND) -> Batch:
    """A batch of all invoices of the actor's company."""
    with company_scope(actor.company):
        return create_batch(actor, action, Invoice.objects.all())


def stored(batch: Batch) -> Batch:
    return Batch.unscoped.get(pk=batch.pk)


def codes(batch: Batch) -> list[str]:
    """What became of each invoice in order: a code, or the item's status where there is none."""
    items = BatchItem.unscoped.filter(batch=batch).order_by("position")
    return [item.error_code or item.status for item in items]


def test_all_are_sent(actor: Actor, tasks: Tasks) -> None:
    drafts = make_drafts(actor, SLICE + 3)
    batch = begin(actor)
    tasks.work_off()
    found = stored(batch)
    assert (found.status, found.total, found.succeeded, found.failed) == ("completed", SLICE + 3, SLICE + 3, 0)
    with company_scope(actor.company):
        assert {invoice.status for invoice in Invoice.objects.all()} == {"sent"}
        emails = OutboxEmail.objects.filter(kind="invoice.sent")
        assert sorted(emails.values_list("related_id", flat=True)) == sorted(draft.pk for draft in drafts)
        assert set(emails.values_list("created_by", flat=True)) == {actor.id}
        assert set(BatchItem.objects.values_list("email", flat=True)) == {email.pk for email in emails}
        told = AuditEntry.objects.filter(event__startswith="batch.").order_by("occurred_at", "id")
        assert [entry.event for entry in told] == ["batch.created", "batch.completed"]
    assert check_integrity() == []


def test_issued_without_an_email(actor: Actor, tasks: Tasks) -> None:
    make_drafts(actor, 2)
    batch = begin(actor, ISSUE)
    tasks.work_off()
    assert codes(batch) == ["done", "done"]
    assert not OutboxEmail.unscoped.exists()
    assert check_integrity() == []


def test_one_that_fails_leaves_the_others(actor: Actor, tasks: Tasks) -> None:
    """Each with the code that the request for it alone gets."""
    with company_scope(actor.company):
        silent = make_customer(actor, name="Silent", email="", phone="+60 3 1234 5678")
        blocked = make_customer(actor, name="Blocked")
        drafts = [make_invoice(actor, draft=True) for _ in range(2)]
        drafts[1:1] = [make_invoice(actor, silent, draft=True), make_invoice(actor, blocked, draft=True)]
        update_customer(actor, blocked, CustomerInput(status="blocked"))
    batch = begin(actor)
    tasks.work_off()
    assert sorted(codes(batch)) == sorted(["done", "INVALID_EMAIL_DATA", "CUSTOMER_BLOCKED", "done"])
    assert (stored(batch).succeeded, stored(batch).failed) == (2, 2)
    item = BatchItem.unscoped.get(batch=batch, error_code="INVALID_EMAIL_DATA")
    assert item.error == "The customer has no email address. Enter at least one recipient."
    with company_scope(actor.company):
        states = {invoice.pk: invoice.status for invoice in Invoice.objects.all()}
    assert [states[draft.pk] for draft in drafts] == ["sent", "draft", "draft", "sent"]
    assert check_integrity() == []


def test_what_nobody_foresaw_is_an_items_too(actor: Actor, tasks: Tasks, caplog: pytest.LogCaptureFixture) -> None:
    drafts = make_drafts(actor, 2)
    batch = begin(actor)

    def act(who: Actor, invoice: Invoice) -> OutboxEmail:
        if invoice.pk == drafts[0].pk:
            raise ZeroDivisionError
        return send_invoice(who, invoice, EmailOptions())[1]

    with patch.dict(batch_work.ACTS, {SEND: act}):
        tasks.work_off()
    assert codes(batch) == ["INTERNAL_ERROR", "done"]
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize("loses", ["role", "membership", "account"])
def test_rights_are_those_of_the_moment(actor: Actor, alice: User, tasks: Tasks, loses: str) -> None:
    make_drafts(actor, SLICE + 2)
    batch = begin(actor)
    assert tasks.work().task == WORK
    members = Membership.objects.filter(user=alice)
    if loses == "role":
        members.update(role="viewer")
    elif loses == "membership":
        members.delete()
    else:
        User.objects.filter(pk=alice.pk).update(is_active=False)
    tasks.work_off()
    assert codes(batch) == ["done"] * SLICE + ["PERMISSION_DENIED"] * 2
    assert stored(batch).status == "completed"


def test_a_key_that_is_revoked(actor: Actor, tasks: Tasks) -> None:
    key, _secret = create_api_key([actor.company], name="Shop", scopes=["invoices:write"])
    make_drafts(actor, SLICE + 1)
    batch = begin(actor_for_key(key, actor.company))
    tasks.work()
    revoke_api_key(key)
    tasks.work_off()
    assert codes(batch) == ["done"] * SLICE + ["PERMISSION_DENIED"]


def test_who_may_not_begin_one(bob: User, actor: Actor) -> None:
    make_drafts(actor, 1)
    bobs = actor_for_member(bob.memberships.select_related("company", "user").get())
    with pytest.raises(PermissionDenied):
        begin(bobs)
    batch = begin(actor)
    with company_scope(actor.company), pytest.raises(PermissionDenied):
        cancel_batch(bobs, batch)


def test_none_and_too_many(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidData):
        begin(actor)
    make_drafts(actor, 2)
    monkeypatch.setattr("invoicing.services.batches.MOST", 1)
    with pytest.raises(InvalidData):
        begin(actor)
    assert not Batch.unscoped.exists()


def test_cancelled_in_the_middle(actor: Actor, tasks: Tasks) -> None:
    make_drafts(actor, SLICE + 1)
    batch = begin(actor)
    tasks.work()
    with company_scope(actor.company):
        cancel_batch(actor, batch)
        with pytest.raises(InvalidStatusTransition):
            cancel_batch(actor, batch)
    tasks.work_off()
    assert codes(batch) == ["done"] * SLICE + ["waiting"]
    assert (stored(batch).status, stored(batch).waiting) == ("cancelled", 1)


def test_messages_that_come_twice_or_late_do_nothing(actor: Actor, tasks: Tasks) -> None:
    make_drafts(actor, 2 * SLICE)
    batch = begin(actor)
    assert [work_on_batch(batch.pk, turn) for turn in (0, 0, 5)] == [SLICE, 0, 0]
    assert [message.arguments for message in tasks.waiting if message.task == WORK] == [(0,), (1,)]
    tasks.work_off()
    assert (codes(batch), stored(batch).turn) == (["done"] * 2 * SLICE, 2)


def test_the_sweeper_takes_up_what_was_left(actor: Actor, tasks: Tasks) -> None:
    make_drafts(actor, SLICE + 1)
    batch = begin(actor)
    tasks.work()
    tasks.waiting.clear()  # the broker lost it all
    assert sweep_batches() == 0
    Batch.unscoped.update(next_attempt_at=clock.now())
    assert sweep_batches() == 1
    tasks.work_off()
    assert stored(batch).status == "completed"
    assert sweep_batches() == 0


def test_it_waits_where_the_hour_has_no_more_emails(actor: Actor, tasks: Tasks, settings: Settings) -> None:
    settings.BIGLEDGER_MAILS_PER_HOUR = 20
    make_drafts(actor, 19)
    batch = begin(actor)
    tasks.work_off()
    found = stored(batch)
    assert (found.status, found.succeeded, found.failed) == ("running", 18, 0)
    assert found.retry_code == "MAIL_LIMIT_REACHED"
    assert found.next_attempt_at is not None
    assert timedelta(minutes=58) < found.next_attempt_at - clock.now() <= timedelta(hours=1)
    (single,) = make_drafts(actor, 1)
    with company_scope(actor.company):
        send_invoice(actor, single, EmailOptions())  # a tenth is left for people
    OutboxEmail.unscoped.update(created_at=clock.now() - timedelta(hours=2))
    Batch.unscoped.update(next_attempt_at=clock.now())
    sweep_batches()
    tasks.work_off()
    assert (stored(batch).status, stored(batch).retry_code, codes(batch)) == ("completed", "", ["done"] * 19)


def test_another_company_waits_for_one_slice_at_most(actor: Actor, stranger: Actor, tasks: Tasks) -> None:
    """What Charlie sends is behind a slice of Alice's batch and its emails, not behind all of it."""
    make_drafts(actor, 5 * SLICE)
    (single,) = make_drafts(stranger, 1)
    begin(actor)
    tasks.work()
    with company_scope(stranger.company):
        _, email = send_invoice(stranger, single, EmailOptions())
    before = len(tasks.taken)
    while tasks.work().row_id != email.pk:
        assert len(tasks.taken) - before <= SLICE + 2
    assert len(tasks.waiting) <= SLICE + 2


def test_batches_of_two_companies_take_turns(actor: Actor, stranger: Actor, tasks: Tasks) -> None:
    make_drafts(actor, 4 * SLICE)
    make_drafts(stranger, 2 * SLICE)
    first, second = begin(actor), begin(stranger)
    tasks.work_off()
    order = [message.row_id for message in tasks.taken if message.task == WORK]
    assert order == [first.pk, second.pk, first.pk, second.pk, first.pk, first.pk]
    assert {stored(batch).status for batch in (first, second)} == {"completed"}
