"""Sessions end some time after the last page that the person opened."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bigledger_crm.kernel import clock

RENEWED = "renewed_at"
# A session is written again at most so often: not with every page.
INTERVAL = timedelta(minutes=5)


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
        return response


def clear_ended() -> None:
    """Deletes the sessions that have ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
