"""The pages of lists: what they can be sorted by, the parameters that ask for one, and the one that is asked for."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from bigledger_crm.api.exceptions import ApiError
from bigledger_crm.api.responses import Pagination
from bigledger_crm.filtering import keyset
from bigledger_crm.filtering.counting import exact_count
from bigledger_crm.filtering.keyset import Cursor, InvalidCursor, KeysetOrder, Position, read_cursor, write_cursor

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
PAGING_PARAMETERS = frozenset({"sort", "order", "limit", "cursor"})
_UNBOUND = PAGING_PARAMETERS | {"expand"}


@dataclass(frozen=True)
class Sort:
    """A column to sort by: `parse` reads its value back from a cursor; NULLs come last in both orders.

    `ranks` gives, for the company's day, the conditions of the ranks in ascending order; each row fulfils one of them.
    `values` are the rows of another table that the column is of, as a `KeysetOrder` has them.
    """

    column: str
    parse: Callable[[str], Any]
    nullable: bool = False
    default_order: str = "asc"
    ranks: Callable[[date], Sequence[Q]] | None = None
    values: "QuerySet[Any] | None" = None

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


def by_values(values: "QuerySet[Any]", column: str, parse: Callable[[str], Any], default_order: str = "asc") -> Sort:
    """Sorts by a column of another table's rows, of which each row has one or none."""
    return Sort(column, parse, default_order=default_order, values=values)


def by_rank(ranks: Callable[[date], Sequence[Q]], day_column: str) -> Sort:
    """Sorts by a rank, and within it by a day."""
    return Sort(day_column, date.fromisoformat, ranks=ranks)


@dataclass(frozen=True)
class PageRequest:
    """Which page of which list is asked for, on which day: a list stays on the day of its first page."""

    order: KeysetOrder
    limit: int
    today: date
    after: Position | None
    total: int | None
    fingerprint: str


def paging_problems(
    parameters: Mapping[str, str], sorts: Mapping[str, Sort], unsorted: Mapping[str, str]
) -> dict[str, str]:
    """The errors of sort, order and limit, by their names.  `unsorted` says why it can't be sorted by some names."""
    problems: dict[str, str] = {}
    sort = parameters.get("sort", next(iter(sorts)))
    if sort not in sorts:
        problems["sort"] = unsorted.get(sort) or f"Must be one of: {', '.join(sorts)}"
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
    after, total = None, None
    if "cursor" in parameters:
        try:
            cursor = read_cursor(parameters["cursor"], fingerprint, sorts[name].parse)
        except InvalidCursor as error:
            raise ApiError(400, "INVALID_CURSOR", str(error)) from error
        after, total, today = cursor.position, cursor.total, date.fromisoformat(cursor.details[0])
    descending, sort = order == "desc", sorts[name]
    ordered = KeysetOrder(sort.column, descending, sort.segments(descending, today), sort.values)
    return PageRequest(ordered, _read_limit(parameters), today, after, total, fingerprint)


def fetch_page(
    rows: "QuerySet[Any]", wanted: PageRequest, columns: Sequence[str]
) -> tuple[list[tuple[Any, ...]], Pagination]:
    """One page of `columns` and, last, the id of the rows, and where it stands; counts on the first page only."""
    page = keyset.fetch_page(rows, wanted.order, wanted.limit, wanted.after, columns=columns)
    total = wanted.total
    if total is None:
        total = exact_count(rows) if page.has_more else len(page.rows)
    cursor = None
    if page.has_more and page.last is not None:
        cursor = write_cursor(Cursor(page.last, total, [wanted.today.isoformat()]), wanted.fingerprint)
    return page.rows, Pagination(has_more=page.has_more, next_cursor=cursor, limit=wanted.limit, total=total)


def _read_limit(parameters: Mapping[str, str]) -> int:
    given = parameters.get("limit", str(DEFAULT_LIMIT))
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
