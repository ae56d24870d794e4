"""Making backups, and keeping those that the rule keeps."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, default_storage

from bigledger_crm import __version__
from bigledger_crm.backup import archive, database, encryption, places, retention
from bigledger_crm.backup.archive import ArchiveWriter, Manifest
from bigledger_crm.backup.errors import BackupError
from bigledger_crm.backup.models import Backup
from bigledger_crm.backup.queries import last_backup
from bigledger_crm.documents.storage import TEMPORARY
from bigledger_crm.kernel import clock

# Young backups wait for the night; old ones do not.
_YOUNG, _OLD = timedelta(hours=12), timedelta(hours=24)


def back_up(place: Storage, recipient: str = "", *, is_recorded: bool = True) -> str:
    """Makes a backup of the whole installation in `place`, while it is in use; returns the archive's name.

    With a `recipient` (`age1…`) only the owner of its secret key can read it; without one it is read back and verified
    before it gets its name.  `is_recorded` notes it in the database, which must then have this version's tables.
    Raises BackupError; nothing is left in the place then.
    """
    moment = clock.now()
    name = places.name_at(moment, is_encrypted=bool(recipient))
    record = Backup.objects.create(name=name, started_at=moment) if is_recorded else None
    try:
        with places.workspace(place) as workspace:
            path = workspace / "archive"
            _write(path, workspace, recipient)
            if not recipient:
                archive.verify(path)
            size = path.stat().st_size
            places.put(place, name, path)
    except BaseException as error:
        if record:
            Backup.objects.filter(pk=record.pk).update(error=f"{error}"[:2000] or type(error).__name__)
        raise
    if record:
        Backup.objects.filter(pk=record.pk).update(finished_at=clock.now(), size=size)
    return name


def _write(path: Path, workspace: Path, recipient: str) -> None:
    path.touch(mode=0o600)
    try:
        with path.open("wb") as file, encryption.encrypted(file, recipient) if recipient else nullcontext(file) as out:
            writer = ArchiveWriter(out)
            # A file is written before its row and deleted after it.  Those that are there now may go until the
            # snapshot, and others may come: whatever a row of the snapshot refers to is among one or the other.
            _add_files(writer)
            with database.snapshot() as snapshot:
                dump = workspace / archive.DATABASE
                snapshot.dump(dump)
                writer.add_path(archive.DATABASE, dump)
                dump.unlink()
                _add_files(writer)
                if settings.LAYOUT.secret_key.exists():
                    writer.add_path(archive.SECRET_KEY, settings.LAYOUT.secret_key)
                present = {name.removeprefix(archive.FILES) for name in writer.members}
                manifest = Manifest(
                    format=archive.FORMAT,
                    version=__version__,
                    created_at=clock.now(),
                    postgres=snapshot.postgres,
                    migrations=snapshot.migrations(),
                    rows=snapshot.rows(),
                    members=writer.members,
                    missing=sorted(snapshot.file_names() - present),
                )
            writer.finish(manifest)
    except OSError as error:
        raise BackupError(f"The archive can't be written: {error.strerror or error}") from error


def _add_files(writer: ArchiveWriter) -> None:
    for name in file_names():
        if (member := f"{archive.FILES}{name}") not in writer.members:
            try:
                with default_storage.open(name) as content:
                    writer.add(member, content.size, content)
            except FileNotFoundError:
                continue  # deleted in the meantime


def file_names() -> Iterator[str]:
    """The files that belong into a backup."""
    return (name for name in _file_names(default_storage, "") if not name.startswith(TEMPORARY))


def _file_names(storage: Storage, folder: str) -> Iterator[str]:
    """All files of a storage but those that are still being written."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    for name in sorted(names):
        if not name.startswith("."):
            yield prefix + name
    for name in sorted(folders):
        yield from _file_names(storage, prefix + name)


def back_up_when_due() -> bool:
    """The nightly backup: at BACKUP_HOUR, or when the last one is a day old; tells whether one was made.

    Afterwards deletes the archives that BACKUP_KEEP does not keep.  Raises BackupError.
    """
    if not places.is_on() or not is_due():
        return False
    place = places.default_place()
    back_up(place, settings.BACKUP_RECIPIENT)
    delete_old(place)
    return True


def is_due() -> bool:
    """Whether it is time for the nightly backup.  A new installation has its first one after its first night."""
    age = clock.now() - last_backup()
    hour = clock.now().astimezone(ZoneInfo(settings.TIME_ZONE)).hour
    return age >= _OLD or (age >= _YOUNG and hour == settings.BACKUP_HOUR)


def delete_old(place: Storage) -> list[str]:
    """Deletes the archives of a place that BACKUP_KEEP does not keep, and returns their names."""
    zone = ZoneInfo(settings.TIME_ZONE)
    names = {moment.astimezone(zone): name for name in places.archives(place) if (moment := places.moment_of(name))}
    kept = retention.kept(names, settings.BACKUP_KEEP)
    old = [name for moment, name in names.items() if moment not in kept]
    for name in old:
        place.delete(name)
    return old


def path_of(place: Storage, name: str) -> str:
    """Where an archive is, for people."""
    return place.path(name) if isinstance(place, FileSystemStorage) else name
