"""Reminders with several workers at the same moment, and with a payment a moment before."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import transaction

from bigledger_crm.documents import services as documents
from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.outbox.delivery import deliver
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.scope import company_scope
from bigledger_crm.testing.factories import make_customer, make_invoice, make_quote
from bigledger_crm.testing.threads import at_once, wait_for_a_waiting_lock
from invoicing import tasks
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Invoice, Reminder
from invoicing.services import (
    cancel_invoice,
    create_credit_note,
    record_payment,
    schedule_of,
    send_due_reminders,
)
from sales.services import EmailOptions, send_quote

pytestmark = pytest.mark.usefixtures("committed")
ISSUED = datetime(2024, 1, 15, 1, tzinfo=UTC)
OVERDUE = datetime(2024, 2, 22, 1, tzinfo=UTC)


def owed(actor: Actor, count: int = 1) -> list[Invoice]:
    """Invoices of 15 January that are due on 14 February, and a quote that is valid until the 24th."""
    with time_machine.travel(ISSUED, tick=False), company_scope(actor.company):
        schedule_of(actor)
        customer = make_customer(actor)
        quote = make_quote(actor, customer, valid_until=datetime(2024, 2, 24, tzinfo=UTC).date())
        send_quote(actor, quote, EmailOptions())
        due = datetime(2024, 2, 14, tzinfo=UTC).date()
        return [make_invoice(actor, customer, send_reminders=True, due_date=due) for _ in range(count)]


def emailed(actor: Actor) -> list[str]:
    """The kinds of the reminders that were queued."""
    with company_scope(actor.company):
        emails = OutboxEmail.objects.filter(kind__endswith=".reminder").order_by("kind")
        return list(emails.values_list("kind", flat=True))


def test_workers_at_once_send_one_email_each(actor: Actor) -> None:
    owed(actor, 5)
    with time_machine.travel(OVERDUE, tick=False):
        counts, failures = at_once([send_due_reminders] * 6)
        again, _ = at_once([send_due_reminders] * 2)
    assert (sum(counts), failures, again) == (6, [], [0, 0])
    assert emailed(actor) == [*["invoice.reminder"] * 5, "quote.reminder"]


def test_two_beats_and_two_workers(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    owed(actor)
    calls: list[int] = []

    def counted() -> int:
        calls.append(1)
        return send_due_reminders()

    monkeypatch.setattr(tasks, "send_due_reminders", counted)
    with time_machine.travel(OVERDUE, tick=False):
        _, failures = at_once([tasks.send_reminders.run] * 4)
    assert (len(calls), failures) == (1, [])
    assert emailed(actor) == ["invoice.reminder", "quote.reminder"]


def _pay(actor: Actor, invoice: Invoice) -> Any:
    return record_payment(actor, invoice, PaymentInput(amount=invoice.total))


def _credit(actor: Actor, invoice: Invoice) -> Any:
    return create_credit_note(actor, CreditNoteInput(invoice_id=invoice.public_id))


@pytest.mark.parametrize("settle", [_pay, _credit, cancel_invoice])
def test_settled_a_moment_before(actor: Actor, settle: Callable[[Actor, Invoice], Any]) -> None:
    """The run has found the invoice and waits for its lock, which the payment holds."""
    (invoice,) = owed(actor)
    settled = threading.Event()
    waiting = wait_for_a_waiting_lock

    def first() -> int:
        with company_scope(actor.company), transaction.atomic():
            settle(actor, invoice)
            settled.set()
            waiting()
        return 0

    def second() -> int:
        assert settled.wait(300)
        return send_due_reminders()

    with time_machine.travel(OVERDUE):
        counts, failures = at_once([first, second])
    assert (counts, failures) == ([0, 1], []), "the quote's only"
    assert emailed(actor) == ["quote.reminder"]
    with company_scope(actor.company):
        assert not Reminder.objects.filter(invoice=invoice).exists()


@pytest.mark.parametrize("settle", [_pay, _credit, cancel_invoice])
def test_settled_while_the_reminder_is_being_printed(
    actor: Actor, settle: Callable[[Actor, Invoice], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has claimed the email and makes its PDF; then the invoice is settled: no email goes."""
    (invoice,) = owed(actor)
    with time_machine.travel(OVERDUE):
        send_due_reminders()
        with company_scope(actor.company):
            reminder = OutboxEmail.objects.get(kind="invoice.reminder")
        printing, settled = threading.Event(), threading.Event()
        real = documents.ensure_rendered

        def slow(stored: StoredDocument) -> StoredDocument:
            printing.set()
            assert settled.wait(300)
            return real(stored)

        def payment() -> bool:
            assert printing.wait(300)
            with company_scope(actor.company):
                settle(actor, invoice)
            settled.set()
            return True

        monkeypatch.setattr(documents, "ensure_rendered", slow)
        both: list[Callable[[], bool]] = [partial(deliver, reminder.pk), payment]
        tried, failures = at_once(both)
    assert (tried, failures) == ([True, True], [])
    assert mail.outbox == []
    assert OutboxEmail.unscoped.get(pk=reminder.pk).status == "withdrawn"


def test_a_reminder_goes_or_is_withdrawn_but_never_both(actor: Actor) -> None:
    invoices = owed(actor, 6)
    with time_machine.travel(OVERDUE):
        send_due_reminders()
        with company_scope(actor.company):
            emails = list(OutboxEmail.objects.filter(kind="invoice.reminder"))

        def pay(invoice: Invoice) -> bool:
            with company_scope(actor.company):
                _pay(actor, invoice)
            return True

        sends: list[Callable[[], bool]] = [partial(deliver, email.pk) for email in emails]
        sends += [partial(pay, invoice) for invoice in invoices]
        _, failures = at_once(sends)
    assert failures == []
    with company_scope(actor.company):
        states = dict(OutboxEmail.objects.filter(kind="invoice.reminder").values_list("message_id", "status"))
    assert set(states.values()) <= {"sent", "withdrawn"}
    gone = [message.extra_headers["Message-ID"] for message in mail.outbox]
    assert sorted(gone) == sorted(key for key, status in states.items() if status == "sent")
