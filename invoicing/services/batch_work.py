"""What workers do for a batch: a slice of its invoices, then other tasks have their turn.

Each invoice is a transaction of its own that also marks its item: whatever is killed, nothing is lost or done twice.
The task of a slice carries the number of its turn, which counts up as it begins.  So there is one task of a batch at
a time, however often workers are notified, and its emails are ahead of its next slice in the workers' queue: another
company waits for no more than a slice and its emails.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError, transaction
from django.db.models import Q

from bigledger_crm.kernel import clock, ids
from bigledger_crm.kernel.errors import DomainError, NotFound
from bigledger_crm.outbox import worker_notifications
from bigledger_crm.outbox.errors import EmailLimitReached
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.outbox.services import leave_some_for_people
from bigledger_crm.tenancy.actor import Actor, acting_again, system_actor
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import Batch, BatchItem, Invoice
from invoicing.queries.batches import count_items
from invoicing.rules.batches import COMPLETED, DONE, FAILED, ISSUE, LEASE, RUNNING, SEND, SLICE, WAITING
from invoicing.services.batches import WORK, end, notify_after_commit
from invoicing.services.invoice_email import send_invoice
from invoicing.services.invoice_transitions import issue_invoice
from sales.services import EmailOptions

UNEXPECTED = "INTERNAL_ERROR"
_LONGEST_ERROR = 500
_SWEPT = 100
_LONGEST_PAUSE = timedelta(hours=2)
logger = logging.getLogger(__name__)


def _send(actor: Actor, invoice: Invoice) -> OutboxEmail:
    leave_some_for_people(actor.company)
    return send_invoice(actor, invoice, EmailOptions())[1]


def _issue(actor: Actor, invoice: Invoice) -> None:
    issue_invoice(actor, invoice)


ACTS: dict[str, Callable[[Actor, Invoice], OutboxEmail | None]] = {SEND: _send, ISSUE: _issue}


def work_on_batch(batch_id: UUID, turn: int) -> int:
    """Does one slice of a batch if it is its turn; how many invoices it came to.  Call it outside transactions."""
    batch = _begin(batch_id, turn)
    if batch is None:
        return 0
    done, pause = 0, None
    with company_scope(batch.company_id):
        try:
            while done < SLICE and _do_next(batch):
                done += 1
        except EmailLimitReached as error:
            pause = error
        _finish(batch, is_empty=not done, pause=pause)
    return done


def sweep_batches() -> int:
    """Notifies workers of the batches at which nobody works; of how many."""
    now = clock.now()
    # What lies further ahead than any pause was planned before the machine's clock was set back.
    due = Q(next_attempt_at__lte=now) | Q(next_attempt_at__gt=now + _LONGEST_PAUSE)
    waiting = Batch.unscoped.filter(due, status=RUNNING).order_by("next_attempt_at")
    found = waiting.values_list("pk", "turn")[:_SWEPT]
    return sum(worker_notifications.notify_worker(pk, WORK, arguments=(turn,)) for pk, turn in found)


def _begin(batch_id: UUID, turn: int) -> Batch | None:
    """Takes the turn; None when it is over already."""
    running = Batch.unscoped.filter(pk=batch_id, turn=turn, status=RUNNING)
    if not running.update(turn=turn + 1, next_attempt_at=clock.now() + LEASE):
        return None
    return Batch.unscoped.get(pk=batch_id)


def _do_next(batch: Batch) -> bool:
    """Does the next item that no other worker is at; False when there is none.  Raises EmailLimitReached."""
    with transaction.atomic():
        items = BatchItem.objects.select_for_update(skip_locked=True, of=("self",))
        item = items.filter(batch=batch, batch__status=RUNNING, status=WAITING).order_by("position").first()
        if item is None:
            return False
        _do(batch, item)
        item.finished_at = clock.now()
        item.save(update_fields=["status", "email", "error_code", "error", "finished_at"])
    return True


def _do(batch: Batch, item: BatchItem) -> None:
    """Does the action for an item's invoice, all of it or nothing, and says in the item what became of it."""
    try:
        with transaction.atomic(), acting_again(batch.company_id, batch.created_by) as actor:
            actor.require("invoices", "write")
            invoice = Invoice.objects.filter(pk=item.invoice_id).first()
            if invoice is None:  # no longer among those that the actor sees
                raise NotFound("Invoice", ids.encode(Invoice.PREFIX, item.invoice_id))
            item.email = ACTS[batch.action](actor, invoice)
    except EmailLimitReached:
        raise  # it waits, and the batch with it
    except DomainError as error:
        texts = [fault.message for fault in error.errors]
        item.status, item.error_code, item.error = FAILED, error.code, (" ".join(texts) or error.message)
        item.error = item.error[:_LONGEST_ERROR]
    except (DatabaseError, InterfaceError):
        raise  # a lock that was waited for too long, or a database that restarts: the next turn tries again
    except Exception:  # whatever is wrong with this invoice, it must not stop the others
        logger.exception("Invoice %s of batch %s failed", item.invoice_id, batch.public_id)
        item.status, item.error_code, item.error = FAILED, UNEXPECTED, "Something went wrong on our side"
    else:
        item.status = DONE


@transaction.atomic
def _finish(batch: Batch, *, is_empty: bool, pause: EmailLimitReached | None) -> None:
    """Counts what is done; asks for the next slice, unless it was the last one or emails have to wait."""
    stored = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    count_items(stored)
    stored.save(update_fields=["succeeded", "failed"])
    if stored.status != RUNNING:
        return
    if not stored.waiting:
        end(stored, COMPLETED)
        record(system_actor(stored.company), "batch.completed", stored.pk, note=_note(stored))
    elif stored.turn == batch.turn:
        wait = timedelta(seconds=pause.retry_after or 0) if pause else LEASE
        stored.next_attempt_at, stored.retry_code = clock.now() + wait, pause.code if pause else ""
        stored.save(update_fields=["next_attempt_at", "retry_code"])
        if pause is None:
            # What is left while nothing could be done is with another worker.
            notify_after_commit(stored, seconds=1 if is_empty else 0)


def _note(batch: Batch) -> str:
    return f"{batch.succeeded} done, {batch.failed} failed"
