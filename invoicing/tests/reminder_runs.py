"""Runs the job of reminders on days around a due date."""

from contextvars import Context
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import make_invoice, make_quote
from customers.models import Customer
from invoicing.models import Invoice, Reminder
from invoicing.services import send_due_reminders
from sales.models import Quote
from sales.services import EmailOptions, send_quote

ISSUED = date(2024, 1, 15)
DUE = date(2024, 2, 14)


def moment(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo("Asia/Kuala_Lumpur"))


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
    emails = OutboxEmail.objects.filter(kind__endswith=".reminder").order_by("created_at")
    return list(emails.values_list("subject", flat=True))
