"""Keyset paging: a page begins after the last row's (sort value, id), so page 1,000 costs what page 1 costs.

A sort is a walk through segments, each ordered by (column, id): one for a plain column, a second one for the rows
without a value, or one per rank where the order is that of a life (draft, sent, …) and not of the alphabet.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.responses import Pagination

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
PAGING_PARAMETERS = frozenset({"sort", "order", "limit", "cursor"})
_UNBOUND = PAGING_PARAMETERS | {"expand"}
CURSOR_SALT = "bigledger.cursor"


@dataclass(frozen=True)
class Sort:
    """A column to sort by: `parse` reads its value back from a cursor; NULLs come last in both orders.

    `ranks` gives, for the company's day, the conditions of the ranks in ascending order; each row fulfils one of them.
    """

    column: str
    parse: Callable[[str], Any]
    nullable: bool = False
    default_order: str = "asc"
    ranks: Callable[[date], Sequence[Q]] | None = None

    def segments(self, descending: bool, today: date) -> Sequence[Q]:
        """The conditions of the segments, in the order in which they are walked."""
        if self.ranks is not None:
            ranks = self.ranks(today)
            return ranks[::-1] if descending else ranks
        if self.nullable:
            return [Q(**{f"{self.column}__isnull": empty}) for empty in (False, True)]
        return [Q()]


def by_text(column: str) -> Sort:
    """Sorts by a text column."""
    return Sort(column, str)


def by_day(column: str, *, nullable: bool = False) -> Sort:
    """Sorts by a day, newest first unless asked otherwise."""
    return Sort(column, date.fromisoformat, nullable, "desc")


def by_time(column: str) -> Sort:
    """Sorts by a moment, newest first unless asked otherwise."""
    return Sort(column, datetime.fromisoformat, False, "desc")


def by_number(column: str) -> Sort:
    """Sorts by an amount."""
    return Sort(column, Decimal)


def by_rank(ranks: Callable[[date], Sequence[Q]], day_column: str) -> Sort:
    """Sorts by a rank, and within it by a day."""
    return Sort(day_column, date.fromisoformat, ranks=ranks)


@dataclass(frozen=True)
class Place:
    """The row that a page begins after: its segment, its sort value and its id."""

    segment: int
    value: Any
    pk: UUID


@dataclass(frozen=True)
class PageRequest:
    """Which page of which list is asked for, on which day: a list stays on the day of its first page."""

    sort: Sort
    descending: bool
    limit: int
    today: date
    after: Place | None
    total: int | None
    fingerprint: str


def paging_problems(parameters: Mapping[str, str], sorts: Mapping[str, Sort]) -> dict[str, str]:
    """What is wrong with sort, order and limit, by their names."""
    problems: dict[str, str] = {}
    if parameters.get("sort", next(iter(sorts))) not in sorts:
        problems["sort"] = f"Must be one of: {', '.join(sorts)}"
    if parameters.get("order", "asc") not in ("asc", "desc"):
        problems["order"] = "Must be one of: asc, desc"
    if not 1 <= _read_limit(parameters) <= MAX_LIMIT:
        problems["limit"] = f"Must be a whole number from 1 to {MAX_LIMIT}"
    return problems


def read_page_request(
    parameters: Mapping[str, str], sorts: Mapping[str, Sort], default_sort: str, scope: str, today: date
) -> PageRequest:
    """Reads parameters without `paging_problems`, those of filters included, to which a cursor is bound.

    `scope` names company and endpoint, to which it is bound too.  Raises ApiError 400 INVALID_CURSOR.
    """
    name = parameters.get("sort", default_sort)
    order = parameters.get("order", sorts[name].default_order)
    bound = sorted((key, value) for key, value in parameters.items() if key not in _UNBOUND)
    fingerprint = hashlib.sha256(repr((scope, name, order, bound)).encode()).hexdigest()[:32]
    after, total, day = None, None, today
    if "cursor" in parameters:
        after, total, day = _read_cursor(parameters["cursor"], sorts[name], fingerprint)
    return PageRequest(sorts[name], order == "desc", _read_limit(parameters), day, after, total, fingerprint)


def fetch_page(
    rows: "QuerySet[Any]", wanted: PageRequest, columns: Sequence[str]
) -> tuple[list[tuple[Any, ...]], Pagination]:
    """One page of `columns` and, last, the id of the rows, and where it stands; counts on the first page only."""
    found = _rows_after(rows, wanted, columns)
    has_more = len(found) > wanted.limit
    page = found[: wanted.limit]
    total = wanted.total
    if total is None:
        total = rows.count() if has_more else len(page)
    cursor = None
    if has_more:
        segment, value, pk = page[-1][-3:]
        last = None if value is None else written(value)
        day = wanted.today.isoformat()
        cursor = signing.dumps([segment, last, pk.hex, total, day, wanted.fingerprint], salt=CURSOR_SALT)
    return [(*row[:-3], row[-1]) for row in page], Pagination(
        has_more=has_more, next_cursor=cursor, limit=wanted.limit, total=total
    )


def _rows_after(rows: "QuerySet[Any]", wanted: PageRequest, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a page and one more, in one query: of each segment that is left no more than the page can hold.

    Within a segment a plain index on (company, …, column, id) serves both orders, which NULLS LAST or a CASE in
    ORDER BY would not let it.
    """
    column, count = wanted.sort.column, wanted.limit + 1
    order = [f"-{column}", "-id"] if wanted.descending else [column, "id"]
    parts = []
    for number, condition in enumerate(wanted.sort.segments(wanted.descending, wanted.today)):
        if wanted.after is not None and number < wanted.after.segment:
            continue
        part = rows.filter(condition)
        if wanted.after is not None and number == wanted.after.segment:
            part = part.filter(_beyond(wanted, wanted.after))
        numbered = part.annotate(segment=Value(number)).order_by(*order)
        parts.append(numbered.values_list(*columns, "segment", column, "id")[:count])
    if len(parts) == 1:
        return list(parts[0])
    return list(parts[0].union(*parts[1:], all=True).order_by("segment", *order)[:count])


def _read_limit(parameters: Mapping[str, str]) -> int:
    given = parameters.get("limit", str(DEFAULT_LIMIT))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0


def written(value: Any) -> str:
    """A sort value as a cursor carries it."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_cursor(cursor: str, sort: Sort, fingerprint: str) -> tuple[Place, int, date]:
    try:
        segment, value, pk, total, day, bound = signing.loads(cursor, salt=CURSOR_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise ApiError(400, "INVALID_CURSOR", "The cursor is not valid") from error
    if bound != fingerprint:
        raise ApiError(400, "INVALID_CURSOR", "The cursor belongs to another list, filter or sort")
    place = Place(segment, None if value is None else sort.parse(value), UUID(hex=pk))
    return place, total, date.fromisoformat(day)


def _beyond(wanted: PageRequest, after: Place) -> "Q | Func":
    """The rows after a place: a comparison of rows, with which PostgreSQL enters the index at that very row."""
    if after.value is None:
        return Q(**{"id__lt" if wanted.descending else "id__gt": after.pk})
    stored = Func(F(wanted.sort.column), F("id"), template="(%(expressions)s)")
    last = Func(Value(after.value), Value(after.pk), template="(%(expressions)s)")
    return Func(
        stored,
        last,
        template="%(expressions)s",
        arg_joiner=" < " if wanted.descending else " > ",
        output_field=BooleanField(),
    )
