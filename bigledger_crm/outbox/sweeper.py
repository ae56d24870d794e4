"""Finding what no doorbell woke.  Any number of sweepers may run at once: claiming decides who delivers."""

from uuid import UUID

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import delivery, doorbell, outcomes
from bigledger_crm.outbox.models import WAITING, EmailStatus, OutboxEmail

BATCH = 50


def sweep() -> int:
    """Frees mails whose worker died in the middle, then rings for those that are due; returns how many it rang for.

    It stops ringing when the broker doesn't listen: the next sweep goes on.
    """
    for email_id in _broken_off():
        delivery.recover(email_id)
    rung = 0
    for email_id in due():
        if not doorbell.ring(email_id):
            break
        rung += 1
    return rung


def due() -> list[UUID]:
    """The mails to deliver now, the companies taking turns, each company's longest waiting first."""
    now = clock.now()
    turn = Window(RowNumber(), partition_by=F("company_id"), order_by=[F("next_attempt_at"), F("id")])
    return list(
        OutboxEmail.unscoped.filter(status__in=WAITING, next_attempt_at__lte=now)
        .filter(Q(claimed_at=None) | Q(claimed_at__lte=now - delivery.LEASE))
        .annotate(turn=turn)
        .order_by("turn", "next_attempt_at", "id")
        .values_list("id", flat=True)[:BATCH]
    )


def _broken_off() -> list[UUID]:
    """Mails left in the middle of an SMTP conversation."""
    emails = OutboxEmail.unscoped.filter(
        status=EmailStatus.SENDING, claimed_at__lte=clock.now() - outcomes.resend_after()
    )
    return list(emails.order_by("claimed_at").values_list("id", flat=True)[:BATCH])
