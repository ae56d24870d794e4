"""Rows to be created, from a file."""

import csv
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any


def read(name: str) -> list[dict[str, Any]]:
    """The rows of a CSV, JSON or JSON Lines file, or of standard input. Raises ValueError."""
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
    start = text.lstrip()[:1]
    if start == "[":
        rows = _json(text)
        if not all(isinstance(row, dict) for row in rows):
            raise ValueError("every row must be an object")
        return list(rows)
    if start == "{":
        return [_json(line) for line in text.splitlines() if line.strip()]
    return list(_csv(text))


def _json(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


def _csv(text: str) -> Iterator[dict[str, Any]]:
    """Columns are fields; `address.city` is a field of an object. Empty cells are left out."""
    for cells in csv.DictReader(StringIO(text)):
        row: dict[str, Any] = {}
        for column, cell in cells.items():
            if column is None or cell is None:
                raise ValueError(f"a row has more or fewer cells than there are columns: {cells}")
            if cell:
                *parents, field = column.strip().split(".")
                place = row
                for parent in parents:
                    place = place.setdefault(parent, {})
                place[field] = _cell(cell)
        yield row


def _cell(cell: str) -> Any:
    """Text, true or false, or JSON for lists and objects; numbers stay text, which the API takes."""
    if cell.lower() in ("true", "false"):
        return cell.lower() == "true"
    return _json(cell) if cell[0] in "[{" else cell
