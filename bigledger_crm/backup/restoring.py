"""Restoring a backup into an empty installation, and proving that it is whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from bigledger_crm.backup import archive, database
from bigledger_crm.backup.archive import Manifest
from bigledger_crm.backup.errors import BackupError
from bigledger_crm.documents import storage
from bigledger_crm.embedded.errors import EmbeddedError, Stopped
from bigledger_crm.embedded.logs import Printer
from bigledger_crm.embedded.paths import Layout
from bigledger_crm.embedded.processes import marked_environment
from bigledger_crm.embedded.servers import claim, start_storage
from bigledger_crm.embedded.supervisor import Supervisor
from bigledger_crm.embedded.unprivileged import give_away
from bigledger_crm.environment_files import is_given


def refuse_newer(manifest: Manifest) -> None:
    """Raises BackupError when the archive has migrations that this version doesn't know, or can't go on from."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    replaced = [set(migration.replaces) for migration in migrations.values() if migration.replaces]
    applied = {(app, name) for app, names in manifest.migrations.items() for name in names}
    unknown = applied - migrations.keys() - set().union(*replaced)
    # Of those that one migration stands for, all are applied or none.
    for halfway in (applied & together for together in replaced if applied & together < together):
        unknown |= halfway
    if unknown:
        app, name = min(unknown)
        raise BackupError(
            f"The backup was made by version {manifest.version}, whose database is not the one of this version "
            f"(migration {app}.{name}): install that version first"
        )


@contextmanager
def empty_installation() -> Iterator[None]:
    """The empty database that the environment names, the embedded one started for as long as the context is open.

    A data directory stays marked as half restored until the context is left without an error; while it is, nothing
    starts on it, and another restore begins anew.  Raises BackupError when there is data already, or when the database
    does not answer.
    """
    if is_given("DATABASE_URL"):
        if not database.is_empty():
            raise BackupError("The database in DATABASE_URL holds tables already: restore into an empty one")
        yield
        return
    layout = settings.LAYOUT
    if layout.postgres.exists() and not layout.restoring.exists():
        raise BackupError(f"{layout.data} holds data already: set BIGLEDGER_DATA_DIR to an empty directory")
    with _embedded(layout, restoring=True):
        yield
        connection.close()
        give_away(layout)
    layout.restoring.unlink()


@contextmanager
def database_in_use() -> Iterator[None]:
    """The product's database, the embedded one started where nobody else has.  Raises BackupError."""
    layout = settings.LAYOUT
    if is_given("DATABASE_URL") or (layout.postgres_sockets / ".s.PGSQL.5432").exists():
        yield
        return
    if not layout.postgres.exists():
        raise BackupError(f"{layout.data} holds no database")
    with _embedded(layout, restoring=False):
        yield
        connection.close()
        give_away(layout)


@contextmanager
def _embedded(layout: Layout, *, restoring: bool) -> Iterator[None]:
    log = StringIO()
    supervisor = Supervisor(Printer(log))
    supervisor.listen()
    try:
        with claim(layout, supervisor, restoring=restoring):
            if restoring:
                layout.restoring.touch()
                shutil.rmtree(layout.postgres, ignore_errors=True)
            try:
                start_storage(layout, supervisor, marked_environment(layout, os.environ), broker=False)
                yield
            finally:
                supervisor.stop()
    except EmbeddedError as error:
        raise BackupError(f"{error}\n{log.getvalue()}".strip()) from error
    except Stopped as error:
        raise BackupError("Stopped") from error


def restore(path: Path, manifest: Manifest, workspace: Path) -> None:
    """Restores a verified archive: files first, then the database, all of it or nothing; the secret key last.

    Raises BackupError when the database then has other numbers of rows than the archive's manifest says.
    """
    dump = workspace / archive.DATABASE
    with archive.contents(path, manifest) as members:
        for name, content in members:
            if name == archive.DATABASE:
                with dump.open("wb") as file:
                    shutil.copyfileobj(content, file)
            elif name == archive.SECRET_KEY:
                _restore_secret_key(content)
            else:
                _restore_file(name.removeprefix(archive.FILES), content)
    database.restore(dump)
    dump.unlink()
    with database.connect() as restored:
        for table, rows in manifest.rows.items():
            if (found := database.count_rows(restored, table)) != rows:
                raise BackupError(f"The table {table} has {found} rows, and had {rows} when the backup was made")


def differing_files(manifest: Manifest) -> list[str]:
    """The names of the stored files that aren't those of the archive."""
    names = {name.removeprefix(archive.FILES): member for name, member in manifest.members.items()}
    return [
        name
        for name, member in names.items()
        if name not in (archive.DATABASE, archive.SECRET_KEY) and archive.hash_of(storage.read(name)) != member.sha256
    ]


def _restore_file(name: str, content: IO[bytes]) -> None:
    if not isinstance(default_storage, FileSystemStorage) and default_storage.exists(name):
        return  # the object store that it was copied from
    with TemporaryFile() as whole:  # a member of an archive is read once, and object stores want to go back
        shutil.copyfileobj(content, whole)
        whole.seek(0)
        storage.write_stream(name, whole)


def _restore_secret_key(content: IO[bytes]) -> None:
    """Where SECRET_KEY is given by the environment, the key of the archive is of no use."""
    if is_given("SECRET_KEY"):
        return
    path = settings.LAYOUT.secret_key
    draft = path.with_name(f"{path.name}.restored")
    draft.touch(mode=0o600)
    draft.write_bytes(content.read())
    draft.replace(path)
