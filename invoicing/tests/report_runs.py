"""Saved reports that are sent, and what was sent of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import User
from bigledger_crm.testing.factories import make_saved_report
from invoicing.models import SavedReport, SavedReportEmail

MONDAY = 1


@contextmanager
def at(day: str, hour: int = 9) -> Iterator[None]:
    """An hour of a day in Kuala Lumpur."""
    with time_machine.travel(f"{day}T{hour:02}:00:00+08:00", tick=False):
        yield


def scheduled(actor: Actor, *people: User, **fields: Any) -> SavedReport:
    """A report of the last month by customer, made on Friday 12 January 2024 and sent on Mondays."""
    to = [person.public_id for person in people] or [actor.id]
    asked = {"period": "last_month", "groupBy": "customer"}
    sending = {"sends": "weekly", "send_day": MONDAY, "file_format": "xlsx", "recipients": to}
    with at("2024-01-12"):
        return make_saved_report(actor, **{"filters": asked, "is_shared": True, **sending, **fields})


def sent(saved: SavedReport) -> list[tuple[str, str]]:
    """The days for which emails were queued, and to whom."""
    emails = SavedReportEmail.objects.filter(saved_report=saved).order_by("day", "email__to")
    return [(f"{one.day:%m-%d}", one.email.to[0]) for one in emails.select_related("email")]
