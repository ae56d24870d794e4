"""How many requests LHDN takes a minute, by client id and endpoint, by the simulator's clock."""

from datetime import datetime, timedelta

from invoicing.einvoice_simulator.http_messages import ApiError

PER_MINUTE = {
    "token": 12,
    "submit": 100,
    "get_submission": 300,
    "cancel": 12,
    "reject": 12,
    "raw": 60,
    "details": 125,
    "recent": 12,
    "search": 12,
    "search_tin": 60,
    "validate_tin": 60,
    "qr_code": 60,
}
MINUTE = timedelta(minutes=1)


class Limits:
    """Counts requests in minutes that begin with the first one."""

    def __init__(self) -> None:
        self._minutes: dict[tuple[str, str], tuple[datetime, int]] = {}

    def count(self, client_id: str, endpoint: str, now: datetime, factor: float) -> dict[str, str]:
        """Counts a request; returns the headers that say what is left.  A factor of 0 is no limit.

        Raises ApiError when there were too many.
        """
        if endpoint not in PER_MINUTE or not factor:
            return {}
        limit = max(1, int(PER_MINUTE[endpoint] * factor))
        start, used = self._minutes.get((client_id, endpoint), (now, 0))
        if not start <= now < start + MINUTE:
            start, used = now, 0
        if used >= limit:
            raise too_many_requests((start + MINUTE - now).total_seconds(), limit, start + MINUTE)
        self._minutes[client_id, endpoint] = (start, used + 1)
        return {"X-Rate-Limit-Limit": f"{limit}", "X-Rate-Limit-Remaining": f"{limit - used - 1}"}

    def clear(self) -> None:
        """Forgets what was counted."""
        self._minutes.clear()


def too_many_requests(seconds: float, limit: int, reset: datetime) -> ApiError:
    """The error of a client that has to wait."""
    headers = {
        "X-Rate-Limit-Limit": f"{limit}",
        "X-Rate-Limit-Remaining": "0",
        "X-Rate-Limit-Reset": f"{reset:%Y-%m-%dT%H:%M:%SZ}",
        "Retry-After": f"{max(1, round(seconds))}",
    }
    return ApiError(429, "TooManyRequests", "The rate limit is exceeded", headers=headers)
