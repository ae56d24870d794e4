"""Things that happen at their time: the demo's history is made in the order in which it would have happened."""

import heapq
from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from bigledger_crm.kernel import clock

Step = Callable[[], object]


class Timeline:
    """Steps at moments of a company's past, run with the clock at that moment; what lies after `end` never happens."""

    def __init__(self, end: datetime, time_zone: str, chance: Random) -> None:
        self.end = end
        self.zone = ZoneInfo(time_zone)
        self._chance = chance
        self._steps: list[tuple[datetime, int, Step]] = []
        self._order = count()

    def at(self, moment: datetime, step: Step) -> None:
        """Plans a step for a moment."""
        heapq.heappush(self._steps, (moment, next(self._order), step))

    def later(self, first_day: int, last_day: int, step: Step) -> None:
        """Plans a step for office hours of a working day, so many days from the present moment."""
        self.at(self.working_moment(clock.now(), self._chance.randint(first_day, last_day)), step)

    def working_moment(self, start: datetime, days: int) -> datetime:
        """A moment between nine and half past five, `days` later or on the Monday after; never before `start`."""
        day = start.astimezone(self.zone).date() + timedelta(days=days)
        if day.weekday() >= 5:
            day += timedelta(days=7 - day.weekday())
        opening = datetime.combine(day, time(9), self.zone)
        moment = opening + timedelta(seconds=self._chance.randint(0, int(8.5 * 3600)))
        return max(moment, start + timedelta(minutes=self._chance.randint(5, 90)))

    def run(self) -> None:
        """Runs what is planned, and what that plans, up to the end."""
        while self._steps:
            moment, _, step = heapq.heappop(self._steps)
            if moment < self.end:
                with clock.travelling(moment):
                    step()
