"""Batches: created with their invoices, cancelled; `batch_work.py` does what they are for."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import InvalidData, InvalidStatusTransition, field_error
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.queries.batches import count_items
from invoicing.rules.batches import CANCELLED, LEASE, MOST, RUNNING

WORK = "invoicing.tasks.work_on_batch"
_ROWS = 2000


@transaction.atomic
def create_batch(actor: Actor, action: str, invoices: QuerySet[Invoice]) -> Batch:
    """Freezes the invoices that are found now, in the order of their creation; workers begin after the commit.

    Each is sent or issued by itself, by the same service and with the same rights as one alone.  Raises
    PermissionDenied, and InvalidData naming `filters` for none and for more than MOST.
    """
    actor.require("invoices", "write")
    keys = list(invoices.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    message = "No invoices match" if not keys else f"A batch can have at most {MOST} invoices; more match"
    if errors := field_error("filters", message if not 1 <= len(keys) <= MOST else None):
        raise InvalidData("Batch", errors)
    now = clock.now()
    batch = Batch.objects.create(
        company=actor.company,
        action=action,
        total=len(keys),
        created_by=actor.id,
        created_at=now,
        next_attempt_at=now + LEASE,
    )
    BatchItem.objects.bulk_create(
        (
            BatchItem(id=ids.new_id(), company=actor.company, batch=batch, position=position, invoice_id=key)
            for position, key in enumerate(keys, 1)
        ),
        batch_size=_ROWS,
    )
    record(actor, "batch.created", batch.pk, note=f"{action}: {len(keys)}")
    notify_after_commit(batch)
    return batch


@transaction.atomic
def cancel_batch(actor: Actor, batch: Batch) -> Batch:
    """Leaves the invoices alone that the batch has not come to.  Raises PermissionDenied, InvalidStatusTransition."""
    actor.require("invoices", "write")
    stored = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if stored.status != RUNNING:
        raise InvalidStatusTransition("Batch", stored.status, CANCELLED, ())
    count_items(stored)
    stored.save(update_fields=["succeeded", "failed"])
    end(stored, CANCELLED)
    record(actor, "batch.cancelled", stored.pk)
    return stored


def end(batch: Batch, status: str) -> None:
    """Ends a batch that is locked."""
    batch.status, batch.finished_at = status, clock.now()
    batch.next_attempt_at, batch.retry_code = None, ""
    batch.save(update_fields=["status", "finished_at", "next_attempt_at", "retry_code"])


def notify_after_commit(batch: Batch, seconds: float = 0) -> None:
    """Asks a worker for the next slice when the transaction is over."""
    notify = partial(worker_notifications.notify_worker, batch.pk, WORK, seconds=seconds, arguments=(batch.turn,))
    transaction.on_commit(notify, robust=True)
