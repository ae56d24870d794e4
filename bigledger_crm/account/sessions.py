"""Sessions end some time after the last page that the person opened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bigledger_crm.account.models import CacheEntry
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.client_address import client_address
from bigledger_crm.tenancy.models import User

RENEWED = "renewed_at"
# A session is written again at most so often: not with every page.
INTERVAL = timedelta(minutes=5)
NOWHERE = "0.0.0.0"  # noqa: S104  not bound to: the address of who has none


class RenewSession:
    """Puts off the end of a signed-in person's session, in the database and in the cookie, while they work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Looks after the view whether it asked for the session, so that nothing else costs a query."""
        response = self.get_response(request)
        session = request.session
        if session.accessed and SESSION_KEY in session:
            now = clock.now().timestamp()
            if abs(now - session.get(RENEWED, 0)) >= INTERVAL.total_seconds():
                session[RENEWED] = now
                note_seen(request)
        return response


def note_seen(request: HttpRequest) -> None:
    """Keeps from where and when a session was last used, for the person's list of sessions."""
    user, key = request.user, request.session.session_key
    if not isinstance(user, User) or not key:
        return
    agent = request.META.get("HTTP_USER_AGENT", "")[: UserSession._meta.get_field("user_agent").max_length]
    seen = {"ip": client_address(request) or NOWHERE, "user_agent": agent, "last_seen_at": clock.now()}
    if not UserSession.objects.filter(session_key=key).update(**seen):
        UserSession.objects.get_or_create(session_key=key, defaults={**seen, "user": user})


def living_sessions(user: User) -> list[UserSession]:
    """Those in which the person is signed in: two queries, however many there are; allauth makes three for each."""
    found = list(UserSession.objects.filter(user=user))
    # Sessions end by the framework's clock, which BIGLEDGER_CLOCK doesn't set.
    stored = Session.objects.filter(
        session_key__in=[one.session_key for one in found], expire_date__gt=datetime.now(UTC)
    )
    marks = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    living = {one.session_key for one in stored if one.get_decoded().get(HASH_SESSION_KEY) in marks}
    return [one for one in found if one.session_key in living]


def end_sessions(user: User, *, apart_from: str | None = None, only: int | None = None) -> int:
    """Ends a person's sessions in the store, where a stolen cookie finds nothing any more; returns how many.

    `apart_from` is the key of one that stays, `only` the number of the one to end.
    """
    found = UserSession.objects.filter(user=user).exclude(session_key=apart_from or "")
    ended = list(found if only is None else found.filter(pk=only))
    for session in ended:
        session.end()
    return len(ended)


def clear_ended() -> None:
    """Deletes the sessions that have ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    stored = Session.objects.filter(session_key=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(stored)).delete()


def forget_cached() -> int:
    """Deletes counts and used codes that no longer matter; returns how many."""
    return CacheEntry.objects.filter(expires__lt=clock.now()).delete()[0]
