"""Pages of a list by keyset: every page costs what the first one costs, however long the list is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from bigledger_crm.filtering.counting import exact_count
from bigledger_crm.filtering.keyset import (
    Cursor,
    InvalidCursor,
    KeysetOrder,
    KeysetPage,
    fetch_page,
    parser_of,
    read_cursor,
    write_cursor,
)

PAGE_SIZE = 50
# Chips count no further: what matters is none, a few, or many.
CEILING = 1000


@dataclass(frozen=True)
class ListSlice:
    """A page of a list: its rows, where the first of them stands, and the cursors of its neighbours ("" for none)."""

    rows: Sequence[Any]
    total: int
    first: int = 1
    before: str = ""
    after: str = ""

    @property
    def last(self) -> int:
        """Where the last row stands; the list may have changed since its rows were counted."""
        return self.first + len(self.rows) - 1


def slice_of(queryset: QuerySet[Any], order: KeysetOrder, sort: str, cursor: str) -> ListSlice:
    """The page that a cursor leads to, the first one for "".  `sort` is the name of the order.

    Raises Http404 for a cursor that isn't of this list and sort.
    """
    binding = f"{queryset.model._meta.label_lower} {sort}"
    if not cursor:
        return _first(queryset, order, binding)
    try:
        read = read_cursor(cursor, binding, _parser(queryset, order))
    except InvalidCursor as error:
        raise Http404("No such page") from error
    place, backwards = read.details
    page = fetch_page(queryset, order, PAGE_SIZE, read.position, backwards=backwards)
    if not page.rows or (backwards and not page.has_more):
        return _first(queryset, order, binding)
    first = max(place - len(page.rows), 1) if backwards else place + 1
    return _with_neighbours(page, binding, read.total, first, has_next=backwards or page.has_more)


def _parser(queryset: QuerySet[Any], order: KeysetOrder) -> Callable[[str], Any]:
    """What reads a value of the column: of another table, one that may have been of another type before."""
    if order.values is None:
        field: Any = queryset.model._meta.get_field(order.column)
        return field.to_python  # type: ignore[no-any-return]  # a method of any field
    return parser_of(order.values, order.column)


def _first(queryset: QuerySet[Any], order: KeysetOrder, binding: str) -> ListSlice:
    page = fetch_page(queryset, order, PAGE_SIZE)
    total = exact_count(queryset) if page.has_more else len(page.rows)
    return _with_neighbours(page, binding, total, 1, has_next=page.has_more)


def _with_neighbours(page: KeysetPage, binding: str, total: int, first: int, *, has_next: bool) -> ListSlice:
    last = first + len(page.rows) - 1
    before = after = ""
    if page.first is not None and first > 1:
        before = write_cursor(Cursor(page.first, total, [first, True]), binding)
    if page.last is not None and has_next:
        after = write_cursor(Cursor(page.last, total, [last, False]), binding)
    return ListSlice(page.rows, total, first, before, after)


def counts_of(querysets: Sequence[QuerySet[Any]]) -> list[int]:
    """How many rows each has, in one query; CEILING stands for that many and more."""
    if not querysets:
        return []
    parts: list[str] = []
    values: list[Any] = []
    for one in querysets:
        try:
            text, given = one.order_by().values("pk")[:CEILING].query.sql_with_params()
        except EmptyResultSet:  # Django knows that nothing can match
            text, given = "SELECT 1 WHERE FALSE", ()
        parts.append(f"(SELECT count(*) FROM ({text}) AS found)")  # noqa: S608 Django made it
        values += given
    with connection.cursor() as opened:
        opened.execute(f"SELECT {', '.join(parts)}", values)
        return list(opened.fetchone())
