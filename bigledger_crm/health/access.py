"""Who may see more than whether the product is ready."""

import secrets

from django.conf import settings
from django.http import HttpRequest

_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded")


def may_see_details(request: HttpRequest) -> bool:
    """Whoever has METRICS_TOKEN, and who asks on this machine itself and not through a proxy."""
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and secrets.compare_digest(given.encode(errors="replace"), f"Bearer {token}".encode()):
        return True
    is_direct = not any(name in request.headers for name in _FORWARDED)
    named = request.headers.get("Host", "").rpartition(":")[0] or request.headers.get("Host", "")
    return is_direct and request.META.get("REMOTE_ADDR") in _LOOPBACK and named in _OWN_NAMES
