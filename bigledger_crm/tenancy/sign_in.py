"""How often somebody may try to sign in, and how many passwords are looked at at once.

Guesses are counted before the password is looked at, also many at once: for a name from a network, and for a name from
anywhere, where the pause grows.  Whoever signed in before in the same browser is counted apart: nobody else's guesses,
from behind the same proxy or from all over the world, keep them out.
"""

import hashlib
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase

from bigledger_crm.browser_policy import cookie_name
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.network import counted_as
from bigledger_crm.tenancy import security
from bigledger_crm.tenancy.models import SignInAttempts

SIGN_IN_PAUSED = "security.sign_in_paused"
ALLOWED = 10
WINDOW = timedelta(minutes=15)
ALLOWED_FOR_A_NAME = 30
NAME_WINDOW = timedelta(hours=24)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
BROWSER_KNOWN_FOR = timedelta(days=365)
# One check of a password takes 100 MB and a tenth of a second of the processor, on purpose.
CHECKS_AT_ONCE = 2
WAITING_AT_ONCE = 1
WAIT_SECONDS = 2
_SALT = "bigledger.known-browser"
_checks = threading.BoundedSemaphore(CHECKS_AT_ONCE)
_waiting = threading.BoundedSemaphore(WAITING_AT_ONCE)


class TooBusy(Exception):
    """So many people sign in at once that this one should try again in a moment."""


@contextmanager
def password_check() -> Iterator[None]:
    """Looks at no more passwords at once than CHECKS_AT_ONCE.  Raises TooBusy.

    One more waits a little; the others are told at once, so that threads are left for everybody else.
    """
    if not _taken():
        raise TooBusy
    try:
        yield
    finally:
        _checks.release()


def _taken() -> bool:
    if _checks.acquire(blocking=False):
        return True
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return _checks.acquire(timeout=WAIT_SECONDS)
    finally:
        _waiting.release()


def count_attempt(name: str, address: str, browser: str = "") -> timedelta | None:
    """Counts an attempt for a name from a network address or a known browser; for one too many, how long to wait."""
    now = clock.now()
    wait, is_new = _count(_near(name, address, browser), now)
    if wait is None:
        wait, is_new = _count_towards_pause(_far(name, browser), now)
    if is_new:
        note = "from a browser that is known" if browser else ""
        security.record(
            SIGN_IN_PAUSED, security.Author("", "", address), subject=name if "@" in name else "", note=note
        )
    return wait


def forget_attempts(name: str, address: str, browser: str = "") -> None:
    """The password was right."""
    SignInAttempts.objects.filter(key__in=[_near(name, address, browser), _far(name, browser)]).delete()


def forget_old_attempts() -> int:
    """Deletes what no longer counts; returns how many."""
    return SignInAttempts.objects.filter(expires_at__lte=clock.now()).delete()[0]


def known_browser(request: HttpRequest | None, name: str) -> str:
    """What the browser was called when this name signed in in it; "" for one that it never did."""
    cookie = _cookie(name)
    age = int(BROWSER_KNOWN_FOR.total_seconds())
    return (request.get_signed_cookie(cookie, default="", salt=_SALT, max_age=age) or "") if request else ""


def remember_browser(request: HttpRequest, response: HttpResponseBase, name: str) -> None:
    """Lets the browser be known for this name."""
    response.set_signed_cookie(
        _cookie(name),
        known_browser(request, name) or secrets.token_urlsafe(16),
        salt=_SALT,
        max_age=BROWSER_KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _count(key: str, now: datetime) -> tuple[timedelta | None, bool]:
    """How long to wait, and whether nobody was told so before."""
    with transaction.atomic():
        row = _locked(key, now, WINDOW)
        row.count = min(row.count, ALLOWED + 1) + 1
        row.save(update_fields=["count", "expires_at", "paused_until"])
    return (row.expires_at - now if row.count > ALLOWED else None), row.count == ALLOWED + 1


def _count_towards_pause(key: str, now: datetime) -> tuple[timedelta | None, bool]:
    """How long to wait, and whether a pause begins.

    Each attempt from the last allowed one on is followed by a pause, twice as long as the one before.
    """
    with transaction.atomic():
        row = _locked(key, now, NAME_WINDOW)
        if row.paused_until and now < row.paused_until <= now + LONGEST_PAUSE:
            return row.paused_until - now, False
        row.count += 1
        pauses = row.count >= ALLOWED_FOR_A_NAME
        if pauses:
            row.paused_until = now + min(FIRST_PAUSE * 2 ** min(row.count - ALLOWED_FOR_A_NAME, 10), LONGEST_PAUSE)
        row.save(update_fields=["count", "expires_at", "paused_until"])
    return None, pauses


def _locked(key: str, now: datetime, window: timedelta) -> SignInAttempts:
    """The row of a key, begun anew when it has expired, or when the machine's clock was set back since."""
    fresh = SignInAttempts(key=key, expires_at=now + window)
    SignInAttempts.objects.bulk_create([fresh], ignore_conflicts=True)
    row = SignInAttempts.objects.select_for_update().get(key=key)
    if not now < row.expires_at < now + 2 * window:
        row.count, row.expires_at, row.paused_until = 0, now + window, None
    return row


def _near(name: str, address: str, browser: str) -> str:
    return _hash("browser", name, browser) if browser else _hash("network", name, counted_as(address))


def _far(name: str, browser: str) -> str:
    return _hash("name in a browser", name, browser) if browser else _hash("name", name)


def _hash(kind: str, name: str, place: str = "") -> str:
    """Neither names nor addresses are kept."""
    return hashlib.sha256(f"{kind}\n{name.strip().lower()}\n{place}".encode(errors="replace")).hexdigest()


def _cookie(name: str) -> str:
    """One for each name: people share browsers."""
    return cookie_name(f"known_{_hash('cookie', name)[:16]}", settings.SESSION_COOKIE_SECURE)
