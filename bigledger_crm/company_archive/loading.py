"""Importing an archive: a company with all it has, in one transaction which proves it before it commits."""

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from tempfile import TemporaryFile
from typing import IO, Any, cast
from uuid import UUID

import msgspec
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.db.models.functions import Lower

from bigledger_crm.company_archive import manifest as names
from bigledger_crm.company_archive.growing import GrowingTable
from bigledger_crm.company_archive.kinds import FILE_COLUMNS, Kind, kinds
from bigledger_crm.company_archive.manifest import ArchiveError
from bigledger_crm.company_archive.reading import ArchiveReader
from bigledger_crm.company_archive.writing import rows_of, sums_of
from bigledger_crm.documents import storage
from bigledger_crm.tenancy.database import long_statements
from bigledger_crm.tenancy.models import Company, User

_SLICE = 1000
_FILE_NAME = re.compile(r"(attachments|documents|logos)/([0-9a-f-]{36})((?:/[\w-][\w.-]*)+)")
_DOCUMENTS = 100
NOBODY = UUID(int=0)


@dataclass(frozen=True)
class Row:
    """A row by the number of its line, with the lines of its own that can be added with it only."""

    number: int
    line: str
    below: Sequence[str]


def import_archive(archive: ArchiveReader, prove: Callable[[Company], None]) -> Company:
    """The company of an archive, which this installation doesn't have yet; `prove` raises for books that are wrong.

    Raises ArchiveError, and nothing of it is kept.
    """
    with TemporaryFile("w+") as written:  # names, of which there can be millions
        try:
            with long_statements(), transaction.atomic():
                return _Loading(archive, written).load(prove)
        except BaseException:
            written.seek(0)
            for name in written:
                storage.delete(name.rstrip("\n"))
            raise


class _Loading:
    """One import.  People whose email address somebody here has become that person."""

    def __init__(self, archive: ArchiveReader, written: IO[str]) -> None:
        self._archive = archive
        self._written = written
        self._people: dict[str, str] = {}
        self._company_id = archive.manifest.company_id

    def load(self, prove: Callable[[Company], None]) -> Company:
        company_id = self._checked_id()
        with connection.cursor() as cursor:  # the checks of millions of rows would wait in memory
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        every = kinds()
        below = {kind.field(kind.parent).related_model: kind for kind in every if kind.parent}
        for kind in every:
            if not kind.parent:
                lines = below.get(kind.model)
                self._load_rows(kind, _Lines(self._archive, lines) if lines else None)
        for kind in every:
            self._compare(kind)
        self._load_files(every)
        company = Company.objects.get(pk=company_id)
        prove(company)
        return company

    def _checked_id(self) -> UUID:
        try:
            company_id = UUID(self._company_id)
        except ValueError as error:
            raise ArchiveError(f"{names.MANIFEST}: company_id is no UUID") from error
        self._company_id = str(company_id)
        if Company.objects.filter(pk=company_id).exists():
            raise ArchiveError(f"This installation has the company {self._archive.manifest.company_name} already")
        return company_id

    def _load_rows(self, kind: Kind, lines: "_Lines | None") -> None:
        waiting: list[Row] = []
        growing = GrowingTable(kind, lines.kind if lines else None)
        for number, line, row in self._archive.rows(kind):
            self._check(kind, number, row)
            if kind.model is User and self._is_known(kind, number, row):
                continue
            below = lines.of(row["id"]) if lines else []
            waiting.append(Row(number, self._with_people_of_here(kind, line, row), below))
            if len(waiting) == (_DOCUMENTS if lines else _SLICE):
                self._insert(kind, waiting, lines)
                growing.by(len(waiting))
                waiting = []
        if waiting:
            self._insert(kind, waiting, lines)
        growing.done()
        if lines and lines.next:
            raise self._error(lines.kind, lines.next[0], f"{lines.kind.parent} is not that of a row of {kind.name}")

    def _check(self, kind: Kind, number: int, row: dict[str, Any]) -> None:
        """Nothing names the company of somebody else, by itself or by a file."""
        if kind.model is Company and (row["id"] != self._company_id or number > 1):
            raise self._error(kind, number, "another company than that of the archive")
        name = row.get(FILE_COLUMNS.get(kind.name, ""), "")
        if name and not self._is_own_file(name):
            raise self._error(kind, number, "a file that is not the company's")

    def _is_own_file(self, name: Any) -> bool:
        found = _FILE_NAME.fullmatch(name) if isinstance(name, str) else None
        return found is not None and found[2] == self._company_id and ".." not in name

    def _is_known(self, kind: Kind, number: int, row: dict[str, Any]) -> bool:
        """Whether somebody here has the email address."""
        email, key = str(row["email"]), str(row["id"])
        found = User.objects.annotate(lower=Lower("email")).filter(lower=email.lower()).first()
        if found is None:
            if User.objects.filter(pk=_uuid(key) or NOBODY).exists():
                raise self._error(kind, number, "somebody here has the same id and another email address")
            return False
        self._people[key] = str(found.pk)
        return True

    def _with_people_of_here(self, kind: Kind, line: str, row: dict[str, Any]) -> str:
        for column in kind.people:
            here = self._people.get(row[column] or "")
            if here and here != row[column]:
                line = line.replace(f'"{column}":"{row[column]}"', f'"{column}":"{here}"', 1)
        return line

    def _insert(self, kind: Kind, rows: Sequence[Row], lines: "_Lines | None") -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                statement, values = _insertion(kind, self._company_id, [row.line for row in rows])
                if lines and (below := [line for row in rows for line in row.below]):
                    # The guard of lines knows only documents that were there before this statement.
                    first, first_values = _insertion(lines.kind, self._company_id, below)
                    statement = (
                        f"WITH below AS ({first} RETURNING 1) {statement} WHERE (SELECT count(*) FROM below) > 0"  # noqa: S608
                    )
                    values = [*first_values, *values]
                cursor.execute(statement, values)
        except DatabaseError as error:
            if len(rows) == 1:
                raise self._error(kind, rows[0].number, str(error).partition("\n")[0]) from error
            for row in rows:  # one of them says where it is
                self._insert(kind, [row], lines)
            raise self._error(kind, rows[0].number, "these rows don't fit together") from error

    def _compare(self, kind: Kind) -> None:
        """Every value of every row as the archive has it, and the sums of the manifest."""
        if kind.model is User:  # people who were here before stay as they are
            return
        with closing(rows_of(kind, self._company_id)) as here:
            for told, stored in zip_longest(self._archive.rows(kind), here):
                if told is None:
                    raise ArchiveError(f"{names.lines_of(kind.name)}: a row more than the archive has")
                number, line, row = told
                if stored != self._with_people_of_here(kind, line, row):
                    raise self._error(kind, number, _difference(row, stored))
        told_sums = self._archive.manifest.tables[kind.name].sums
        for column, total in sums_of(kind, self._company_id).items():
            if told_sums.get(column) != total:
                problem = f"the sum of {column} is {total}; the manifest says {told_sums.get(column)}"
                raise ArchiveError(f"{names.lines_of(kind.name)}: {problem}")

    def _load_files(self, every: Sequence[Kind]) -> None:
        count = 0
        self._note_files(every)
        for name, _size, content in self._archive.files():
            digests = self._digests(name)
            if not digests:
                raise ArchiveError(f"{name[:200]}: no row has this file, or it came before")
            hashing = _Hashing(content)
            self._written.write(f"{name}\n")
            storage.write_stream(name, cast("IO[bytes]", hashing))
            if hashing.hash.hexdigest() not in digests and "" not in digests:
                raise ArchiveError(f"{name[:200]}: not as it was exported")
            count += 1
        if count != self._archive.manifest.files:
            raise ArchiveError(f"The archive has {count} files; the manifest says {self._archive.manifest.files}")

    def _note_files(self, every: Sequence[Kind]) -> None:
        """The files that rows have, with their hashes, where each is found at once however many there are."""
        rows = [_files_of(kind, FILE_COLUMNS[kind.name]) for kind in every if kind.name in FILE_COLUMNS]
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMPORARY TABLE archive_file ON COMMIT DROP AS {' UNION ALL '.join(rows)}",
                {"company": self._company_id},
            )
            cursor.execute("CREATE INDEX ON archive_file (name)")

    def _digests(self, name: str) -> set[str]:
        """The hashes of a file that rows have, "" for a row that knows none.

        Nothing where no row has the file, or it was asked for before.
        """
        if not self._is_own_file(name):
            return set()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM archive_file WHERE name = %s RETURNING digest", [name])
            return {digest for (digest,) in cursor.fetchall()}

    def _error(self, kind: Kind, number: int, problem: str) -> ArchiveError:
        return ArchiveError(f"{names.lines_of(kind.name)}, line {number}: {problem}")


class _Lines:
    """The lines of documents, which are read beside these in the same order."""

    def __init__(self, archive: ArchiveReader, kind: Kind) -> None:
        self.kind = kind
        self._rows = archive.rows(kind)
        self.next = next(self._rows, None)

    def of(self, key: Any) -> list[str]:
        """The lines of the next document."""
        found = []
        while self.next is not None and self.next[2][self.kind.parent] == key:
            found.append(self.next[1])
            self.next = next(self._rows, None)
        return found


class _Hashing:
    """Content that is hashed as it is read."""

    def __init__(self, content: Any) -> None:
        self._content = content
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        chunk: bytes = self._content.read(size)
        self.hash.update(chunk)
        return chunk


def _files_of(kind: Kind, column: str) -> str:
    """SELECT of the stored files that rows have, each with its hash, "" where rows have none."""
    has_hash = "sha256" in kind.columns
    rows = kind.query([column, "sha256"] if has_hash else [column])
    digest = "sha256" if has_hash else "''"
    return f'SELECT "{column}" AS name, {digest} AS digest FROM ({rows}) file WHERE "{column}" <> \'\''  # noqa: S608


def _insertion(kind: Kind, company_id: str, lines: Sequence[str]) -> tuple[str, list[str]]:
    """An INSERT of rows, and its values."""
    more = _DEFAULTS.get(kind.model, {})
    columns = [f'"{column}"' for column in (*kind.columns, *more)]
    chosen = [*(f'row."{column}"' for column in kind.columns), *more.values()]
    values = [f"[{','.join(lines)}]"]
    if kind.is_owned:
        columns.insert(0, "company_id")
        chosen.insert(0, "%s")
        values.insert(0, company_id)
    rows = f'json_populate_recordset(NULL::"{kind.table}", %s::json) row'
    return f'INSERT INTO "{kind.table}" ({", ".join(columns)}) SELECT {", ".join(chosen)} FROM {rows}', values  # noqa: S608


# What the archive doesn't say of people: they have no password until they set one.
_DEFAULTS: dict[type[Model], dict[str, str]] = {
    User: {"password": "'!archive'", "is_active": "TRUE", "is_staff": "FALSE", "is_superuser": "FALSE"}
}


def _difference(row: dict[str, Any], stored: str | None) -> str:
    """Where a row differs from what was stored of it."""
    if stored is None:
        return "it was not stored"
    here = msgspec.json.decode(stored, type=dict[str, Any])
    for column, value in row.items():
        if here.get(column) != value:
            return f"{column} cannot be {str(value)[:60]!r} here, but {str(here.get(column))[:60]!r}"
    return "its order or form is not that of an export"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
