"""Whether our own mail server can be reached."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=5)


class MailServer(models.Model):
    """The one mail server of this installation, of no company.  `away_since` is empty while it can be reached.

    `tried_at` is the last try to reach it at `address`.  `watched` is for how long it was tried: while no worker runs
    nobody knows whether it is away.
    """

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    address = models.CharField(max_length=300, blank=True)
    away_since = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    watched = models.DurationField(default=timedelta)
    error = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="mailserver_only_one")]

    def __str__(self) -> str:
        return f"{self.address or 'mail server'}{' is away' if self.away_since else ''}"

    def is_due(self, address: str, now: datetime) -> bool:
        """Whether it is to be tried again: soon at first, then every few minutes, at once where it has moved."""
        if self.tried_at is None or self.address != address:
            return True
        return abs(now - self.tried_at) >= min(max(self.watched, FIRST_PAUSE), LONGEST_PAUSE)
