"""Writing an archive: every table as it is at one moment, a row at a time, and then the files."""

import struct
import tarfile
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import msgspec
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import CharField, TextField

from bigledger_crm import __version__
from bigledger_crm.company_archive import manifest as names
from bigledger_crm.company_archive.kinds import FILE_COLUMNS, Kind, kinds, left_out
from bigledger_crm.company_archive.limits import BYTES_OF_A_PART, FILES_OF_A_PART
from bigledger_crm.company_archive.manifest import Manifest, TableEntry
from bigledger_crm.kernel import clock
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.models import Company

_CRC = struct.Struct(">I")
# What a spreadsheet would take for a formula gets an apostrophe.
_TEXT = """CASE WHEN "{0}" ~ '^[=+@\\t\\r-]' THEN '''' || "{0}" ELSE "{0}" END AS "{0}\""""


@dataclass
class _Contents:
    """What has been written so far."""

    tables: dict[str, TableEntry] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)
    files: int = 0
    missing: list[str] = field(default_factory=list)


def write_archive(company: Company, target: IO[bytes]) -> Manifest:
    """Writes the company's archive to a file that needn't be sought in; returns its manifest.  Raises OSError."""
    now, contents = clock.now(), _Contents()
    with _one_moment(), ZipFile(target, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        every = kinds()
        for kind in every:
            contents.tables[kind.name] = _write_rows(archive, now, company, kind)
        for kind in every:
            _write_sheet(archive, now, company, kind)
        _write_files(archive, now, company, contents)
        done = Manifest(
            format=names.FORMAT,
            version=__version__,
            created_at=now.isoformat(timespec="seconds"),
            company_id=str(company.pk),
            company_name=company.name,
            tables=contents.tables,
            parts=contents.parts,
            files=contents.files,
            missing=contents.missing,
        )
        schemas = {kind.name: kind.schema() for kind in every}
        archive.writestr(_entry(names.SCHEMA, now), msgspec.json.format(msgspec.json.encode(schemas), indent=1))
        archive.writestr(_entry(names.README, now), _readme(done))
        archive.writestr(_entry(names.MANIFEST, now), names.encode_manifest(done))
    return done


@contextmanager
def _one_moment() -> Iterator[None]:
    """Everything is read as it is now, while others go on working."""
    outermost = not connection.in_atomic_block
    with long_statements(), transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows_of(kind: Kind, company_id: str) -> Generator[str, None, None]:
    """The rows of a table as JSON, one by one, as the database sends them."""
    query = f"COPY (SELECT row_to_json(line)::text FROM ({kind.query()}) line) TO STDOUT"  # noqa: S608 constants
    with connection.cursor() as cursor, cursor.copy(query, {"company": company_id}) as copy:
        for (line,) in copy.rows():
            yield line


def sums_of(kind: Kind, company_id: str) -> dict[str, Decimal]:
    """The sum of each column with amounts."""
    if not kind.amounts:
        return {}
    sums = ", ".join(f'coalesce(sum("{column}"), 0)' for column in kind.amounts)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sums} FROM ({kind.query(kind.amounts)}) line", {"company": company_id})  # noqa: S608
        return dict(zip(kind.amounts, cursor.fetchone(), strict=True))


def crc_of(line: bytes) -> bytes:
    """The four bytes by which a line is told from a changed one."""
    return _CRC.pack(zlib.crc32(line))


def _write_rows(archive: ZipFile, now: datetime, company: Company, kind: Kind) -> TableEntry:
    count = 0
    with TemporaryFile() as checks:
        with (
            archive.open(_entry(names.lines_of(kind.name), now), "w", force_zip64=True) as target,
            closing(rows_of(kind, str(company.pk))) as rows,
        ):
            for row in rows:
                count += 1
                line = row.encode()
                target.write(line + b"\n")
                checks.write(crc_of(line))
        checks.seek(0)
        with archive.open(_entry(names.checks_of(kind.name), now, ZIP_STORED), "w", force_zip64=True) as target:
            _copy(checks, target)
    return TableEntry(list(kind.columns), count, sums_of(kind, str(company.pk)))


def _write_sheet(archive: ZipFile, now: datetime, company: Company, kind: Kind) -> None:
    columns = ", ".join(_cell(kind, column) for column in kind.columns)
    query = f"COPY (SELECT {columns} FROM ({kind.query()}) line) TO STDOUT WITH (FORMAT csv, HEADER)"  # noqa: S608
    with (
        archive.open(_entry(names.sheet_of(kind.name), now), "w", force_zip64=True) as target,
        connection.cursor() as cursor,
        cursor.copy(query, {"company": str(company.pk)}) as copy,
    ):
        target.write("\ufeff".encode())
        for chunk in copy:
            target.write(chunk)


def _cell(kind: Kind, column: str) -> str:
    is_text = isinstance(kind.field(column), CharField | TextField)
    return _TEXT.format(column) if is_text else f'"{column}"'


def _write_files(archive: ZipFile, now: datetime, company: Company, contents: _Contents) -> None:
    with closing(file_names(str(company.pk))) as waiting:
        for number, first in enumerate(waiting, 1):
            name = f"files/{number:06}.tar"
            contents.parts.append(name)
            with (
                archive.open(_entry(name, now, ZIP_STORED), "w", force_zip64=True) as target,
                tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as part,
            ):
                size = _add_file(part, first, contents)
                for file in islice(waiting, FILES_OF_A_PART - 1):
                    size += _add_file(part, file, contents)
                    if size > BYTES_OF_A_PART:
                        break


def file_names(company_id: str) -> Generator[str, None, None]:
    """The names in the storage of all files that rows of the company have."""
    for label, column in FILE_COLUMNS.items():
        kind = next(kind for kind in kinds() if kind.name == label)
        query = f'SELECT "{column}" FROM ({kind.query([column])}) line WHERE "{column}" <> \'\''  # noqa: S608
        with connection.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT", {"company": company_id}) as copy:
            for (name,) in copy.rows():
                yield name


def _add_file(part: tarfile.TarFile, name: str, contents: _Contents) -> int:
    """Adds a stored file; one that is gone is named as missing.  Returns its size in bytes."""
    try:
        with default_storage.open(name) as content:
            header = tarfile.TarInfo(name)
            header.size, header.mode = content.size, 0o600
            part.addfile(header, content)
    except FileNotFoundError:
        contents.missing.append(name)
        return 0
    contents.files += 1
    return header.size


def _entry(name: str, now: datetime, compression: int = ZIP_DEFLATED) -> ZipInfo:
    entry = ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = compression
    entry.external_attr = 0o600 << 16
    return entry


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(1024 * 1024):
        target.write(chunk)


def _readme(manifest: Manifest) -> str:
    counts = [f"  {name}: {entry.rows}" for name, entry in manifest.tables.items() if entry.rows]
    missing = ["", "These files are recorded, and were not there:", *(f"  {name}" for name in manifest.missing)]
    lines = [
        f"{manifest.company_name}: all data of the company, exported on {manifest.created_at}.",
        "",
        "data/*.jsonl   each table, a JSON object a line, with exact amounts; what is referred to comes first",
        "data/*.crc32   four bytes for each of these lines, its CRC-32",
        "csv/*.csv      the same rows for spreadsheets",
        "files/*.tar    attachments, PDFs as they were sent, and the logo",
        "schema.json    JSON Schema of the lines of each table",
        "manifest.json  the number of rows of each table, and the sum of each column with amounts",
        "",
        "`manage.py import_company ARCHIVE` imports it into another installation of the same version. Ids, numbers,",
        "dates and the ledger stay as they are. It checks every row and the books before it keeps anything.",
        "",
        "Not in this archive: passwords and second factors, API keys, and",
        *(f"- {what}" for what in left_out()),
        "Emails that were still waiting are in it as withdrawn, so that they are not sent twice.",
        "",
        "Rows:",
        *counts,
        *(missing if manifest.missing else []),
    ]
    return "\n".join([*lines, ""])
