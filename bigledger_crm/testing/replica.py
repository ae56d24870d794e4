"""A streaming replica of a test's own database, made as an operator makes one."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

from bigledger_crm.embedded.accounts import prefix_for, unprivileged_account
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.postgres import SUPERUSER, Binaries
from bigledger_crm.testing.product import wait_for


class Replica:
    """A replica that listens in a directory of its own."""

    def __init__(self, layout: Layout, binaries: Binaries, folder: Path) -> None:
        self.data = folder / "data"
        self._binaries = binaries
        self._sockets = folder
        self._account = unprivileged_account(layout.postgres)
        if self._account is not None:
            self._account.own(folder)
        reach = [["ls", f"{place}/."] for place in (folder, layout.postgres_sockets)]
        self._prefix = prefix_for(self._account, [*reach, [binaries.server, "--version"]])
        self._primary = f"host={layout.postgres_sockets} user={SUPERUSER}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the product finds it."""
        return f"postgresql://bigledger@/bigledger?host={self._sockets}"

    def copy(self) -> None:
        """Copies the database with what has to be replayed, ready to follow it."""
        program = str(self._binaries.directory / "pg_basebackup")
        command = [program, "-D", str(self.data), "-d", self._primary, "-R", "-X", "stream", "-c", "fast"]
        done = subprocess.run([*self._prefix, *command], capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        options = ["-c", f"unix_socket_directories={self._sockets}", "-c", "listen_addresses="]
        options += ["-c", "max_connections=200", "-c", "fsync=off", "-c", "log_statement=all"]
        with (self._sockets / "replica.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self._prefix, self._binaries.server, "-D", str(self.data), *options], stdout=log, stderr=log, cwd="/"
            )
        wait_for(self._answers, 60)

    def kill(self) -> None:
        """kill -9."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(60)
            # Its children end by themselves; the next start must find none of them.
            wait_for(lambda: not self._answers(), 30)
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def execute(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement gives, asked by the superuser."""
        with psycopg.connect(self.url.replace("bigledger@", f"{SUPERUSER}@"), autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def log(self) -> str:
        """What it was asked."""
        return (self._sockets / "replica.log").read_text()

    def _answers(self) -> bool:
        try:
            return bool(self.execute("SELECT 1"))
        except psycopg.OperationalError:
            return False


@contextlib.contextmanager
def running_replica(layout: Layout, binaries: Binaries) -> Iterator[Replica]:
    """Follows the running database of a layout until the context ends."""
    folder = Path(tempfile.mkdtemp(prefix="replica-"))  # a short path, for its socket
    try:
        replica = Replica(layout, binaries, folder)
        replica.copy()
        replica.start()
        try:
            yield replica
        finally:
            replica.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
