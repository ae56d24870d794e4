"""Pages of a list by keyset: every page costs what the first one costs, however long the list is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import Http404

PAGE_SIZE = 50
# Chips count no further: what matters is none, a few, or many.
CEILING = 1000
_SALT = "bigledger_crm.pages.lists"


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


@dataclass(frozen=True)
class _Cursor:
    """The row beside which a page begins, and where that row stands."""

    value: Any
    pk: str
    total: int
    place: int
    backwards: bool


def slice_of(queryset: QuerySet[Any], column: str, sort: str, cursor: str) -> ListSlice:
    """The page that a cursor leads to, the first one for "".  `sort` has a minus where `column` descends.

    Raises Http404 for a cursor that isn't of this list and sort.
    """
    if not cursor:
        return _first(queryset, column, sort)
    beside = _read(queryset.model, column, sort, cursor)
    descends = sort.startswith("-") != beside.backwards
    direction = "lt" if descends else "gt"
    beyond = Q(**{f"{column}__{direction}": beside.value}) | Q(**{f"pk__{direction}": beside.pk})
    narrowed = queryset.filter(beyond, **{f"{column}__{direction}e": beside.value})
    rows = _ordered(narrowed, column, descends)
    is_end = len(rows) <= PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if not rows:
        return _first(queryset, column, sort)
    if beside.backwards:
        if is_end:
            return _first(queryset, column, sort)
        rows.reverse()
    first = max(beside.place - len(rows), 1) if beside.backwards else beside.place + 1
    page = ListSlice(rows, beside.total, first)
    return _with_neighbours(page, column, sort, has_next=beside.backwards or not is_end)


def _salt(model: type[Model]) -> str:
    """A cursor of one list leads nowhere in another."""
    return f"{_SALT}.{model._meta.label_lower}"


def _first(queryset: QuerySet[Any], column: str, sort: str) -> ListSlice:
    rows = _ordered(queryset, column, sort.startswith("-"))
    total = len(rows) if len(rows) <= PAGE_SIZE else queryset.count()
    page = ListSlice(rows[:PAGE_SIZE], total)
    return _with_neighbours(page, column, sort, has_next=len(rows) > PAGE_SIZE)


def _ordered(queryset: QuerySet[Any], column: str, descends: bool) -> list[Any]:
    minus = "-" if descends else ""
    return list(queryset.order_by(f"{minus}{column}", f"{minus}pk")[: PAGE_SIZE + 1])


def _with_neighbours(page: ListSlice, column: str, sort: str, *, has_next: bool) -> ListSlice:
    def cursor(row: Any, place: int, backwards: bool) -> str:
        value = row._meta.get_field(column).value_to_string(row)
        return signing.dumps([sort, value, str(row.pk), page.total, place, backwards], salt=_salt(type(row)))

    before = cursor(page.rows[0], page.first, True) if page.first > 1 else ""
    after = cursor(page.rows[-1], page.last, False) if has_next else ""
    return ListSlice(page.rows, page.total, page.first, before, after)


def _read(model: type[Model], column: str, sort: str, cursor: str) -> _Cursor:
    try:
        of_sort, value, pk, total, place, backwards = signing.loads(cursor, salt=_salt(model))
    except (signing.BadSignature, ValueError) as error:
        raise Http404("No such page") from error
    if of_sort != sort:
        raise Http404("No such page")
    field: Any = model._meta.get_field(column)
    return _Cursor(field.to_python(value), pk, total, place, backwards)


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
