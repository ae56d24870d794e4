"""The simulator's own clock, which can be moved and stopped."""

from datetime import datetime, timedelta

from msgspec import Struct

from bigledger_crm.kernel import clock


class ClockState(Struct):
    """How far the clock stands from the product's, or at which moment it stands still."""

    offset_seconds: float = 0
    stopped_at: datetime | None = None


class SimulatorClock:
    """Goes with the product's clock until it is moved."""

    def __init__(self, state: ClockState) -> None:
        self.state = state

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self.state.stopped_at is not None:
            return self.state.stopped_at
        return clock.now() + timedelta(seconds=self.state.offset_seconds)

    def advance(self, **duration: float) -> None:
        """Moves the clock by a duration such as hours=72; a negative one moves it back."""
        self._shift(timedelta(**duration))

    def set(self, moment: datetime) -> None:
        """Moves the clock to a moment, from which it goes on; a clock that stands still stays so."""
        self._shift(moment - self.now())

    def stop(self, moment: datetime | None = None) -> None:
        """Lets the clock stand still, now or at a moment."""
        self.state.stopped_at = moment or self.now()

    def resume(self) -> None:
        """Lets the clock go on from where it stands."""
        if self.state.stopped_at is not None:
            self.state.offset_seconds = (self.state.stopped_at - clock.now()).total_seconds()
            self.state.stopped_at = None

    def _shift(self, by: timedelta) -> None:
        if self.state.stopped_at is not None:
            self.state.stopped_at += by
        else:
            self.state.offset_seconds += by.total_seconds()


def stamp(moment: datetime | None) -> str | None:
    """A time as LHDN writes it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
