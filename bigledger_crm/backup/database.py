"""The database of a backup: dumped at one moment, restored into an empty one."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString

import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bigledger_crm.backup.errors import BackupError
from bigledger_crm.embedded.errors import EmbeddedError
from bigledger_crm.embedded.postgres import find_binaries

_FILE_COLUMNS = ("file", "logo")


class Snapshot:
    """The database as it is at one moment, while others go on working."""

    def __init__(self, connection: psycopg.Connection[tuple[object, ...]]) -> None:
        self._connection = connection
        self.postgres = connection.info.server_version // 10_000
        self._name = self._values("SELECT pg_export_snapshot()")[0]
        self._tables = self._values(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
        )

    def dump(self, target: Path) -> None:
        """Writes the database of this moment, in pg_dump's custom format.  Raises BackupError."""
        _run("pg_dump", "--format=custom", f"--snapshot={self._name}", "--no-owner", f"--file={target}")

    def migrations(self) -> dict[str, list[str]]:
        """The names of the applied migrations of each app."""
        found: dict[str, list[str]] = {}
        if "django_migrations" in self._tables:
            for app, name in self._connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name"):
                found.setdefault(str(app), []).append(str(name))
        return found

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        return {table: count_rows(self._connection, table) for table in self._tables}

    def file_names(self) -> set[str]:
        """The names of the stored files that rows refer to."""
        columns = self._connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND column_name = ANY(%s) AND table_name = ANY(%s)",
            [list(_FILE_COLUMNS), self._tables],
        ).fetchall()
        names: set[str] = set()
        for table, column in columns:
            query = sql.SQL("SELECT {column} FROM {table} WHERE {column} <> ''").format(
                column=sql.Identifier(str(column)), table=sql.Identifier(str(table))
            )
            names |= {str(name) for (name,) in self._connection.execute(query)}
        return names

    def _values(self, query: LiteralString) -> list[str]:
        return [str(value) for (value,) in self._connection.execute(query)]


@contextmanager
def snapshot() -> Iterator[Snapshot]:
    """One moment of the database, held for as long as the context is open.  Raises BackupError."""
    with connect() as connection:
        connection.execute("SET idle_in_transaction_session_timeout = 0")
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        yield Snapshot(connection)


@contextmanager
def connect() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection to the product's database, in a transaction.  Raises BackupError when there is none."""
    try:
        connection = psycopg.connect(make_conninfo(**_parameters()), connect_timeout=5)
    except psycopg.OperationalError as error:
        raise BackupError(f"The database does not answer: {str(error).strip().splitlines()[0]}") from error
    with connection:
        yield connection


def count_rows(connection: psycopg.Connection[tuple[object, ...]], table: str) -> int:
    """How many rows a table has."""
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(str(row[0])) if row else 0


def is_empty() -> bool:
    """Whether the database has no table.  Raises BackupError when it doesn't answer."""
    with connect() as connection:
        found = connection.execute(
            "SELECT FROM information_schema.tables WHERE table_schema = current_schema()"
        ).fetchone()
    return found is None


def restore(dump: Path) -> None:
    """Restores a dump into the empty database, all of it or nothing.  Raises BackupError."""
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(dump))
    with connect() as connection:
        connection.commit()
        connection.autocommit = True
        # A dump does not say how the data is distributed; without it queries are slow until autovacuum comes by.
        connection.execute("ANALYZE")


def _parameters() -> dict[str, str]:
    """How libpq reaches the product's database itself, without the time limits of its connections."""
    known = settings.DATABASE_DIRECT or connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given = {**known["OPTIONS"], **{name: known[key] for name, key in names.items()}}
    return {name: str(value) for name, value in given.items() if value != "" and name != "options"}


def _run(program: str, *arguments: str) -> None:
    # A password among the arguments could be read by everybody on the machine.
    parameters = _parameters()
    environment = {**os.environ, "PGPASSWORD": parameters.pop("password", os.environ.get("PGPASSWORD", ""))}
    command = [*_program(program), f"--dbname={make_conninfo(**parameters)}", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise BackupError(f"{program} failed: {(done.stderr or done.stdout).strip()[-2000:]}")


def _program(name: str) -> Sequence[str]:
    """The program of BIGLEDGER_POSTGRES_BIN, of the wheel, or of the machine."""
    try:
        found = find_binaries(os.environ).directory / name
    except EmbeddedError:
        found = Path(name)
    if os.access(found, os.X_OK):
        return [str(found)]
    elsewhere = shutil.which(name)
    if elsewhere is None:
        raise BackupError(f"{name} is missing: apt-get install postgresql-client (brew install libpq)")
    return [elsewhere]
