"""Reading batches."""

from django.db.models import Count, Q

from bigledger_crm.outbox.models import WAITING, EmailStatus
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import whole_company
from invoicing.models import Batch, BatchItem
from invoicing.rules.batches import DONE, FAILED, RUNNING


def batch_by_public_id(public_id: str) -> Batch:
    """The batch with this id, as far as it is at this moment.  Raises NotFound."""
    batch = by_public_id(Batch.objects.all(), "Batch", public_id)
    if batch.status == RUNNING:
        count_items(batch)
    return batch


def count_items(batch: Batch) -> None:
    """Counts what is done and what failed, on the batch and nowhere else."""
    with whole_company():
        items = BatchItem.objects.filter(batch=batch)
    counted = items.aggregate(done=Count("pk", filter=Q(status=DONE)), failed=Count("pk", filter=Q(status=FAILED)))
    batch.succeeded, batch.failed = counted["done"], counted["failed"]


def emails_of_batch(batch: Batch) -> dict[str, int]:
    """How many of its emails wait or are on their way, were sent, or were not."""
    with whole_company():
        rows = BatchItem.objects.filter(batch=batch, email__isnull=False).order_by()
    counts = dict(rows.values_list("email__status").annotate(Count("pk")))
    waiting = sum(counts.get(status, 0) for status in (*WAITING, EmailStatus.SENDING))
    sent = counts.get(EmailStatus.SENT, 0)
    return {"waiting": waiting, "sent": sent, "failed": sum(counts.values()) - waiting - sent}
