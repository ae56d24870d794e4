"""Reminders: each step once, in the company's days, and none for what needs none."""

from contextvars import Context
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_quote
from invoicing.inputs import CreditNoteInput, PaymentInput
from invoicing.models import Reminder
from invoicing.services import (
    cancel_invoice,
    create_credit_note,
    record_payment,
    send_due_reminders,
    send_invoice,
    set_reminders,
    void_payment,
)
from invoicing.tests.reminder_runs import DUE, ISSUED, after, moment, offered, outcomes, owed, reminders, run
from sales.services import EmailOptions, accept_quote

pytestmark = pytest.mark.usefixtures("in_company", "in_january")
TO = "billing@acme.example.com"


def test_every_step_goes_on_its_day_and_once(actor: Actor) -> None:
    invoice = owed(actor, None, lines=[line("1", "1234.50")])
    sent = {offset: run(after(offset)) for offset in range(-10, 30)}
    assert {offset: count for offset, count in sent.items() if count} == {-3: 1, 0: 1, 7: 1, 14: 1}
    assert outcomes(invoice) == {-3: "sent", 0: "sent", 7: "sent", 14: "sent"}
    assert reminders() == [
        f"Invoice {invoice.invoice_number} is due on 14 February 2024",
        f"Invoice {invoice.invoice_number} is due today",
        f"Invoice {invoice.invoice_number} is overdue",
        f"Second reminder: invoice {invoice.invoice_number}",
    ]
    last = OutboxEmail.objects.latest("created_at")
    assert last.stored_document is not None
    assert last.stored_document.document_id == invoice.pk
    assert "is now 14 days overdue, and MYR 1,234.50 is still outstanding" in last.body
    assert (last.kind, last.related_id, last.to, last.created_by) == ("invoice.reminder", invoice.pk, [TO], "system")
    first = timeline_of(invoice.pk).filter(event="invoice.reminded").earliest("occurred_at")
    assert (first.actor_name, first.note) == ("BigLedger", f"3 days before the due date: {TO}")


def test_a_hundred_runs_in_a_day_send_one(actor: Actor) -> None:
    invoice = owed(actor)
    assert sum(run(after(7)) for _ in range(100)) == 1
    assert Reminder.objects.filter(invoice=invoice).count() == 3


def test_after_forty_days_of_downtime_only_the_latest_goes(actor: Actor) -> None:
    invoice = owed(actor)
    assert run(after(-4)) == 0
    assert run(after(36)) == 1
    assert outcomes(invoice) == {-3: "later_step", 0: "later_step", 7: "later_step", 14: "sent"}
    skipped = timeline_of(invoice.pk).filter(event="invoice.reminder_skipped").values_list("note", flat=True)
    assert "On the due date: a later reminder was due" in skipped
    assert run(after(37)) == 0


def test_a_day_begins_in_the_morning_of_the_company(actor: Actor) -> None:
    owed(actor)
    assert [run(after(-3), hour) for hour in (0, 7, 8, 9)] == [0, 0, 1, 0]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_days_are_the_companys(actor: Actor, company: Company, zone: str) -> None:
    company.time_zone = zone
    company.save()
    owed(actor)
    there = datetime(DUE.year, DUE.month, DUE.day - 3, 8, tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))
    for early, expected in ((timedelta(minutes=1), 0), (timedelta(0), 1)):
        with clock.travelling(there - early):
            assert Context().run(_now, there - early) == expected


def _now(at: datetime) -> int:
    with clock.travelling(at):
        return send_due_reminders()


def test_only_what_is_to_be_reminded_of(actor: Actor) -> None:
    customer = make_customer(actor)
    owed(actor, customer, send_reminders=False)
    make_invoice(actor, customer, draft=True, send_reminders=True, due_date=DUE)
    record_payment(actor, paid := owed(actor, customer), PaymentInput(amount=paid.total))
    create_credit_note(actor, CreditNoteInput(invoice_id=owed(actor, customer).public_id))
    cancel_invoice(actor, owed(actor, customer))
    assert [run(after(offset)) for offset in (0, 7, 14)] == [0, 0, 0]
    assert Reminder.objects.count() == 0


def test_what_is_still_open_of_a_part(actor: Actor) -> None:
    invoice = owed(actor)
    record_payment(actor, invoice, PaymentInput(amount=Decimal("40.50")))
    assert run(after(7)) == 1
    assert "MYR 59.50 is still outstanding" in OutboxEmail.objects.get().body


def test_a_voided_payment_opens_it_again(actor: Actor) -> None:
    payment = record_payment(actor, invoice := owed(actor), PaymentInput(amount=invoice.total))
    assert run(after(7)) == 0
    void_payment(actor, payment)
    assert run(after(8)) == 1
    assert outcomes(invoice) == {-3: "later_step", 0: "later_step", 7: "sent"}


def test_what_went_out_late_is_not_reminded_of_the_same_day(actor: Actor) -> None:
    with clock.travelling(moment(after(7))):
        late = owed(actor, invoice_date=ISSUED)
    assert run(after(7), 23) == 0
    assert outcomes(late) == {-3: "passed", 0: "passed", 7: "passed"}
    assert not timeline_of(late.pk).filter(event="invoice.reminder_skipped").exists()
    assert run(after(14)) == 1


def test_turning_it_on_by_sending_again_does_not_remind_at_once(actor: Actor) -> None:
    invoice = owed(actor, send_reminders=False)
    with clock.travelling(moment(after(8))):
        send_invoice(actor, invoice, EmailOptions(), send_reminders=True)
    assert [run(after(8), 23), run(after(14))] == [0, 1]
    assert outcomes(invoice) == {-3: "passed", 0: "passed", 7: "passed", 14: "sent"}


def test_turning_reminders_off_takes_back_the_one_that_waits(actor: Actor) -> None:
    invoice = owed(actor)
    assert run(after(7)) == 1
    set_reminders(actor, invoice, wanted=False)
    assert OutboxEmail.objects.get(kind="invoice.reminder").status == "withdrawn"


def test_a_quote_is_followed_up_before_it_expires(actor: Actor) -> None:
    quote, answered = offered(actor), offered(actor)
    accept_quote(actor, answered)
    make_quote(actor, valid_until=DUE)
    assert [run(after(-4)), run(after(-3)), run(after(-3)), run(after(-2))] == [0, 1, 0, 0]
    email = OutboxEmail.objects.get(kind="quote.reminder")
    assert email.subject == f"Quote {quote.quote_number} is valid until 14 February 2024"
    assert (email.to, email.related_id, outcomes(quote)) == ([TO], quote.pk, {-3: "sent"})
    assert outcomes(answered) == {}
    assert email.stored_document is not None
    assert timeline_of(quote.pk).filter(event="quote.reminded").count() == 1


def test_an_expired_quote_is_not_followed_up(actor: Actor) -> None:
    quote = offered(actor)
    assert [run(after(1)), run(after(1), 1)] == [0, 0]
    assert outcomes(quote) == {}
