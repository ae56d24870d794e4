"""Runs children in the foreground: restarts the one that dies, stops all of them in order."""

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from bigledger_crm.embedded.errors import EmbeddedError, Stopped
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.processes import POLL_SECONDS, Child, wait_until

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
START_SECONDS = 60.0


@dataclass
class Restart:
    """When to start a child again: at once fails often, so every failure in a row doubles the pause."""

    pause: float = FIRST_PAUSE
    started: float = field(default_factory=time.monotonic)
    due: float | None = None

    def died(self, now: float) -> float:
        """Note a death; returns the pause before the next start, in seconds."""
        if now - self.started >= STEADY_SECONDS:
            self.pause = FIRST_PAUSE
        pause = self.pause
        self.due = now + pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return pause

    def begun(self, now: float) -> None:
        """Note a start."""
        self.started = now
        self.due = None


class Supervisor:
    """The children of one foreground process, in the order in which they were started."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer
        self.children: dict[str, Child] = {}
        self.restarts: dict[str, Restart] = {}
        self.signals = 0

    def listen(self) -> None:
        """From now on SIGINT and SIGTERM ask for a stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    @property
    def stopping(self) -> bool:
        """Whether a stop was asked for."""
        return self.signals > 0

    def add(self, child: Child) -> None:
        """Start a child and keep it running. Raises Stopped when a stop was asked for."""
        if self.stopping:
            raise Stopped
        self.children[child.name] = child
        self.restarts[child.name] = Restart()
        self.printer.follow(child.name, child.start())

    def await_ready(self, child: Child, ready: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        """Wait until a child is ready. Raises EmbeddedError when it ends or takes too long, Stopped on a stop."""
        if wait_until(ready, child, seconds, lambda: self.stopping):
            return
        if self.stopping:
            raise Stopped
        how = "is not ready in time" if child.running else f"ended with exit status {child.exit_code}"
        raise EmbeddedError(f"{child.name} {how}; see its last messages above")

    def run(self, child: Child) -> int:
        """Run a child to its end, while the others are looked after; returns its exit status. Raises Stopped."""
        if self.stopping:
            raise Stopped
        reader = self.printer.follow(child.name, child.start())
        while child.running:
            if self.stopping:
                child.stop()
                raise Stopped
            self.look_after()
            time.sleep(POLL_SECONDS)
        reader.join(timeout=5)
        return child.exit_code or 0

    def watch(self) -> None:
        """Look after the children until a stop is asked for."""
        while not self.stopping:
            self.look_after()
            time.sleep(POLL_SECONDS)

    def look_after(self) -> None:
        """Start again who died, once its pause is over."""
        now = time.monotonic()
        for name, child in self.children.items():
            restart = self.restarts[name]
            if child.running:
                continue
            if restart.due is None:
                pause = restart.died(now)
                ended = f"ended with exit status {child.exit_code}; starts again in {pause:.0f} s"
                self.printer.note(name, ended, logging.ERROR)
            elif now >= restart.due:
                self.printer.follow(name, child.start())
                restart.begun(now)

    def stop(self) -> bool:
        """Stop all children, the last one started first, who need the others all together before them.

        Tells whether all of them stopped by themselves.
        """
        gently = True
        for child in self.children.values():
            if child.running and child.needs_servers:
                self.printer.note(child.name, "stopping")
                child.ask()
        for name, child in reversed(self.children.items()):
            if child.running and not child.asked:
                self.printer.note(name, "stopping")
            if not child.stop():
                gently = False
                killed = f"did not stop within {child.stop_seconds:.0f} s and was killed"
                self.printer.note(name, killed, logging.WARNING)
        self.children.clear()
        return gently
