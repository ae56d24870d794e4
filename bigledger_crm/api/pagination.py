"""Pages of lists, by cursor."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from bigledger_crm.api.listing import Listing, read_expand
from bigledger_crm.api.paging import PageRequest, fetch_page, paging_problems, read_page_request
from bigledger_crm.api.responses import Page, Pagination


class KeysetPagination(BasePagination):
    """A page begins after the last row of the page before; `api.paging` says how."""

    wanted: PageRequest
    listing: Listing
    expand: Sequence[str]
    pagination: Pagination

    def problems(self, parameters: Mapping[str, str], listing: Listing) -> dict[str, str]:
        """The errors of sort, order, limit and expand."""
        paging = paging_problems(parameters, listing.sorts, listing.unsorted)
        return {**paging, **read_expand(parameters, listing.expand)[1]}

    def begin(self, request: Any, parameters: Mapping[str, str], listing: Listing, today: date) -> date:
        """Reads parameters without problems; returns the list's day, that of its first page.

        Raises ApiError 400 INVALID_CURSOR.
        """
        scope = f"{request.user.company.pk} {request.path}"
        self.listing = listing
        self.expand = read_expand(parameters, listing.expand)[0]
        self.wanted = read_page_request(parameters, listing.sorts, listing.default_sort, scope, today)
        return self.wanted.today

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        """The listing's columns of the page's rows, each with the row's key at its end."""
        rows, self.pagination = fetch_page(queryset, self.wanted, self.listing.columns)
        return rows

    def objects(self, rows: Sequence[tuple[Any, ...]], make: Callable[..., Any]) -> list[Any]:
        """The objects of a page's rows as `make` makes them of the columns, with the parts that `expand` names."""
        made = [make(*row[:-1]) for row in rows]
        wanted = {**self.listing.always, **{kind: self.listing.expand[kind] for kind in self.expand}}
        for kind, fetch in wanted.items():
            parts = fetch([row[-1] for row in rows])
            for row, shown in zip(rows, made, strict=True):
                setattr(shown, kind, parts(row[-1]))
        return made

    def get_paginated_response(self, data: Any) -> Response:
        """The page in the envelope."""
        return Response(Page(data, self.pagination))
