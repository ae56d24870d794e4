"""How often somebody may try to sign in: guesses are counted before the password is looked at, also many at once."""

import hashlib
from datetime import timedelta

from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.models import SignInAttempts

ALLOWED = 10
WINDOW = timedelta(minutes=15)


def count_attempt(name: str, address: str) -> timedelta | None:
    """Counts an attempt for a name from a network address; for one too many, how long to wait."""
    now, key = clock.now(), _key(name, address)
    with transaction.atomic():
        SignInAttempts.objects.bulk_create([SignInAttempts(key=key, began_at=now)], ignore_conflicts=True)
        row = SignInAttempts.objects.select_for_update().get(key=key)
        if abs(now - row.began_at) >= WINDOW:  # later, or the machine's clock was set back since
            row.count, row.began_at = 0, now
        row.count = min(row.count, ALLOWED) + 1
        row.save(update_fields=["count", "began_at"])
    return row.began_at + WINDOW - now if row.count > ALLOWED else None


def forget_attempts(name: str, address: str) -> None:
    """The password was right."""
    SignInAttempts.objects.filter(key=_key(name, address)).delete()


def forget_old_attempts() -> int:
    """Deletes what no longer counts; returns how many."""
    return SignInAttempts.objects.filter(began_at__lte=clock.now() - WINDOW).delete()[0]


def _key(name: str, address: str) -> str:
    """Neither names nor addresses are kept."""
    return hashlib.sha256(f"{name.strip().lower()}\n{address}".encode(errors="replace")).hexdigest()
