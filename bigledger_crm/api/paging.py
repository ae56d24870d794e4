"""Keyset paging: a page begins after the last row's (sort value, id), so page 1,000 costs what page 1 costs."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import BooleanField, F, Func, QuerySet, Value

from bigledger_crm.api.errors import ApiError, invalid_parameters
from bigledger_crm.api.responses import Pagination

DEFAULT_LIMIT = 50
MAX_LIMIT = 100
PAGING_PARAMETERS = frozenset({"sort", "order", "limit", "cursor"})
_SALT = "bigledger.cursor"


@dataclass(frozen=True)
class Sort:
    """A column to sort by: `parse` reads its value back from a cursor; NULLs come last in both orders."""

    column: str
    parse: Callable[[str], Any]
    nullable: bool = False
    default_order: str = "asc"


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


@dataclass(frozen=True)
class PageRequest:
    """Which page of which list is asked for."""

    sort: Sort
    descending: bool
    limit: int
    after: tuple[Any, UUID] | None
    total: int | None
    fingerprint: str


def read_page_request(
    parameters: Mapping[str, str], sorts: Mapping[str, Sort], default_sort: str, scope: str
) -> PageRequest:
    """Reads sort, order, limit and cursor.  `scope` names company and endpoint, to which a cursor is bound.

    Raises ApiError 400: INVALID_PARAMETERS naming each, or INVALID_CURSOR.
    """
    problems: dict[str, str] = {}
    name = parameters.get("sort", default_sort)
    if name not in sorts:
        problems["sort"] = f"Must be one of: {', '.join(sorts)}"
    order = parameters.get("order", sorts[name].default_order if name in sorts else "asc")
    if order not in ("asc", "desc"):
        problems["order"] = "Must be one of: asc, desc"
    given = parameters.get("limit", str(DEFAULT_LIMIT))
    limit = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
    if not 1 <= limit <= MAX_LIMIT:
        problems["limit"] = f"Must be a whole number from 1 to {MAX_LIMIT}"
    if problems:
        raise invalid_parameters(problems)
    bound = sorted((key, value) for key, value in parameters.items() if key not in PAGING_PARAMETERS)
    fingerprint = hashlib.sha256(repr((scope, name, order, bound)).encode()).hexdigest()[:32]
    after, total = _read_cursor(parameters.get("cursor"), sorts[name], fingerprint)
    return PageRequest(sorts[name], order == "desc", limit, after, total, fingerprint)


def fetch_page(
    rows: "QuerySet[Any]", wanted: PageRequest, columns: Sequence[str]
) -> tuple[list[tuple[Any, ...]], Pagination]:
    """One page of `columns` of the rows, and where it stands; counts the total on the first page only."""
    found = _rows_after(rows, wanted, [*columns, wanted.sort.column, "id"])
    has_more = len(found) > wanted.limit
    page = found[: wanted.limit]
    total = wanted.total
    if total is None:
        total = rows.count() if has_more else len(page)
    cursor = None
    if has_more:
        value, pk = page[-1][-2:]
        cursor = signing.dumps(
            [None if value is None else _written(value), pk.hex, total, wanted.fingerprint], salt=_SALT
        )
    return [row[:-2] for row in page], Pagination(
        has_more=has_more, next_cursor=cursor, limit=wanted.limit, total=total
    )


def _rows_after(rows: "QuerySet[Any]", wanted: PageRequest, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """The rows of a page and one more.  Those without a sort value come last, by a query of their own.

    Either way one plain index on (company, column, id) serves both orders, which NULLS LAST would not let it.
    """
    column, count = wanted.sort.column, wanted.limit + 1
    value, pk = wanted.after or (None, None)
    ordered = rows.order_by(f"-{column}", "-id") if wanted.descending else rows.order_by(column, "id")
    valued = ordered.filter(**{f"{column}__isnull": False}) if wanted.sort.nullable else ordered
    found: list[tuple[Any, ...]] = []
    if pk is None or value is not None:
        beyond = valued if pk is None else valued.filter(_beyond(wanted, value, pk))
        found = list(beyond.values_list(*columns)[:count])
    if wanted.sort.nullable and len(found) < count:
        empty = ordered.filter(**{f"{column}__isnull": True})
        if pk is not None and value is None:
            empty = empty.filter(**{"id__lt" if wanted.descending else "id__gt": pk})
        found += empty.values_list(*columns)[: count - len(found)]
    return found


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _read_cursor(cursor: str | None, sort: Sort, fingerprint: str) -> tuple[tuple[Any, UUID] | None, int | None]:
    if cursor is None:
        return None, None
    try:
        value, pk, total, bound = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise ApiError(400, "INVALID_CURSOR", "The cursor is not valid") from error
    if bound != fingerprint:
        raise ApiError(400, "INVALID_CURSOR", "The cursor belongs to another list, filter or sort")
    return (None if value is None else sort.parse(value), UUID(hex=pk)), total


def _beyond(wanted: PageRequest, value: Any, pk: UUID) -> Func:
    """The rows after (value, pk): a comparison of rows, with which PostgreSQL enters the index at that very row."""
    stored = Func(F(wanted.sort.column), F("id"), template="(%(expressions)s)")
    last = Func(Value(value), Value(pk), template="(%(expressions)s)")
    return Func(
        stored,
        last,
        template="%(expressions)s",
        arg_joiner=" < " if wanted.descending else " > ",
        output_field=BooleanField(),
    )
