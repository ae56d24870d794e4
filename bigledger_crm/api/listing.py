"""Lists: what one declares beside its view, and how a page of it is answered."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse

from bigledger_crm.api.errors import invalid_parameters
from bigledger_crm.api.paging import PAGING_PARAMETERS, Sort, fetch_page, paging_problems, read_page_request
from bigledger_crm.api.responses import ApiStruct, page
from bigledger_crm.filtering import ListFilters
from bigledger_crm.tenancy.models import Company

if TYPE_CHECKING:
    from django.db.models import QuerySet

Expansion = Callable[[Collection[UUID]], Callable[[UUID], list[Any]]]


@dataclass(frozen=True)
class Listing:
    """A list of the API, for whoever answers it and whoever describes it.

    `columns` are what the row's maker takes.  `expand` fetches, by the keys of a page's rows and in one query, what
    the parameter of that name adds to them; the row declares it as `items: list[…] | UnsetType = UNSET`.
    """

    row: type[ApiStruct]
    columns: Sequence[str]
    sorts: Mapping[str, Sort]
    default_sort: str
    filters: type[ListFilters] = ListFilters
    expand: Mapping[str, Expansion] = field(default_factory=dict)

    @property
    def parameters(self) -> frozenset[str]:
        """The names of every parameter that the list takes."""
        own = PAGING_PARAMETERS | self.filters.base_filters.keys()
        return own | {"expand"} if self.expand else own

    def answer(
        self,
        rows: "QuerySet[Any]",
        make: Callable[..., Any],
        parameters: Mapping[str, str],
        problems: Mapping[str, str],
        company: Company,
        path: str,
    ) -> HttpResponse:
        """The page of `rows` that known `parameters` ask for, made by `make`; `problems` are those found so far.

        Raises ApiError 400 with every problem at once, or INVALID_CURSOR; NotFound for an object that isn't there.
        """
        filters = self.filters(parameters, rows, company=company)
        kinds, expand_problems = read_expand(parameters, self.expand)
        found = {**problems, **filters.problems(), **paging_problems(parameters, self.sorts), **expand_problems}
        if found:
            raise invalid_parameters(found)
        wanted = read_page_request(parameters, self.sorts, self.default_sort, f"{company.pk} {path}", filters.today)
        filters.today = wanted.today
        values, pagination = fetch_page(filters.qs, wanted, self.columns)
        made = [make(*row[:-1]) for row in values]
        for kind in kinds:
            parts = self.expand[kind]([row[-1] for row in values])
            for row, shown in zip(values, made, strict=True):
                setattr(shown, kind, parts(row[-1]))
        return page(made, pagination)


def read_expand(parameters: Mapping[str, str], allowed: Collection[str]) -> tuple[list[str], dict[str, str]]:
    """The kinds that `expand` names, and what is wrong with it."""
    kinds = parameters["expand"].split(",") if "expand" in parameters else []
    if all(kind in allowed for kind in kinds):
        return list(dict.fromkeys(kinds)), {}
    return [], {"expand": f"Must be one or more of: {', '.join(allowed)}"}
