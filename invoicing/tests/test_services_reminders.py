"""Reminders: each step once, in the company's days, and none for what needs none."""

from collections.abc import Iterator
from contextvars import Context
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bigledger_crm.audit.services import timeline_of
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import line, make_customer, make_invoice, make_quote
from customers.inputs import ContactInput, CustomerInput
from customers.models import Customer
from customers.services import create_contact, update_customer
from invoicing.errors import ReminderStepLimitReached, ReminderStepTaken
from invoicing.inputs import CreditNoteInput, PaymentInput, ReminderStepInput
from invoicing.models import Invoice, Reminder, ReminderStep
from invoicing.rules.reminders import TEXTS
from invoicing.services import (
    cancel_invoice,
    create_credit_note,
    create_step,
    record_payment,
    remove_step,
    schedule_of,
    send_due_reminders,
    send_invoice,
    set_reminders,
    upcoming,
    update_step,
    void_payment,
)
from invoicing.services import reminders as module
from invoicing.services.invoice_pdf import get_or_freeze_invoice_document
from sales.models import Quote
from sales.services import EmailOptions, accept_quote, send_quote

pytestmark = pytest.mark.usefixtures("in_company")
ISSUED = date(2024, 1, 15)
DUE = date(2024, 2, 14)
TO = "billing@acme.example.com"


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Kuala_Lumpur"))


@pytest.fixture(autouse=True)
def in_january(actor: Actor, in_company: Company) -> Iterator[None]:
    """Everything is made on 15 January 2024, when the company has its schedule."""
    with clock.travelling(moment(ISSUED)):
        schedule_of(actor)
        yield


def _job(day: date, hour: int, minute: int) -> int:
    with clock.travelling(moment(day, hour) + timedelta(minutes=minute)):
        return send_due_reminders()


def run(day: date, hour: int = 9, minute: int = 0) -> int:
    """The job at an hour in Kuala Lumpur, as a worker runs it: outside the scope of the test's company."""
    return Context().run(_job, day, hour, minute)


def after(days: int) -> date:
    return DUE + timedelta(days=days)


def owed(actor: Actor, customer: Customer | None = None, **fields: Any) -> Invoice:
    return make_invoice(actor, customer, **{"send_reminders": True, "due_date": DUE, **fields})


def offered(actor: Actor, customer: Customer | None = None) -> Quote:
    quote = make_quote(actor, customer, valid_until=DUE)
    return send_quote(actor, quote, EmailOptions(to=["buyer@example.com"]))[0]


def outcomes(document: Invoice | Quote) -> dict[int, str]:
    """What became of each step, by its days."""
    rows = Reminder.objects.filter(Q(invoice=document.pk) | Q(quote=document.pk)).select_related("step")
    return {reminder.step.days: reminder.skipped_because or "sent" for reminder in rows}


def reminders() -> list[str]:
    """The subjects of all reminders."""
    mails = OutboxEmail.objects.filter(kind__endswith=".reminder").order_by("created_at")
    return list(mails.values_list("subject", flat=True))


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


@pytest.mark.long
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


def test_a_customer_who_wants_none_gets_none_later_either(actor: Actor) -> None:
    customer = make_customer(actor, reminders_enabled=False)
    invoice, quote = owed(actor, customer), offered(actor, customer)
    assert [run(after(-3)), run(after(0))] == [0, 0]
    assert outcomes(invoice) == {-3: "opted_out", 0: "opted_out"}
    assert outcomes(quote) == {-3: "opted_out"}
    update_customer(actor, customer, CustomerInput(reminders_enabled=True))
    assert [run(after(1)), run(after(7))] == [0, 1]


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


def test_to_whom(actor: Actor) -> None:
    customer = make_customer(actor, email="", phone="+60123456789")
    nobody = owed(actor, customer)
    assert run(after(-3)) == 0
    assert outcomes(nobody) == {-3: "no_address"}
    create_contact(actor, customer, ContactInput(name="Ann", email="ann@acme.example.com", is_primary=True))
    assert run(after(0)) == 1
    assert OutboxEmail.objects.get().to == ["ann@acme.example.com"]
    update_customer(actor, customer, CustomerInput(email="new@acme.example.com"))
    assert run(after(7)) == 1
    assert OutboxEmail.objects.latest("created_at").to == ["new@acme.example.com"]
    Customer.objects.update(email="not an address")
    assert run(after(14)) == 0
    assert outcomes(nobody)[14] == "address_refused"


def test_one_that_fails_stops_no_other_and_is_told(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = owed(actor), owed(actor)

    def fail_for_one(_actor: Actor, invoice: Invoice) -> Any:
        if invoice.pk == broken.pk:
            raise ZeroDivisionError
        return get_or_freeze_invoice_document(_actor, invoice)

    monkeypatch.setattr(module, "get_or_freeze_invoice_document", fail_for_one)
    with pytest.raises(ExceptionGroup, match="Some reminders failed"):
        run(after(7))
    assert (outcomes(broken), outcomes(fine)[7]) == ({}, "sent")
    monkeypatch.undo()
    assert run(after(7)) == 1


def test_those_that_fail_again_and_again_keep_nobody_waiting(actor: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = [owed(actor) for _ in range(3)], [owed(actor) for _ in range(3)]

    def fail_for_some(_actor: Actor, invoice: Invoice) -> Any:
        if invoice.pk in {other.pk for other in broken}:
            raise ZeroDivisionError
        return get_or_freeze_invoice_document(_actor, invoice)

    monkeypatch.setattr(module, "get_or_freeze_invoice_document", fail_for_some)
    monkeypatch.setattr(module, "MOST_IN_A_RUN", 2)
    for done in (2, 3):
        with pytest.raises(ExceptionGroup) as failed:
            run(after(7))
        assert len(failed.value.exceptions) == 3
        assert [outcomes(invoice).get(7) for invoice in fine].count("sent") == done


def test_a_customer_is_reminded_in_its_language(actor: Actor) -> None:
    owed(actor, make_customer(actor, language="ms"))
    assert run(after(7)) == 1
    email = OutboxEmail.objects.get(kind="invoice.reminder")
    assert (email.language, email.subject.endswith("telah tertunggak")) == ("ms", True)
    assert "14 Februari 2024" in email.body


def test_over_the_limit_of_the_hour_reminders_wait(actor: Actor, settings: Settings) -> None:
    first, second = owed(actor), owed(actor)
    settings.BIGLEDGER_MAILS_PER_HOUR = 1
    assert [run(after(7)), run(after(7), minute=30)] == [1, 0]
    assert [outcomes(invoice).get(7) for invoice in (first, second)] == ["sent", None]
    assert run(after(7), 12) == 1
    assert outcomes(second)[7] == "sent"


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


def test_a_new_step_makes_nothing_up(actor: Actor) -> None:
    invoice = owed(actor)
    with clock.travelling(moment(after(30))):
        create_step(actor, ReminderStepInput(document="invoice", days=21, subject="{number}", message="x"))
        create_step(actor, ReminderStepInput(document="invoice", days=31, subject="Third: {number}", message="x"))
    assert [run(after(30)), run(after(31))] == [1, 1]
    assert outcomes(invoice)[21] == "passed"
    assert reminders()[-1] == f"Third: {invoice.invoice_number}"


def test_steps_are_changed_and_removed(actor: Actor) -> None:
    step = schedule_of(actor, "invoice")[0]
    changed = update_step(actor, step, ReminderStepInput(days=-5, subject=" Soon\tdue: {number} "))
    assert (changed.days, changed.subject, changed.message) == (-5, "Soon due: {number}", step.message)
    for other in schedule_of(actor)[1:]:
        remove_step(actor, other)
    invoice = owed(actor)
    assert sum(run(after(offset)) for offset in range(-10, 30)) == 1
    assert reminders() == [f"Soon due: {invoice.invoice_number}"]
    remove_step(actor, changed)
    assert schedule_of(actor) == []
    again = create_step(actor, ReminderStepInput(document="invoice", days=-5, subject="a", message="b"))
    assert schedule_of(actor) == [again]


def test_what_is_refused_of_a_step(actor: Actor) -> None:
    new = ReminderStepInput(document="invoice", days=3, subject="x", message="y")
    bad = replace(new, days=999, subject="{customer.__class__}", message="")
    for refused in (bad, ReminderStepInput(document="invoice")):
        assert invalid_fields(partial(create_step, actor, refused)).keys() == {"days", *TEXTS}
    step = create_step(actor, new)
    assert invalid_fields(lambda: update_step(actor, step, ReminderStepInput(document="quote"))).keys() == {"document"}
    both = ReminderStepInput(days=None, subject="{0}")
    assert invalid_fields(lambda: update_step(actor, step, both)).keys() == {"days", "subject"}
    with pytest.raises(ReminderStepTaken):
        create_step(actor, new)
    for days in range(100, 120 - len(schedule_of(actor))):
        create_step(actor, replace(new, days=days))
    with pytest.raises(ReminderStepLimitReached):
        create_step(actor, replace(new, days=300))
    assert ReminderStep.objects.filter(removed_at=None).count() == 20


@pytest.mark.long
def test_what_is_upcoming_is_what_will_be_sent(actor: Actor) -> None:
    customer = make_customer(actor)
    invoice, quote = owed(actor, customer), offered(actor, customer)
    owed(actor, make_customer(actor, reminders_enabled=False))
    owed(actor, customer, send_reminders=False)
    told = {(row.day, row.kind.name, row.document.number, row.step.days) for row in upcoming(actor, 60)}
    assert told == {
        *((after(days), "invoice", invoice.invoice_number, days) for days in (-3, 0, 7, 14)),
        (after(-3), "quote", quote.quote_number, -3),
    }
    assert [row.day for row in upcoming(actor, 27)] == [after(-3), after(-3)]
    assert upcoming(actor, 26) == []
    for offset in range(-31, 46):
        with clock.travelling(moment(after(offset), 8)):
            due = upcoming(actor, 0)
        assert run(after(offset), 8) == len(due), offset
        with clock.travelling(moment(after(offset), 9)):
            assert upcoming(actor, 0) == []


def test_upcoming_after_downtime(actor: Actor) -> None:
    owed(actor)
    with clock.travelling(moment(after(8))):
        assert [(row.day, row.step.days) for row in upcoming(actor, 14)] == [(after(8), 7), (after(14), 14)]


def test_a_run_with_nothing_to_do_asks_as_often_for_fifteen_as_for_one(actor: Actor) -> None:
    customer = make_customer(actor)
    counts = []
    for more in (1, 14):
        for _ in range(more):
            owed(actor, customer)
            offered(actor, customer)
        run(after(0))
        with CaptureQueriesContext(connection) as idle:
            assert run(after(1)) == 0
        with clock.travelling(moment(after(1))), CaptureQueriesContext(connection) as told:
            upcoming(actor, 60)
        counts.append((len(idle), len(told)))
    assert counts[0] == counts[1]
    assert counts[0] <= (8, 5)
