"""Keyset paging, for the API and the pages: a page begins beside a row, so page 1,000 costs what page 1 costs.

Rows are ordered by (column, id), in one or more segments that are walked one after the other: a second segment holds
the rows without a value, or there is one per rank where rows follow their lifecycle (draft, sent, …) and not the
alphabet.

The values may also be those that another table has of the rows: that table is walked then, and after it the rows that
it says nothing of.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, Value

CURSOR_SALT = "bigledger.cursor"


class InvalidCursor(ValueError):
    """A cursor that leads nowhere in this list; the text says why."""


@dataclass(frozen=True)
class KeysetOrder:
    """How rows are ordered.  Each row fulfils the condition of one segment; in it, all values are null or none is.

    With `values`, rows of another table, `column` is theirs: each has the `object_id` of a row and a value, and no two
    have the same object.  Rows without any come last.
    """

    column: str
    descending: bool = False
    segments: Sequence[Q] = (Q(),)
    values: "QuerySet[Any] | None" = None


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
    """Up to `limit` rows after a position, or before it; from the beginning, or the end, without one.

    The rows are objects, or tuples of `columns` and the row's id.  One query, or with `order.values` up to three.
    """
    descending = order.descending != backwards
    if order.values is not None:
        found_at = _places(rows, order, limit + 1, beside, backwards=backwards)
        return _page_at(rows, found_at[:limit][::-1] if backwards else found_at[:limit], len(found_at) > limit, columns)
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


def in_order(rows: "QuerySet[Any]", order: KeysetOrder) -> "QuerySet[Any]":
    """All rows of an order with one segment, or with `values`, for whoever reads them all."""
    minus = "-" if order.descending else ""
    if order.values is None:
        return rows.order_by(f"{minus}{order.column}", f"{minus}pk")
    own = order.values.filter(object_id=OuterRef("pk")).values(order.column)
    value = F("sorted_by").desc(nulls_last=True) if order.descending else F("sorted_by").asc(nulls_last=True)
    found: QuerySet[Any] = rows.annotate(sorted_by=Subquery(own)).order_by(value, f"{minus}pk")
    return found


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
    try:
        place = Position(segment, None if value is None else parse(value), UUID(hex=pk))
    except (ValueError, ArithmeticError, ValidationError) as error:  # a custom field had its name before
        raise InvalidCursor("The cursor belongs to another sort") from error
    return Cursor(place, total, details)


def parser_of(values: "QuerySet[Any]", column: str) -> Callable[[str], Any]:
    """What reads a value of a `KeysetOrder`'s `values` back: raises ValidationError for one that the column can't have.

    It may have been written when the same name stood for a column of another type.
    """
    field: Any = values.model._meta.get_field(column)
    return lambda text: field.clean(text, None)


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


def _places(
    rows: "QuerySet[Any]", order: KeysetOrder, limit: int, beside: Position | None, *, backwards: bool
) -> list[Position]:
    """Where the next rows are by the values of another table.

    Rows without a value come by their ids in both orders.  They are looked for when there are no more with one, and not
    before: where few have none, the indexes of both tables are passed over side by side, for which they have to ascend.
    """
    values: Any = order.values
    descending = order.descending != backwards
    minus = "-" if descending else ""
    found: list[Position] = []
    for segment in (1, 0) if backwards else (0, 1):
        if beside is not None and (segment > beside.segment if backwards else segment < beside.segment):
            continue
        start = beside if beside is not None and segment == beside.segment else None
        wanted = limit - len(found)
        if segment == 0:
            # None is null, which an index of those that aren't has to be told.
            valued = values.filter(**{f"{order.column}__isnull": False})
            part = valued.filter(object_id__in=rows.order_by().values("pk"))
            if start is not None:
                part = part.filter(_beyond(order.column, start, descending=descending, key="object_id"))
            ordered = part.order_by(f"{minus}{order.column}", f"{minus}object_id")
            found += [Position(0, *pair) for pair in ordered.values_list(order.column, "object_id")[:wanted]]
        else:
            part, others = rows, values.filter(object_id=OuterRef("pk"))
            if start is not None:  # said of both tables, so that the database begins there in both
                part = part.filter(_beyond("", start, descending=backwards))
                others = others.filter(_beyond("", start, descending=backwards, key="object_id"))
            part = part.filter(~Exists(others))
            ordered = part.order_by("-pk" if backwards else "pk")
            found += [Position(1, None, pk) for pk in ordered.values_list("pk", flat=True)[:wanted]]
        if len(found) == limit:
            break
    return found


def _page_at(
    rows: "QuerySet[Any]", places: Sequence[Position], has_more: bool, columns: Sequence[str] | None
) -> KeysetPage:
    """The rows at these places; without those that went while they were looked for."""
    if not places:
        return KeysetPage([], has_more=False)
    wanted = rows.filter(pk__in=[place.pk for place in places])
    found: dict[UUID, Any] = (
        {row.pk: row for row in wanted}
        if columns is None
        else {row[-1]: row for row in wanted.values_list(*columns, "id")}
    )
    shown = [found[place.pk] for place in places if place.pk in found]
    return KeysetPage(shown, has_more, places[0], places[-1])


def _beyond(column: str, beside: Position, *, descending: bool, key: str = "id") -> "Q | Func":
    """The rows after a position: a comparison of rows, with which PostgreSQL enters the index at that very row."""
    if beside.value is None:
        return Q(**{f"{key}__lt" if descending else f"{key}__gt": beside.pk})
    stored = Func(F(column), F(key), template="(%(expressions)s)")
    given = Func(Value(beside.value), Value(beside.pk), template="(%(expressions)s)")
    sign = " < " if descending else " > "
    return Func(stored, given, template="%(expressions)s", arg_joiner=sign, output_field=BooleanField())


def _position(row: Any, column: str) -> Position:
    if isinstance(row, tuple):
        return Position(*row[-3:])
    return Position(row.segment, getattr(row, column), row.pk)
