"""Asking a worker to check a company's books."""

from functools import partial
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record
from bigledger_crm.outbox.worker_notifications import notify_worker
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.queries import lock_company
from invoicing.models import BooksCheck

TASK = "invoicing.tasks.check_books"
KEPT = 20
STOPPED = "It did not come to its end: a worker was stopped, or the books are too large. Run manage.py check_books"


@transaction.atomic
def request_books_check(actor: Actor) -> BooksCheck:
    """A check that a worker begins at once; the one that waits or runs already, if there is one.

    Raises PermissionDenied.
    """
    actor.require("settings", "manage")
    lock_company(actor.company)
    open_ = BooksCheck.objects.filter(finished_at=None).first()
    if open_ is not None and open_.is_stopped():
        give_up_books_check(open_.pk, STOPPED)
        open_ = None
    if open_ is None:
        open_ = BooksCheck.objects.create(company=actor.company, requested_by=actor.id)
        record(actor, "books_check.requested", open_.pk)
        old = BooksCheck.objects.order_by("-requested_at", "-id").values_list("pk", flat=True)[KEPT:]
        BooksCheck.objects.filter(pk__in=list(old)).delete()
    if open_.started_at is None:  # also one whose notification was lost
        transaction.on_commit(partial(notify_worker, open_.pk, TASK), robust=True)
    return open_


def give_up_books_check(pk: UUID, error: str) -> None:
    """Ends a check that came to no end."""
    BooksCheck.unscoped.filter(pk=pk, finished_at=None).update(finished_at=clock.now(), error=error)
