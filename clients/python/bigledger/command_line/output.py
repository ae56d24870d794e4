"""What commands print: a table for people, JSON or CSV for programs."""

import csv
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bigledger.values import encode

# What a table shows first, as long as it has room: the id, which other commands need, then what a person looks for.
FIRST = (
    "id number code name description date until kind status total amount debit credit currency due balance price"
).split()
LONGEST = 32  # characters of a column, beyond which it is shortened


def flat(row: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """`customer.name` for the field of an object; lists as JSON."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping) and value:
            cells |= flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            is_plain = all(isinstance(part, str) for part in value)
            cells[prefix + name] = ", ".join(value) if is_plain else encode(value).decode()
        else:
            cells[prefix + name] = value
    return cells


def text_of(value: Any) -> str:
    """A cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or isinstance(value, Mapping) else str(value)


def show(data: Any, kind: str, columns: str | None) -> None:
    """Prints an object or rows."""
    wanted = [name.strip() for name in columns.split(",")] if columns else None
    if kind == "json":
        show_json(data, wanted)
        return
    rows = [flat(row) for row in _rows(data)]
    if kind == "csv":
        names = wanted or list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.writer(sys.stdout)
        writer.writerow(names)
        writer.writerows([text_of(row.get(name)) for name in names] for row in rows)
    elif isinstance(data, list):
        show_rows(rows, wanted)
    else:
        parts = {} if wanted else {name: part for name, part in data.items() if _is_table(part)}
        show_object({name: cell for name, cell in rows[0].items() if name not in parts}, wanted)
        for name, part in parts.items():
            sys.stdout.write(f"\n{name}\n")
            show_rows([flat(row) for row in part], None)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _rows(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


def show_json(data: Any, wanted: Sequence[str] | None) -> None:
    """Indented, with exact numbers and the names of the API."""
    if wanted:
        picked = [
            {name: flat(row).get(name) for name in wanted} for row in (data if isinstance(data, list) else [data])
        ]
        data = picked if isinstance(data, list) else picked[0]
    sys.stdout.write(msgspec.json.format(encode(data), indent=2).decode() + "\n")


def _rank(name: str) -> int:
    """A column's place: that of the last word of its name."""
    word = re.findall(r"[A-Z]?[a-z]+$", name) or [name]
    is_noise = name.endswith(("Id", "taxCode", "baseCurrency")) or (name.endswith(".id") and name != "id")
    return FIRST.index(word[0].lower()) if word[0].lower() in FIRST and not is_noise else len(FIRST)


def _best(rows: Sequence[Mapping[str, Any]], width: int) -> list[str]:
    """The columns that say something, as many as there is room for."""
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if any(row.get(name) for row in rows)]
    best: list[str] = []
    ranks = [_rank(name) for name in names]
    # One of each rank, then a second one of each; those of one rank stay in the order of the API.
    places = {name: (ranks[:index].count(ranks[index]), ranks[index]) for index, name in enumerate(names)}
    for name in sorted(names, key=places.__getitem__):
        needed = min(LONGEST, max(cell_len(text) for text in [name, *(text_of(row.get(name)) for row in rows)])) + 2
        if needed <= width:
            width -= needed
            best.append(name)
    return best


def show_rows(rows: Sequence[Mapping[str, Any]], wanted: Sequence[str] | None) -> None:
    """A line a row, as wide as the terminal; ids are never shortened."""
    console = Console()
    table = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    names = wanted or _best(rows, console.width)
    for name in names:
        is_number = any(isinstance(row.get(name), Decimal | int) for row in rows)
        most = None if wanted or name == "id" else LONGEST
        table.add_column(name, justify="right" if is_number else "left", no_wrap=True, max_width=most)
    for row in rows:
        table.add_row(*(Text(text_of(row.get(name))) for name in names))
    console.print(table)


def show_object(cells: Mapping[str, Any], wanted: Sequence[str] | None) -> None:
    """A line a field."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name in wanted or cells:
        if wanted or text_of(cells[name]):
            table.add_row(name, Text(text_of(cells.get(name))))
    Console().print(table)
