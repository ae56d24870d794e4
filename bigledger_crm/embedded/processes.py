"""Child processes that never outlive their supervisor, and the search for those that did."""

import functools
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout

# Every child and grandchild inherits it, so that it can be recognised whatever its process id.
MARK = "BIGLEDGER_SUPERVISED"
POLL_SECONDS = 0.05


@dataclass
class Child:
    """A process to be supervised: how to start it, how to ask it to stop, and how long that may take."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10
    account: Sequence[str] = ()
    directory: Path = Path("/")
    needs_servers: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    asked: bool = field(default=False, init=False)

    def start(self) -> IO[bytes]:
        """Start it, out of reach of the terminal's Ctrl-C; returns the pipe with what it says."""
        self.asked = False
        self.process = subprocess.Popen(
            # A change of user would wipe the death wish, so it comes second.
            [*self.account, *die_with_parent(self.stop_signal), *self.arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=dict(self.environment),
            cwd=self.directory,
            start_new_session=True,
        )
        assert self.process.stdout is not None  # noqa: S101  it was asked for
        return self.process.stdout

    @property
    def running(self) -> bool:
        """Whether it was started and hasn't ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it hasn't."""
        return None if self.process is None else self.process.poll()

    def ask(self) -> None:
        """Ask it to stop, once: Celery takes a second signal for an order to drop its work."""
        if self.process is not None and not self.asked:
            self.process.send_signal(self.stop_signal)
            self.asked = True

    def stop(self) -> bool:
        """Ask it to stop and wait; past its time kill it with all its children. Tells whether it stopped by itself."""
        if self.process is None or self.process.poll() is not None:
            return True
        self.ask()
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return False
        return True


def marked_environment(layout: Layout, base: Mapping[str, str]) -> dict[str, str]:
    """The environment for children of the supervisor of this data directory."""
    return {**base, MARK: str(layout.data), "PYTHONUNBUFFERED": "1"}


@functools.cache
def die_with_parent(stop_signal: signal.Signals) -> tuple[str, ...]:
    """A command prefix by which Linux stops a child whose supervisor was killed; empty elsewhere."""
    program = shutil.which("setpriv")
    if program is None:
        return ()
    prefix = (program, "--pdeathsig", stop_signal.name.removeprefix("SIG"))
    known = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    return prefix if known else ()


def wait_until(ready: Callable[[], bool], child: Child, seconds: float, stopping: Callable[[], bool]) -> bool:
    """Wait for a child to be ready; False when the time is over, it ended, or a stop was asked for."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.running and not stopping():
        if ready():
            return True
        time.sleep(POLL_SECONDS)
    return False


def belongs_to(layout: Layout, process: psutil.Process) -> bool:
    """Whether a process was started by a supervisor of this data directory.

    PostgreSQL overwrites its environment, but works in its data directory.
    """
    try:
        if process.environ().get(MARK) == str(layout.data):
            return True
        return process.name() == "postgres" and Path(process.cwd()) == layout.postgres
    except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def left_over(layout: Layout) -> list[psutil.Process]:
    """Processes that a killed supervisor of this data directory left behind."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [process for process in psutil.process_iter() if process.pid not in own and belongs_to(layout, process)]


def stop_left_over(layout: Layout, seconds: float = 10) -> int:
    """Stop what a killed supervisor left behind; call it only while holding the lock. Returns how many there were.

    Raises EmbeddedError when one of them can't be stopped.
    """
    found = left_over(layout)
    for process in found:
        _signal(process, signal.SIGTERM)
    for process in _alive_after(found, seconds):
        _signal(process, signal.SIGKILL)
    if alive := _alive_after(found, seconds):
        numbers = ", ".join(str(process.pid) for process in alive)
        raise EmbeddedError(f"Processes of an earlier start still run and can't be stopped; stop them first: {numbers}")
    return len(found)


def _alive_after(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    while (alive := [process for process in processes if _works(process)]) and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return alive


def _works(process: psutil.Process) -> bool:
    """Whether it runs; one that only waits to be reaped, in a container perhaps for ever, doesn't."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, number: signal.Signals) -> None:
    try:
        # SIGINT is PostgreSQL's fast shutdown; on SIGTERM it would wait for its clients.
        fast = number == signal.SIGTERM and process.name() == "postgres"
        process.send_signal(signal.SIGINT if fast else number)
    except psutil.NoSuchProcess:
        return
