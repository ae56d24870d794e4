"""The archive itself: a ZIP with each table as JSON and as CSV, the files, and a page that says what is in it."""

import csv
import json
import shutil
import zipfile
from collections.abc import Iterable
from datetime import datetime
from io import TextIOWrapper
from itertools import chain
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO, Self

from bigledger_crm.documents.services import DamagedDocument
from bigledger_crm.kernel.exact_json import ExactEncoder
from bigledger_crm.privacy.contents import File, Part, Table, as_cell, as_json


class PersonZip:
    """Writes parts one after another to a file, row by row: none is held in memory as a whole.

    It is complete when the context is left.
    """

    def __init__(self, file: IO[bytes], moment: datetime) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._moment = moment
        self._names: set[str] = set()
        # What is inside, for people: the name of a table or file, and how many rows it has.
        self.listed: list[str] = []
        self.empty: list[str] = []
        self.missing: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def add_all(self, parts: Iterable[Part]) -> None:
        """Adds parts; a stored file that is gone or damaged is named as missing."""
        for part in parts:
            if isinstance(part, Table):
                self._add_table(part)
            else:
                self._add_file(part)

    def finish(self, text: str) -> None:
        """Adds the page about it, README.txt."""
        self._zip.writestr(self._entry("README.txt"), text)

    def _add_table(self, table: Table) -> None:
        rows_left = iter(table.rows)
        first = next(rows_left, None)
        if first is None:
            self.empty.append(table.name)
            return
        count = 0
        # JSON goes into the archive at once; CSV waits in a file, since a ZIP is written one entry after the other.
        with TemporaryFile("w+b") as lines:
            text = TextIOWrapper(lines, "utf-8", newline="")
            text.write("\ufeff")
            rows = csv.writer(text)
            rows.writerow(table.columns)
            with self._zip.open(self._entry(f"{table.name}.json"), "w", force_zip64=True) as target:
                target.write(b"[")
                for count, row in enumerate(chain([first], rows_left), 1):
                    shown = dict(zip(table.columns, map(as_json, row), strict=True))
                    line = json.dumps(shown, cls=ExactEncoder, ensure_ascii=False)
                    target.write(f"{',' if count > 1 else ''}\n{line}".encode())
                    rows.writerow(map(as_cell, row))
                target.write(b"\n]\n")
            text.flush()
            lines.seek(0)
            with self._zip.open(self._entry(f"{table.name}.csv"), "w", force_zip64=True) as target:
                shutil.copyfileobj(lines, target)
            text.detach()
        self.listed.append(f"{table.name}.json, {table.name}.csv: {count}")

    def _add_file(self, file: File) -> None:
        name = self._free(f"{file.folder}/{PurePath(file.name.replace(chr(92), '/')).name or 'file'}")
        try:
            content = file.read()
        except (FileNotFoundError, DamagedDocument):
            self.missing.append(name)
            return
        self._zip.writestr(self._entry(name), content)
        self.listed.append(name)

    def _free(self, name: str) -> str:
        """The name, with a number where another file has it."""
        path, number, free = PurePath(name), 1, name
        while free.casefold() in self._names:
            number += 1
            free = f"{path.parent}/{path.stem}-{number}{path.suffix}"
        return free

    def _entry(self, name: str) -> zipfile.ZipInfo:
        self._names.add(name.casefold())
        entry = zipfile.ZipInfo(name, self._moment.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o600 << 16
        return entry
