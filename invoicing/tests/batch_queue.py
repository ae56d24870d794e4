"""The workers' queue as a list, for tests that say in which order tasks run."""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from bigledger_crm.outbox import worker_notifications
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice
from customers.models import Customer
from invoicing.models import Invoice
from invoicing.services.batch_work import work_on_batch
from invoicing.services.batches import WORK


class Message(NamedTuple):
    """What a worker is asked for."""

    task: str
    row_id: UUID
    arguments: Sequence[int]


class Tasks:
    """Messages in the order in which they were sent, as Celery's workers take them."""

    def __init__(self) -> None:
        self.waiting: deque[Message] = deque()
        self.taken: list[Message] = []

    def notify(
        self,
        row_id: UUID,
        task: str = worker_notifications.DELIVER_EMAIL,
        *,
        seconds: float = 0,
        arguments: Sequence[int] = (),
    ) -> bool:
        """Stands for notify_worker."""
        self.waiting.append(Message(task, row_id, arguments))
        return True

    def work(self) -> Message:
        """The first message; of the emails only that they had their turn is of interest."""
        message = self.waiting.popleft()
        self.taken.append(message)
        if message.task == WORK:
            work_on_batch(message.row_id, *message.arguments)
        return message

    def work_off(self) -> None:
        """All of them, and what they lead to."""
        while self.waiting:
            self.work()


def make_drafts(actor: Actor, count: int, customer: Customer | None = None) -> list[Invoice]:
    """So many drafts of one customer."""
    with company_scope(actor.company):
        customer = customer or make_customer(actor)
        return [make_invoice(actor, customer, draft=True) for _ in range(count)]
