"""Where the simulator keeps what it knows: SQLite, in a file or in memory.

A record is a msgspec structure under its kind and key; documents have columns besides, by which they are found.
Whoever calls holds the simulator's lock, and commits.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from invoicing.einvoice_simulator.model import Document

Record = TypeVar("Record", bound=msgspec.Struct)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL, key TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (kind, key)
);
CREATE TABLE IF NOT EXISTS documents (
    sequence INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    submission_uid TEXT NOT NULL,
    status TEXT NOT NULL,
    received_at TEXT NOT NULL,
    data BLOB NOT NULL,
    source BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_by_submission ON documents (submission_uid);
CREATE INDEX IF NOT EXISTS documents_submitted ON documents (sequence) WHERE status = 'Submitted';
CREATE INDEX IF NOT EXISTS documents_by_time ON documents (received_at);
"""


class Store:
    """The records and documents."""

    def __init__(self, path: Path | None = None) -> None:
        self._connection = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._connection.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")

    def commit(self) -> None:
        """Keeps what was changed."""
        self._connection.commit()

    def close(self) -> None:
        """Lets go of the file; what wasn't committed is lost."""
        self._connection.close()

    def clear(self) -> None:
        """Forgets everything."""
        self._connection.execute("DELETE FROM records")
        self._connection.execute("DELETE FROM documents")

    def put(self, key: str, record: msgspec.Struct) -> None:
        """Adds or replaces a record."""
        row = (type(record).__name__, key, msgspec.json.encode(record))
        self._connection.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", row)

    def get(self, kind: type[Record], key: str) -> Record | None:
        """The record of a kind and key."""
        query = "SELECT data FROM records WHERE kind = ? AND key = ?"
        row = self._connection.execute(query, (kind.__name__, key)).fetchone()
        return msgspec.json.decode(row[0], type=kind) if row else None

    def all(self, kind: type[Record]) -> list[Record]:
        """All records of a kind, in the order of their keys."""
        return list(self.all_by_key(kind).values())

    def all_by_key(self, kind: type[Record]) -> dict[str, Record]:
        """All records of a kind by their keys, in their order."""
        query = "SELECT key, data FROM records WHERE kind = ? ORDER BY key"
        rows = self._connection.execute(query, (kind.__name__,))
        return {key: msgspec.json.decode(data, type=kind) for key, data in rows}

    def remove(self, kind: type[Record], key: str) -> None:
        """Forgets a record."""
        self._connection.execute("DELETE FROM records WHERE kind = ? AND key = ?", (kind.__name__, key))

    def replace_all(self, kind: type[Record], records: dict[str, Record]) -> None:
        """Puts these records in the place of all of their kind."""
        self._connection.execute("DELETE FROM records WHERE kind = ?", (kind.__name__,))
        for key, record in records.items():
            self.put(key, record)

    def add_document(self, document: Document, source: bytes) -> None:
        """Adds a document with the bytes that came."""
        self._connection.execute(
            "INSERT INTO documents (uuid, submission_uid, status, received_at, data, source) VALUES (?, ?, ?, ?, ?, ?)",
            (
                document.uuid,
                document.submission_uid,
                document.status,
                document.received_at.isoformat(),
                msgspec.json.encode(document),
                source,
            ),
        )

    def save_document(self, document: Document) -> None:
        """Keeps what has changed of a document."""
        self._connection.execute(
            "UPDATE documents SET status = ?, data = ? WHERE uuid = ?",
            (document.status, msgspec.json.encode(document), document.uuid),
        )

    def document(self, uuid: str) -> Document | None:
        """The document of a uuid."""
        return next(self._documents("uuid = ?", uuid), None)

    def documents_of(self, submission_uid: str) -> list[Document]:
        """The documents of a submission, in its order."""
        return list(self._documents("submission_uid = ?", submission_uid))

    def submitted(self) -> list[Document]:
        """The documents that are still to be validated."""
        return list(self._documents("status = 'Submitted'"))

    def all_documents(self) -> list[Document]:
        """All documents, in the order in which they came."""
        return list(self._documents("TRUE"))

    def documents_since(self, moment: datetime) -> Iterator[Document]:
        """The documents received from a moment on, the oldest first."""
        return self._documents("received_at >= ?", moment.isoformat())

    def source(self, uuid: str) -> bytes:
        """The bytes of a document, as they came."""
        query = "SELECT source FROM documents WHERE uuid = ?"
        return bytes(self._connection.execute(query, (uuid,)).fetchone()[0])

    def purge(self, before: datetime) -> None:
        """Forgets the documents received before a moment."""
        self._connection.execute("DELETE FROM documents WHERE received_at < ?", (before.isoformat(),))

    def _documents(self, condition: str, *values: str) -> Iterator[Document]:
        query = f"SELECT data FROM documents WHERE {condition} ORDER BY sequence"  # noqa: S608  its own conditions
        for (data,) in self._connection.execute(query, values).fetchall():
            yield msgspec.json.decode(data, type=Document)
