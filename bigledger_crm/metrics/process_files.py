"""One file of prometheus_client's for each process that counts something, below run/metrics of the data directory.

By itself prometheus_client names the files by process ids.  Those of several containers are the same, and a worker
whose processes are replaced every few hours leaves more and more of them.  Here a process holds a number by a lock,
which ends with it, however it ends; the next process takes the number over, and counts on in the same files.
"""

import fcntl
import os
from itertools import count
from pathlib import Path
from typing import IO

from bigledger_crm.embedded.paths import Layout, data_directory

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client reads it
KINDS = {"counter": 512 * 1024, "histogram": 2 * 1024 * 1024}
os.environ[VARIABLE] = str(Layout(data_directory()).metrics)


def folder() -> Path:
    """Where the files are."""
    return Path(os.environ[VARIABLE])


class ProcessNumber:
    """Names the files of this process, whenever it is asked; a fork asks for its own."""

    def __init__(self) -> None:
        self._process = 0
        self._name = ""
        self._held: IO[bytes] | None = None
        self._asked = False

    def __call__(self) -> str:
        """The name, taken when something is counted for the first time.  Raises OSError when no file can be made."""
        if not self._asked:  # MultiProcessValue asks once before there is anything to count
            self._asked = True
            return ""
        process = os.getpid()
        if process != self._process:
            self._held, self._name = take(folder())
            self._process = process
        return self._name


def take(where: Path) -> tuple[IO[bytes], str]:
    """The first number that no living process holds; it is held while the file is open.  Raises OSError."""
    where.mkdir(parents=True, exist_ok=True)
    for number in count():
        name = f"{os.geteuid()}-{number}"
        if held := _hold(where / f"{name}.lock"):
            _make_room(where, name)
            return held, name
    raise AssertionError("unreachable")


def forget_ended(where: Path) -> None:
    """Removes what processes have counted that are no more."""
    for lock in where.glob("*.lock"):
        if held := _hold(lock):
            for kind in KINDS:
                _file(where, kind, lock.stem).unlink(missing_ok=True)
            held.close()


def _hold(path: Path) -> IO[bytes] | None:
    """Locks a file unless another process does; a lock of this kind isn't inherited by a fork."""
    file = path.open("ab")
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


def _make_room(where: Path, name: str) -> None:
    """Room on the disk for all that will be counted: a process that writes to memory without a disk below it dies."""
    for kind, size in KINDS.items():
        with _file(where, kind, name).open("ab") as file:
            if missing := size - file.tell():
                file.write(bytes(max(missing, 0)))


def _file(where: Path, kind: str, name: str) -> Path:
    return where / f"{kind}_{name}.db"
