"""Keyset paging, for the API and the pages: a page begins beside a row, so page 1,000 costs what page 1 costs.

Rows are ordered by (column, id), in one or more segments that are walked one after the other: a second segment holds
the rows without a value, or there is one per rank where rows follow their lifecycle (draft, sent, …) and not the
alphabet.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

CURSOR_SALT = "bigledger.cursor"


class InvalidCursor(ValueError):
    """A cursor that leads nowhere in this list; the text says why."""


@dataclass(frozen=True)
class KeysetOrder:
    """How rows are ordered.  Each row fulfils the condition of one segment; in it, all values are null or none is."""

    column: str
    descending: bool = False
    segments: Sequence[Q] = (Q(),)


@dataclass(frozen=True)
class Position:
    """A row's segment, its value in the column of the order, and its id."""

    segment: int
    value: Any
    pk: UUID


@dataclass(frozen=True)
class Cursor:
    """The row that a page begins beside, how many rows the list had, and whatever else its pages have in common."""

    position: Position
    total: int
    details: Sequence[Any]


@dataclass(frozen=True)
class KeysetPage:
    """Rows in the order of their list, the positions of the first and the last, and whether the walk goes on."""

    rows: list[Any]
    has_more: bool
    first: Position | None = None
    last: Position | None = None


def fetch_page(
    rows: "QuerySet[Any]",
    order: KeysetOrder,
    limit: int,
    beside: Position | None = None,
    *,
    backwards: bool = False,
    columns: Sequence[str] | None = None,
) -> KeysetPage:
    """Up to `limit` rows after a position, or before it; from the beginning, or the end, without one.  One query.

    The rows are objects, or tuples of `columns` and the row's id.
    """
    descending = order.descending != backwards
    parts = _parts(rows, order, beside, backwards=backwards)
    sorting = [f"-{order.column}", "-id"] if descending else [order.column, "id"]
    # Of each segment no more than the page can hold.  Within one a plain index on (company, …, column, id) serves both
    # orders, which NULLS LAST or a CASE in ORDER BY would not let it.
    queries = [part.order_by(*sorting) for part in parts]
    if columns is not None:
        queries = [query.values_list(*columns, "segment", order.column, "id") for query in queries]
    if len(queries) == 1:
        found = list(queries[0][: limit + 1])
    else:
        limited = [query[: limit + 1] for query in queries]
        by_segment = "-segment" if backwards else "segment"
        found = list(limited[0].union(*limited[1:], all=True).order_by(by_segment, *sorting)[: limit + 1])
    page = found[:limit][::-1] if backwards else found[:limit]
    if not page:
        return KeysetPage([], has_more=False)
    first, last = (_position(row, order.column) for row in (page[0], page[-1]))
    shown = page if columns is None else [(*row[:-3], row[-1]) for row in page]
    return KeysetPage(shown, len(found) > limit, first, last)


def write_cursor(cursor: Cursor, binding: str) -> str:
    """The cursor as it travels: signed, and bound to the list that `binding` describes.  `details` are JSON values."""
    at = cursor.position
    value = None if at.value is None else write_value(at.value)
    content = [at.segment, value, at.pk.hex, cursor.total, binding, *cursor.details]
    return signing.dumps(content, salt=CURSOR_SALT)


def read_cursor(text: str, binding: str, parse: Callable[[str], Any]) -> Cursor:
    """The cursor that was written for a list; `parse` reads a value of the column.  Raises InvalidCursor."""
    try:
        segment, value, pk, total, bound, *details = signing.loads(text, salt=CURSOR_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise InvalidCursor("The cursor is not valid") from error
    if bound != binding:
        raise InvalidCursor("The cursor belongs to another list, filter or sort")
    return Cursor(Position(segment, None if value is None else parse(value), UUID(hex=pk)), total, details)


def write_value(value: Any) -> str:
    """A value of the column as a cursor carries it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _parts(
    rows: "QuerySet[Any]", order: KeysetOrder, beside: Position | None, *, backwards: bool
) -> "list[QuerySet[Any]]":
    """The rows of each segment that is left, in the order of the walk, with the segment's number."""
    parts = []
    numbers = range(len(order.segments))
    for number in reversed(numbers) if backwards else numbers:
        part = rows.filter(order.segments[number]).annotate(segment=Value(number))
        if beside is None or (number < beside.segment if backwards else number > beside.segment):
            parts.append(part)
        elif number == beside.segment:
            parts.append(part.filter(_beyond(order.column, beside, descending=order.descending != backwards)))
    return parts


def _beyond(column: str, beside: Position, *, descending: bool) -> "Q | Func":
    """The rows after a position: a comparison of rows, with which PostgreSQL enters the index at that very row."""
    if beside.value is None:
        return Q(**{"id__lt" if descending else "id__gt": beside.pk})
    stored = Func(F(column), F("id"), template="(%(expressions)s)")
    given = Func(Value(beside.value), Value(beside.pk), template="(%(expressions)s)")
    sign = " < " if descending else " > "
    return Func(stored, given, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())


def _position(row: Any, column: str) -> Position:
    if isinstance(row, tuple):
        return Position(*row[-3:])
    return Position(row.segment, getattr(row, column), row.pk)
