"""A thousand invoices at once, beside another company's ten: nobody is held up, and no limit of LHDN's is exceeded."""

import hashlib
import heapq
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from unittest.mock import patch
from uuid import UUID

import pytest

from bigledger_crm.kernel import clock, ids
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.encryption import encrypt
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.einvoices import BUYER, COMPANY, Reporting, reporting
from bigledger_crm.testing.factories import make_customer, make_invoice
from invoicing.einvoice.demo_client import DEMO_TIN
from invoicing.einvoice.document import build
from invoicing.einvoice_simulator import limits
from invoicing.einvoice_simulator.seeds import INTERMEDIARY_TIN
from invoicing.models import EInvoice, EInvoiceSettings
from invoicing.myinvois.operations import PER_MINUTE, Operation
from invoicing.queries.einvoice_settings import PURPOSE
from invoicing.services.einvoice_processing import process_einvoices, sweep_einvoices
from invoicing.services.einvoices import facts_of, submit_einvoice

# A thousand take long: fewer documents in a call and fewer calls in a minute meet the same limits sooner.
IS_WHOLE = bool(os.environ.get("EINVOICE_THOUSAND"))
MANY = 1000 if IS_WHOLE else 14
FEW = 10 if IS_WHOLE else 4
IN_A_BATCH = 20 if IS_WHOLE else 1
OTHER_TIN = "C99999999010"


@dataclass
class Queue:
    """The workers' tasks, each company's in the order in which it was notified."""

    lhdn: Reporting
    waiting: list[tuple[datetime, int, UUID]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=count)

    def notify(self, company_id: UUID, _task: str, *, seconds: float = 0) -> bool:
        """Stands for notify_worker."""
        heapq.heappush(self.waiting, (clock.now() + timedelta(seconds=seconds), next(self.numbers), company_id))
        return True

    def work(self) -> None:
        """The next task; when there is none for now, time passes until the next one, or until the sweeper comes."""
        sweep = clock.now() + timedelta(seconds=10)
        if self.waiting and self.waiting[0][0] < sweep:
            due, _, company_id = heapq.heappop(self.waiting)
            self._wait_until(due)
            process_einvoices(company_id)
        else:
            self._wait_until(sweep)
            sweep_einvoices()

    def _wait_until(self, moment: datetime) -> None:
        if moment > clock.now():
            self.lhdn.pass_time(seconds=(moment - clock.now()).total_seconds())


@contextmanager
def queue_of(lhdn: Reporting) -> Iterator[Queue]:
    queue = Queue(lhdn)
    with (
        patch("invoicing.services.einvoice_processing.notify_worker", queue.notify),
        patch("invoicing.services.einvoices.notify_worker", queue.notify),
        patch("invoicing.services.einvoice_sending.MAX_DOCUMENTS", IN_A_BATCH),
        patch.dict(PER_MINUTE, {Operation.SUBMIT: 10, Operation.SUBMISSION: 30}),
        patch.dict(limits.PER_MINUTE, {"submit": 10, "get_submission": 30}),
    ):
        yield queue


def queue_many(actor: Actor, number: int, mark: str) -> None:
    """So many e-invoices as rows: one document, renumbered.  A document of LHDN needs no invoice here."""
    invoice = make_invoice(actor, make_customer(actor, **BUYER))
    found = EInvoiceSettings.objects.get()
    facts = facts_of(invoice, actor.company, found, clock.now())
    document = build(facts)
    rows = []
    for one in range(number):
        name = f"{mark}-{one:04}"
        content = document.replace(facts.number.encode(), name.encode())
        rows.append(
            EInvoice(
                id=ids.new_id(),
                company=actor.company,
                kind="01",
                number=name,
                currency="MYR",
                total=facts.total,
                environment="simulator",
                version="1.0",
                document=content,
                document_hash=hashlib.sha256(content).hexdigest(),
                issued_at=facts.issued_at.astimezone(UTC),
                created_by=actor.id,
            )
        )
    EInvoice.objects.bulk_create(rows)


def left(company: Company, *statuses: str) -> int:
    return EInvoice.unscoped.filter(company=company, status__in=statuses).count()


@pytest.mark.parametrize("is_shared", [False, True], ids=["own clients", "one intermediary"])
@pytest.mark.usefixtures("no_broker")
def test_a_thousand_beside_ten(company: Company, actor: Actor, stranger: Actor, is_shared: bool) -> None:
    client = {"client_id": "shared" if is_shared else "contoh-client"}
    client["client_secret"] = encrypt(PURPOSE, "secret" if is_shared else "contoh-secret")
    with ExitStack() as stack:
        with company_scope(company):
            lhdn = stack.enter_context(reporting(company, actor))
            if is_shared:
                EInvoiceSettings.objects.update(**client, on_behalf_of=DEMO_TIN)
            queue_many(actor, MANY, "MANY")
        lhdn.simulator.client("shared", "secret", INTERMEDIARY_TIN, DEMO_TIN, OTHER_TIN)
        with company_scope(stranger.company):
            _reports_too(stranger, client, OTHER_TIN if is_shared else "")
            queue_many(stranger, FEW, "FEW")
        queue = stack.enter_context(queue_of(lhdn))
        queue.notify(company.pk, "")
        queue.notify(stranger.company.pk, "")

        while left(stranger.company, "pending"):
            queue.work()
        # One of a company's batches is sent after one of the other's.
        assert left(company, "pending") >= MANY - FEW - IN_A_BATCH
        rounds = 0
        while left(company, "pending", "submitted") or left(stranger.company, "pending", "submitted"):
            queue.work()
            rounds += 1
            assert rounds < 10 * MANY
        assert (left(company, "accepted"), left(stranger.company, "accepted")) == (MANY, FEW)
        assert len(lhdn.simulator.documents()) == MANY + FEW
        assert [note for note in lhdn.simulator.requests() if note.status == 429] == []


def _reports_too(stranger: Actor, client: dict[str, str], on_behalf_of: str) -> None:
    facts = {**COMPANY, "tin": OTHER_TIN, "registration_number": "209901000001"}
    Company.objects.filter(pk=stranger.company.pk).update(**facts)
    stranger.company.refresh_from_db()
    EInvoiceSettings.objects.create(
        company=stranger.company,
        environment="simulator",
        starts_on=clock.now().date() - timedelta(days=1),
        on_behalf_of=on_behalf_of,
        **client,
    )


@pytest.mark.usefixtures("in_company", "no_broker")
def test_many_that_are_queued_at_once_are_one_task(company: Company, actor: Actor) -> None:
    """So that others stand behind one task in the queue, not behind hundreds."""
    with reporting(company, actor) as lhdn, patch("invoicing.services.einvoices.notify_of") as notified:
        buyer = lhdn.buyer()
        for _ in range(3):
            submit_einvoice(actor, lhdn.invoice(buyer))
        assert notified.call_count == 1
