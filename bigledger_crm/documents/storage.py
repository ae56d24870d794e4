"""Where files are kept: Django's default storage.  A rehearsal neither writes nor deletes one."""

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from bigledger_crm.tenancy.rehearsal import is_rehearsing

# Below it is what can be made again and is not kept: backups leave it out.
TEMPORARY = "temporary/"


def write(name: str, content: bytes) -> str:
    """Stores a whole file or nothing, and returns the name that it has in the storage.

    On a disk the file appears under its name only when all of it is written, whatever kills the process.
    """
    if is_rehearsing():
        return name
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:  # not a disk: object stores show whole objects only
        return name if default_storage.exists(name) else default_storage.save(name, ContentFile(content))
    return _write_to_disk(name, target, io.BytesIO(content))


def write_stream(name: str, content: IO[bytes]) -> str:
    """As `write`, of a file that needn't fit into memory; replaces a file of that name."""
    if is_rehearsing():
        return name
    try:
        target = Path(default_storage.path(name))
    except NotImplementedError:
        default_storage.delete(name)
        return default_storage.save(name, File(content))
    return _write_to_disk(name, target, content)


def _write_to_disk(name: str, target: Path, content: IO[bytes]) -> str:
    known = next(folder for folder in target.parents if folder.exists())
    made = [folder for folder in target.parents if known in folder.parents]
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        give_to_owner_of(known, *made, Path(temporary))
        with os.fdopen(descriptor, "wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return name


def give_to_owner_of(folder: Path, *paths: Path) -> None:
    """What root makes below a folder of the product's user belongs to that user, who must be able to go on with it."""
    owner = folder.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)


def read(name: str) -> bytes:
    """The content of a stored file.  Raises FileNotFoundError."""
    with default_storage.open(name) as file:
        content: bytes = file.read()
    return content


def delete(name: str) -> None:
    """Deletes a stored file, if it is there."""
    if not is_rehearsing():
        default_storage.delete(name)


def older_than(moment: datetime, folder: str) -> Iterator[str]:
    """The names of the files below a folder that were written before a moment."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:  # of a disk; elsewhere a folder without files is empty
        return
    for name in names:
        path = f"{folder}/{name}"
        if default_storage.get_modified_time(path) < moment:
            yield path
    for name in folders:
        yield from older_than(moment, f"{folder}/{name}")
