"""Our own mail server: while it can't be reached emails wait, and one try every few minutes speaks for all of them."""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from bigledger_crm.kernel import clock
from bigledger_crm.outbox import smtp
from bigledger_crm.outbox.message import sender_address
from bigledger_crm.outbox.models import MailServer
from bigledger_crm.outbox.models.mail_server import LONGEST_PAUSE
from bigledger_crm.outbox.outage_emails import tell_owners

# How long an email waits for the server before it is given up.
PATIENCE = timedelta(days=5)
# A restart is nothing that owners want to read of.
WORTH_TELLING = timedelta(minutes=15)
SMTP_TIMEOUT_SECONDS = 30.0
logger = logging.getLogger(__name__)


def timeout() -> float:
    """How long to wait for an answer, in seconds."""
    return getattr(settings, "EMAIL_TIMEOUT", None) or SMTP_TIMEOUT_SECONDS


def state() -> MailServer | None:
    """The server while it is away; None while it can be reached, as far as anybody knows."""
    return MailServer.objects.filter(away_since__isnull=False).first()


def is_to_be_tried() -> bool:
    """Whether emails may go: the server can be reached, or it is time to look again."""
    away = state()
    return away is None or away.is_due(_address(), clock.now())


def has_returned() -> bool:
    """Whether the server can be reached.  While it is away, one caller every few minutes finds out."""
    if state() is None:
        return True
    if not _take_turn():
        return False
    try:
        smtp.probe(timeout(), sender_address(settings.DEFAULT_FROM_EMAIL).addr_spec)
    except smtp.Unreachable as error:
        note_away(str(error))
        return False
    _note_return()
    return True


def note_away(error: str) -> None:
    """The server could not be reached."""
    now = clock.now()
    with transaction.atomic():
        server, _ = MailServer.objects.select_for_update().get_or_create(pk=MailServer.ONLY)
        server.address, server.error = _address(), error
        if server.away_since is None:
            logger.error("The mail server at %s can't be reached; emails are waiting: %s", server.address, error)
            server.away_since = server.tried_at = now
            server.watched = timedelta()
        server.save()


def try_now() -> None:
    """The next email tries the server at once, in the caller's transaction."""
    MailServer.objects.filter(away_since__isnull=False).update(tried_at=None)


def _take_turn() -> bool:
    """Whether the caller is the one to try the server now."""
    now = clock.now()
    with transaction.atomic():
        server = MailServer.objects.select_for_update().filter(away_since__isnull=False).first()
        if server is None or not server.is_due(_address(), now):
            return False
        if server.tried_at is not None:
            server.watched += min(max(now - server.tried_at, timedelta()), 2 * LONGEST_PAUSE)
        server.tried_at = now
        server.save(update_fields=["tried_at", "watched"])
    return True


def _note_return() -> None:
    """The server answers again: emails go, and the owners whose emails waited are told."""
    with transaction.atomic():
        server = MailServer.objects.select_for_update().filter(away_since__isnull=False).first()
        if server is None or server.away_since is None:
            return
        since, server.away_since = server.away_since, None
        server.save(update_fields=["away_since"])
        if server.watched >= WORTH_TELLING:
            tell_owners(since)
    logger.warning("The mail server at %s can be reached again; it was unreachable since %s", server.address, since)


def _address() -> str:
    return f"{settings.EMAIL_HOST_USER}@{settings.EMAIL_HOST}:{settings.EMAIL_PORT}".removeprefix("@")
