"""What becomes of an invoice when it is paid, or when its due date passes: told once, to whoever wants to know."""

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.email_actions import cancel_pending
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from invoicing.models import Invoice

BATCH = 200


def note_paid(actor: Actor, invoice: Invoice, *, why: str) -> None:
    """Nothing is due any more of an issued invoice, whose lock the caller holds: reminders that wait are called off."""
    cancel_pending(actor, invoice.pk, "invoice.reminder", why=why)
    record(actor, "invoice.paid", invoice.pk, invoice.customer_id)


def note_all_overdue() -> int:
    """`note_overdue` in all companies."""
    told = 0
    for company in Company.objects.filter(is_active=True).order_by("pk"):
        with company_scope(company):
            told += note_overdue(system_actor(company))
    return told


def note_overdue(actor: Actor) -> int:
    """Tells of the invoices whose due date has passed on the company's day, each once; returns how many."""
    told = 0
    while count := _note_some_overdue(actor):
        told += count
    return told


@transaction.atomic
def _note_some_overdue(actor: Actor) -> int:
    """One that is being paid just now is left for the next time."""
    overdue = Invoice.objects.filter(stage="open", due_date__lt=actor.today(), overdue_noted_at=None)
    locked = overdue.select_for_update(no_key=True, skip_locked=True).order_by("due_date", "pk")
    found = dict(locked.values_list("pk", "customer_id")[:BATCH])
    Invoice.objects.filter(pk__in=found).update(overdue_noted_at=clock.now())
    for invoice, customer in found.items():
        record(actor, "invoice.overdue", invoice, customer)
    return len(found)
