"""A sign of life of worker and beat, for whoever looks after containers: a file that is touched every few seconds."""

import os
from pathlib import Path
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler

SECONDS = 10.0


def beat() -> None:
    """Touches the file that HEARTBEAT_FILE names; nothing without one."""
    if name := os.environ.get("HEARTBEAT_FILE"):
        Path(name).touch()


class Heartbeat(bootsteps.StartStopStep):
    """Runs in the worker's own loop, which takes the messages: when that hangs, the file grows old."""

    requires = ("celery.worker.components:Timer",)

    def start(self, parent: Any) -> None:
        """The worker begins."""
        beat()
        parent.timer.call_repeatedly(SECONDS, beat)


class Scheduler(PersistentScheduler):
    """Beat's own scheduler, which comes by for every job."""

    def tick(self, *arguments: Any, **options: Any) -> Any:
        """One round."""
        beat()
        return super().tick(*arguments, **options)
