"""How much work something is, whatever else the machine does."""

import time
from collections.abc import Callable

ATTEMPTS = 10


def least_work(act: Callable[[], object], enough: float, clock: Callable[[], float] = time.process_time) -> float:
    """The seconds at a processor of the quickest of some attempts; the first one that is below `enough` suffices.

    The time that others take from the machine is no work; what they push out of its caches differs between attempts.
    """
    least = float("inf")
    for _ in range(ATTEMPTS):
        began = clock()
        act()
        least = min(least, clock() - began)
        if least < enough:
            break
    return least
