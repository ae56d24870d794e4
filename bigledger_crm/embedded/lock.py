"""Locks between processes: one supervisor for one data directory."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bigledger_crm.embedded.errors import EmbeddedError


@contextlib.contextmanager
def wait_for(path: Path) -> Iterator[None]:
    """Hold a lock, after whoever has it."""
    with path.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold the lock; the kernel frees it however the process ends. Raises EmbeddedError when another one has it."""
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise EmbeddedError(
                f"Already running here: process {holder} holds {path.parent.parent}. "
                "Stop it, or set BIGLEDGER_DATA_DIR (and PORT) for a second one."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
