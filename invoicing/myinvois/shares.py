"""Whose turn it is: the rate limit of a client, shared by the companies that it acts for.

A window slides: LHDN doesn't say where its minutes begin, so that no sixty seconds may have more requests than the
limit.  While nobody else waits a company may use all of it.  As soon as others have been sent away, each has a share,
and what they need of theirs is kept for them.

`limiter.lua` says the same to Valkey.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

WINDOW_MS = 61_000  # a second more than LHDN's: requests take different times to get there
GRACE_MS = 30_000  # how long a turn is kept for a company that was sent away, after the time that it was told


@dataclass(slots=True)
class Window:
    """The requests of the last minute as (milliseconds, company), and until when companies count as waiting."""

    used: deque[tuple[int, str]] = field(default_factory=deque)
    waiting: dict[str, int] = field(default_factory=dict)
    paused_until: int = 0

    def take(self, now: int, company: str, limit: int) -> int:
        """Counts a request of a company and returns 0, or returns the milliseconds to wait."""
        self._forget(now)
        wait = self._wait(now, company, limit)
        if wait > 0:
            self.waiting[company] = now + wait + GRACE_MS
        else:
            self.waiting.pop(company, None)
            self.used.append((now, company))
        return wait

    def _forget(self, now: int) -> None:
        self.used = deque(entry for entry in self.used if now - WINDOW_MS < entry[0] <= now + WINDOW_MS)
        self.waiting = {company: until for company, until in self.waiting.items() if until >= now}

    def _wait(self, now: int, company: str, limit: int) -> int:
        if self.paused_until > now:
            return self.paused_until - now
        mine = [moment for moment, whose in self.used if whose == company]
        counts = Counter(whose for _, whose in self.used)
        share = max(1, limit // len({company, *counts, *self.waiting}))
        free = limit - len(self.used)
        if free <= 0:
            return self.used[-free][0] + WINDOW_MS - now
        if len(mine) >= share and free <= self._kept(company, share, counts):
            return mine[len(mine) - share] + WINDOW_MS - now
        return 0

    def _kept(self, company: str, share: int, counts: Mapping[str, int]) -> int:
        """What the others that wait still need of their shares."""
        return sum(max(0, share - counts.get(other, 0)) for other in self.waiting if other != company)
