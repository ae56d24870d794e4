"""The archive of a backup: a tar file of the database, the files and the secret key, and a manifest that proves them.

The manifest is the last member: an archive that was cut off has none.
"""

import hashlib
import io
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedIOBase
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

import msgspec

from bigledger_crm.backup.errors import DamagedBackup

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

DATABASE = "database.dump"
SECRET_KEY = "secret_key"  # noqa: S105  its name
FILES = "files/"
MANIFEST = "manifest.json"
FORMAT = 1
_CHUNK = 1024 * 1024
_LARGEST_MANIFEST = 512 * 1024 * 1024


class Member(msgspec.Struct, frozen=True):
    """What a member of the archive holds: its size in bytes, and its hash."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What is in an archive.

    `postgres` is the server's major version, `migrations` has the names that were applied for each app, `rows` the
    number of rows of each table, and `missing` the names of files that rows refer to and that weren't there.
    """

    format: int
    version: str
    created_at: datetime
    postgres: int
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    members: dict[str, Member]
    missing: list[str]


class ArchiveWriter:
    """Writes members one after another to a stream, and knows their sizes and hashes."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._tar = tarfile.TarFile(fileobj=_Counting(stream), mode="w", format=tarfile.PAX_FORMAT)
        self.members: dict[str, Member] = {}

    def add(self, name: str, size: int, content: IO[bytes]) -> None:
        """Adds a member of so many bytes.  Raises OSError when the content has fewer."""
        reader = _HashingReader(content)
        self._tar.addfile(_header(name, size), reader)
        self.members[name] = Member(size, reader.hash.hexdigest())

    def add_path(self, name: str, path: Path) -> None:
        """Adds a file of the disk."""
        with path.open("rb") as content:
            self.add(name, path.stat().st_size, content)

    def finish(self, manifest: Manifest) -> None:
        """Adds the manifest and ends the archive."""
        content = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
        self._tar.addfile(_header(MANIFEST, len(content)), io.BytesIO(content))
        self._tar.close()


class _Counting(BufferedIOBase):
    """What a tar file asks of a stream: to write, and how much was written.  A pipe doesn't know that."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self.stream = stream
        self.written = 0

    def write(self, content: "ReadableBuffer", /) -> int:
        count = self.stream.write(content)
        self.written += count
        return count

    def tell(self) -> int:
        return self.written


class _HashingReader:
    def __init__(self, content: IO[bytes]) -> None:
        self.content = content
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self.content.read(size)
        self.hash.update(chunk)
        return chunk


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(time.time())
    return header


def verify(path: Path) -> Manifest:
    """Reads a whole archive and returns its manifest.

    Raises DamagedBackup unless everything is there, with the sizes and hashes that the manifest says, and nothing else.
    """
    found: dict[str, Member] = {}
    manifest: Manifest | None = None
    with _members(path) as members:
        for name, content in members:
            if manifest is not None or name in found:
                raise DamagedBackup(f"The archive is damaged: {name} should not be there")
            if name == MANIFEST:
                manifest = _read_manifest(content)
            else:
                found[name] = _measure(content)
    if manifest is None:
        raise DamagedBackup("The archive has no manifest: it was cut off, or it is not a backup")
    if found != manifest.members:
        differing = sorted(
            name for name in found.keys() | manifest.members.keys() if found.get(name) != manifest.members.get(name)
        )
        raise DamagedBackup(f"The archive is damaged: {', '.join(differing[:5])}")
    if DATABASE not in found:
        raise DamagedBackup("The archive holds no database")
    return manifest


@contextmanager
def contents(path: Path, manifest: Manifest) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    """The members of a verified archive but its manifest, by name; each can be read until the next one is asked for."""
    with _members(path) as members:
        yield ((name, content) for name, content in members if name in manifest.members)


def _read_manifest(content: IO[bytes]) -> Manifest:
    try:
        manifest = msgspec.json.decode(content.read(_LARGEST_MANIFEST), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise DamagedBackup(f"The archive is damaged: its manifest can't be read: {error}") from error
    if manifest.format != FORMAT:
        raise DamagedBackup(f"The archive has format {manifest.format}; this version reads {FORMAT}")
    return manifest


def _measure(content: IO[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    while chunk := content.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return Member(size, digest.hexdigest())


@contextmanager
def _members(path: Path) -> Iterator[Iterator[tuple[str, IO[bytes]]]]:
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|") as tar:
            yield _each(tar)
    except (tarfile.TarError, EOFError) as error:
        raise DamagedBackup(f"The archive is damaged or cut off: {error}") from error


def _each(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    for header in tar:
        content = tar.extractfile(header) if header.isreg() else None
        if content is None or not _is_plain(header.name):
            raise DamagedBackup(f"The archive is damaged: {header.name} is no file of a backup")
        yield header.name, content


def _is_plain(name: str) -> bool:
    """Whether a name stays below the directory that it is unpacked into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and str(path) == name and "\\" not in name


def hash_of(content: bytes) -> str:
    """The hash of a file, as in a manifest."""
    return hashlib.sha256(content).hexdigest()
