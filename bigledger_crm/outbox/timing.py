"""What is due and who is at it, also when the machine's clock was set back.

A moment that lies further ahead than the product ever plans was written before the clock was set back, and so was
what was planned after an attempt that ended in the future: nobody waits for either.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

# What is queued goes at once, or after the seconds in which it can be taken back.
SOON = timedelta(minutes=1)


def unclaimed(now: datetime, lease: timedelta) -> Q:
    """Rows that no worker is at."""
    return Q(claimed_at=None) | Q(claimed_at__lte=now - lease) | Q(claimed_at__gt=now + lease)


def due(now: datetime, longest: timedelta, attempts: "QuerySet[Any]") -> Q:
    """Rows whose next attempt may be made: `longest` is the longest pause, and `attempts` are those of each row."""
    planned_before = Q(status="queued", next_attempt_at__gt=now + SOON) | Q(next_attempt_at__gt=now + longest)
    last_ends_later = attempts.filter(number=OuterRef("attempts"), finished_at__gt=now + SOON)
    return Q(next_attempt_at__lte=now) | planned_before | Q(Exists(last_ends_later))
