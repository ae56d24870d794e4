"""The manifest of an archive: what is in it, and the sums of its amounts."""

from decimal import Decimal

import msgspec

FORMAT = 1
MANIFEST = "manifest.json"
README = "README.txt"
SCHEMA = "schema.json"


class ArchiveError(Exception):
    """The archive can't be imported; says where it is wrong."""


class TableEntry(msgspec.Struct, frozen=True):
    """A table: so many rows, whose columns with amounts have these sums."""

    columns: list[str]
    rows: int
    sums: dict[str, Decimal]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive has: tables by name, parts with files, and the names of files that were missing."""

    format: int
    version: str
    created_at: str
    company_id: str
    company_name: str
    tables: dict[str, TableEntry]
    parts: list[str]
    files: int
    missing: list[str]


def lines_of(name: str) -> str:
    """The entry with the rows of a table, one a line."""
    return f"data/{name}.jsonl"


def checks_of(name: str) -> str:
    """The entry with four bytes for each line: its CRC-32, by which a changed line is found."""
    return f"data/{name}.crc32"


def sheet_of(name: str) -> str:
    """The entry with the same rows for spreadsheets."""
    return f"csv/{name}.csv"


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest's bytes."""
    encoded = msgspec.json.Encoder(decimal_format="number").encode(manifest)
    return msgspec.json.format(encoded, indent=1)
