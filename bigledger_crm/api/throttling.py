"""How many requests a key may send: counted in Valkey, so that all processes count together.

Fixed windows: a key's window of a minute begins with its first request after the last one ended, and holds the limit.
Valkey is no authority on who may do what, so while it doesn't answer requests pass uncounted: better a minute without
a limit than none of the customers served.  The rate-limiting libraries need two calls to count and to tell what is
left; the script below is one, and atomic.
"""

import functools
import logging
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry
from rest_framework.throttling import BaseThrottle

from bigledger_crm.api.exceptions import ApiError

logger = logging.getLogger("bigledger.api")
WINDOW_SECONDS = 60
TIMEOUT_SECONDS = 0.05
SILENT_SECONDS = 5
_COUNT = """
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {used, left}
"""


@dataclass(frozen=True)
class RateLimit:
    """What a key has used of its limit in the present window, this request included, and when the window ends."""

    limit: int
    used: int
    seconds_left: int

    def headers(self) -> dict[str, str]:
        """As in draft-ietf-httpapi-ratelimit-headers: quota, window, what remains, seconds until it is new."""
        remaining = max(0, self.limit - self.used)
        return {
            "RateLimit-Policy": f'"default";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"default";r={remaining};t={self.seconds_left}',
        }

    def check(self) -> None:
        """Raises ApiError 429 when this request is one too many."""
        if self.used > self.limit:
            message = f"This key may send {self.limit} requests in {WINDOW_SECONDS} seconds"
            raise ApiError(429, "RATE_LIMITED", message, Retry_After=str(self.seconds_left))


class ApiKeyThrottle(BaseThrottle):
    """Counts the requests of each key; every answer says in its headers what is left."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """True; also for a request without a good key, which authentication refuses.  Raises ApiError 429."""
        key = getattr(request._request, "api_key", None)
        limit = count(key.pk) if key is not None else None
        if limit is not None:
            view.headers.update(limit.headers())
            limit.check()
        return True


class Counter:
    """Counts in one Valkey.  After a failure it doesn't ask for a few seconds: a dead server costs next to nothing."""

    def __init__(self, url: str) -> None:
        never_again = Retry(NoBackoff(), 0)
        timeouts = {"socket_timeout": TIMEOUT_SECONDS, "socket_connect_timeout": TIMEOUT_SECONDS}
        self._script = redis.Redis.from_url(url, retry=never_again, **timeouts).register_script(_COUNT)
        self._silent_until = 0.0

    def count(self, key_id: UUID, limit: int) -> RateLimit | None:
        """Counts one request; None while Valkey doesn't answer."""
        if time.monotonic() < self._silent_until:
            return None
        try:
            used, left = self._script(keys=[f"bigledger:rate:{key_id.hex}"], args=[WINDOW_SECONDS * 1000])
        except (redis.RedisError, OSError) as error:
            self._silent_until = time.monotonic() + SILENT_SECONDS
            logger.warning("Valkey does not respond; requests are not limited for %s s: %s", SILENT_SECONDS, error)
            return None
        return RateLimit(limit, int(used), -(-int(left) // 1000))


counter = functools.cache(Counter)


def count(key_id: UUID) -> RateLimit | None:
    """Counts one request of a key; None where there is no limit, or nobody to count."""
    limit: int = settings.API_RATE_LIMIT
    return counter(settings.REDIS_URL).count(key_id, limit) if limit else None
