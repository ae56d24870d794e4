"""What is due and who is at it, also when the machine's clock was set back.

A moment that lies further ahead than the product ever plans was written before the clock was set back: nobody waits
for it.
"""

from datetime import datetime, timedelta

from django.db.models import Q

# What is queued goes at once, or after the seconds in which it can be taken back.
SOON = timedelta(minutes=1)


def unclaimed(now: datetime, lease: timedelta) -> Q:
    """Rows that no worker is at."""
    return Q(claimed_at=None) | Q(claimed_at__lte=now - lease) | Q(claimed_at__gt=now + lease)


def due(now: datetime, longest: timedelta) -> Q:
    """Rows whose next attempt may be made; `longest` is the longest pause between two attempts."""
    planned_before = Q(status="queued", next_attempt_at__gt=now + SOON) | Q(next_attempt_at__gt=now + longest)
    return Q(next_attempt_at__lte=now) | planned_before
