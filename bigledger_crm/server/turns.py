"""The threads that serve requests, and whose turn it is.

Whoever keeps threads waiting, for a lock or a large PDF, keeps at most half of them: the others are for everybody else.
What asks only whether the process lives has a thread of its own.
"""

import logging
import threading
from collections import Counter, deque
from collections.abc import Callable
from time import monotonic
from typing import Any

logger = logging.getLogger("bigledger.server")
Task = Any  # waitress's channel: its requests, and `service()`, which answers the first of them


class Turns:
    """In place of waitress's dispatcher.  `who_of` names whom a task is for; None has the thread of its own."""

    def __init__(self, threads: int, who_of: Callable[[Task], str | None]) -> None:
        self.share = max(1, threads // 2)
        self.who_of = who_of
        self.waiting: deque[tuple[str | None, Task]] = deque()
        self.busy: Counter[str | None] = Counter()
        self.changed = threading.Condition()
        self.stopping = False
        for number in range(threads + 1):
            name = f"request-{number}" if number else "request-health"
            threading.Thread(target=self._serve, args=(number == 0,), name=name, daemon=True).start()

    def add_task(self, task: Task) -> None:
        """Called by the thread that reads, when a request is there with all that belongs to it."""
        with self.changed:
            self.waiting.append((self.who_of(task), task))
            self.changed.notify_all()

    def shutdown(self, cancel_pending: bool = True, timeout: float = 0) -> bool:
        """Lets threads end that have nothing to do; tells whether nobody was at work any more."""
        with self.changed:
            self.stopping = True
            self.changed.notify_all()
            end = monotonic() + timeout
            while self.busy.total() and monotonic() < end:
                self.changed.wait(0.1)
            return not self.busy.total()

    def _serve(self, health: bool) -> None:
        while True:
            with self.changed:
                while (turn := self._next(health)) is None:
                    if self.stopping:
                        return
                    self.changed.wait()
                who, task = turn
                self.busy[who] += 1
            try:
                task.service()
            except Exception:  # the thread serves others after this one
                logger.exception("A request was not answered")
            finally:
                with self.changed:
                    self.busy[who] -= 1
                    if not self.busy[who]:
                        del self.busy[who]
                    self.changed.notify_all()

    def _next(self, health: bool) -> tuple[str | None, Task] | None:
        for place, (who, task) in enumerate(self.waiting):
            if (who is None) == health and (who is None or self.busy[who] < self.share):
                del self.waiting[place]
                return who, task
        return None
