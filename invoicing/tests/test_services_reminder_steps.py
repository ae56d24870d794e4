"""The schedule of reminders: its steps, what is upcoming by it, and what a run of it asks for."""

from dataclasses import replace
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.errors import invalid_fields
from bigledger_crm.testing.factories import make_customer
from invoicing.errors import ReminderStepLimitReached, ReminderStepTaken
from invoicing.inputs import ReminderStepInput
from invoicing.models import ReminderStep
from invoicing.rules.reminders import TEXTS
from invoicing.services import (
    create_step,
    remove_step,
    schedule_of,
    upcoming,
    update_step,
)
from invoicing.tests.reminder_runs import after, moment, offered, outcomes, owed, reminders, run

pytestmark = pytest.mark.usefixtures("in_company", "in_january")
TO = "billing@acme.example.com"


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
