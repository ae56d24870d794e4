"""Where archives are kept: a directory or an object store, by BACKUP_URL."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.files import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from bigledger_crm.backup.encryption import SUFFIX
from bigledger_crm.backup.errors import BackupError
from bigledger_crm.documents.storage import give_to_owner_of

_NAME = re.compile(rf"bigledger-(\d{{8}}T\d{{6}}Z)\.tar({re.escape(SUFFIX)})?")
_MOMENT = "%Y%m%dT%H%M%SZ"
_WORKSPACE = ".making-"
_LONGEST = timedelta(days=1)


def is_on() -> bool:
    """Whether backups are made without being asked for."""
    return settings.BACKUP_STORAGE is not None


def default_place() -> Storage:
    """The place in BACKUP_URL.  Raises BackupError when that is off."""
    if not is_on():
        raise BackupError("BACKUP_URL is off: name a directory with --to")
    return storages["backups"]


def directory(path: Path) -> Storage:
    """A directory of this machine as a place."""
    return FileSystemStorage(location=path)


def name_at(moment: datetime, *, is_encrypted: bool) -> str:
    """The name of an archive that is begun at a moment, to the second."""
    return f"bigledger-{moment.astimezone(UTC):{_MOMENT}}.tar{SUFFIX * is_encrypted}"


def moment_of(name: str) -> datetime | None:
    """When an archive was begun, by its name; None for another file."""
    found = _NAME.fullmatch(name)
    return datetime.strptime(found[1], _MOMENT).replace(tzinfo=UTC) if found else None


def archives(place: Storage) -> list[str]:
    """The names of the archives in a place, the newest first."""
    try:
        names = place.listdir("")[1]
    except FileNotFoundError:
        return []
    return sorted((name for name in names if moment_of(name)), reverse=True)


@contextmanager
def workspace(place: Storage) -> Iterator[Path]:
    """A directory of its owner only, on the disk of the place where that is a directory, gone afterwards."""
    if isinstance(place, FileSystemStorage):
        parent = Path(place.location)
        known = next(folder for folder in (parent, *parent.parents) if folder.exists())
        made = [folder for folder in (parent, *parent.parents) if known in folder.parents]
        try:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            give_to_owner_of(known, *made)
            _clear_abandoned(parent)
            with TemporaryDirectory(dir=parent, prefix=_WORKSPACE) as path:
                yield Path(path)
        except OSError as error:
            raise BackupError(f"{error.filename or parent} can't be written: {error.strerror}") from error
    else:
        with TemporaryDirectory(prefix="bigledger-backup-") as path:
            yield Path(path)


def put(place: Storage, name: str, path: Path) -> None:
    """Moves a whole archive into a place: it appears there under its name only when it is complete.

    Raises BackupError when there is an archive of that name.
    """
    if place.exists(name):
        raise BackupError(f"{name} is there already")
    if isinstance(place, FileSystemStorage):
        target = Path(place.path(name))
        give_to_owner_of(target.parent, path)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    else:
        with path.open("rb") as file:
            place.save(name, File(file))


def fetch(place: Storage, name: str, target: Path) -> None:
    """Copies an archive out of a place.  Raises BackupError when it isn't there."""
    try:
        with place.open(name) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, 1024 * 1024)
    except FileNotFoundError as error:
        raise BackupError(f"There is no backup {name}") from error


def _clear_abandoned(folder: Path) -> None:
    """Deletes what a process that was killed has left, once nobody can be at work on it any more."""
    for path in folder.glob(f"{_WORKSPACE}*"):
        if datetime.now(UTC) - datetime.fromtimestamp(path.stat().st_mtime, UTC) > _LONGEST:
            shutil.rmtree(path, ignore_errors=True)
