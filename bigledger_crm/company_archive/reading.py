"""Reading an archive from somebody else: nothing in it is believed, and no part is held in memory as a whole."""

import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

import msgspec

from bigledger_crm import __version__
from bigledger_crm.company_archive import manifest as names
from bigledger_crm.company_archive.kinds import Kind, kinds
from bigledger_crm.company_archive.limits import LARGEST_FILE, LARGEST_MANIFEST, LONGEST_LINE
from bigledger_crm.company_archive.manifest import ArchiveError, Manifest
from bigledger_crm.company_archive.writing import crc_of

_BROKEN = (BadZipFile, zlib.error, EOFError, tarfile.TarError, NotImplementedError, RuntimeError)


class ArchiveReader:
    """An archive that is open.  Its methods raise ArchiveError for what is wrong with it, and where."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self.manifest = self._read_manifest()

    def _read_manifest(self) -> Manifest:
        with self._entry(names.MANIFEST) as content:
            encoded = content.read(LARGEST_MANIFEST + 1)
        if len(encoded) > LARGEST_MANIFEST:
            raise ArchiveError(f"{names.MANIFEST} is too long")
        try:
            manifest = msgspec.json.decode(encoded, type=Manifest)
        except msgspec.MsgspecError as error:
            raise ArchiveError(f"{names.MANIFEST}: {error}") from error
        if manifest.format != names.FORMAT:
            raise ArchiveError(f"The archive has format {manifest.format}; this version reads {names.FORMAT}")
        known = {kind.name: list(kind.columns) for kind in kinds()}
        told = {name: entry.columns for name, entry in manifest.tables.items()}
        differing = sorted(name for name in known.keys() | told.keys() if known.get(name) != told.get(name))
        if differing:
            raise ArchiveError(
                f"The archive was made by version {manifest.version}, whose tables differ from those of {__version__}: "
                + ", ".join(differing[:5])
            )
        return manifest

    def rows(self, kind: Kind) -> Iterator[tuple[int, str, dict[str, Any]]]:
        """The rows of a table: number of the line, the line, and what it says by column."""
        where, columns, number = names.lines_of(kind.name), set(kind.columns), 0
        with self._entry(where) as lines, self._entry(names.checks_of(kind.name)) as checks:
            while line := lines.readline(LONGEST_LINE + 1):
                number += 1
                if len(line) > LONGEST_LINE:
                    raise ArchiveError(f"{where}, line {number}: longer than {LONGEST_LINE // 1024**2} MB")
                if not line.endswith(b"\n"):
                    raise ArchiveError(f"{where}, line {number}: cut off")
                text = line[:-1]
                if checks.read(4) != crc_of(text):
                    raise ArchiveError(f"{where}, line {number}: not as it was exported")
                yield number, *_decoded(text, where, number, columns)
        if number != self.manifest.tables[kind.name].rows:
            raise ArchiveError(f"{where} has {number} lines; the manifest says {self.manifest.tables[kind.name].rows}")

    def files(self) -> Iterator[tuple[str, int, IO[bytes]]]:
        """The stored files: name, size in bytes and content, which can be read until the next one is asked for."""
        for part in self.manifest.parts:
            with self._entry(part) as content, tarfile.open(fileobj=content, mode="r|") as members:
                for member in members:
                    file = members.extractfile(member) if member.isreg() else None
                    if file is None:
                        raise ArchiveError(f"{part}: {member.name[:200]} is no file")
                    if member.size > LARGEST_FILE:
                        raise ArchiveError(f"{part}: {member.name[:200]} is larger than {LARGEST_FILE // 1024**2} MB")
                    yield member.name, member.size, file

    @contextmanager
    def _entry(self, name: str) -> Iterator[IO[bytes]]:
        try:
            content = self._archive.open(name)
        except KeyError as error:
            raise ArchiveError(f"The archive has no {name}") from error
        with content:
            yield content


def _decoded(text: bytes, where: str, number: int, columns: set[str]) -> tuple[str, dict[str, Any]]:
    try:
        row = msgspec.json.decode(text, type=dict[str, Any])
        line = text.decode()
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ArchiveError(f"{where}, line {number}: {error}") from error
    if row.keys() != columns:
        odd = min(row.keys() ^ columns)
        raise ArchiveError(f"{where}, line {number}: {'unknown' if odd in row else 'missing'} field {odd[:60]}")
    return line, row


@contextmanager
def open_archive(file: IO[bytes]) -> Iterator[ArchiveReader]:
    """An archive to read.  Raises ArchiveError for what is no archive, or a damaged one."""
    try:
        with ZipFile(file) as archive:
            yield ArchiveReader(archive)
    except _BROKEN as error:
        raise ArchiveError(f"The archive is damaged: {error}") from error
