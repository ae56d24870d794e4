"""Lists: what a viewset declares of one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from bigledger_crm.api.paging import PAGING_PARAMETERS, Sort
from bigledger_crm.api.responses import ApiStruct
from bigledger_crm.filtering import ListFilters

Expansion = Callable[[Collection[UUID]], Callable[[UUID], list[Any]]]


@dataclass(frozen=True)
class Listing:
    """A list of the API, for whoever answers it and whoever describes it.

    `columns` are what the row's maker takes.  `expand` fetches, by the keys of a page's rows and in one query, what
    the parameter of that name adds to them; the row declares it as `items: list[…] | UnsetType = UNSET`.  What `always`
    fetches every row has.  `unsorted` says of some names why nothing can be sorted by them.
    """

    row: type[ApiStruct]
    columns: Sequence[str]
    sorts: Mapping[str, Sort]
    default_sort: str
    filters: type[ListFilters] = ListFilters
    expand: Mapping[str, Expansion] = field(default_factory=dict)
    always: Mapping[str, Expansion] = field(default_factory=dict)
    unsorted: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> frozenset[str]:
        """The names of every parameter that the list takes."""
        own = PAGING_PARAMETERS | self.filters.base_filters.keys()
        return own | {"expand"} if self.expand else own


def read_expand(parameters: Mapping[str, str], allowed: Collection[str]) -> tuple[list[str], dict[str, str]]:
    """The kinds that `expand` names, and what is wrong with it."""
    kinds = parameters["expand"].split(",") if "expand" in parameters else []
    if all(kind in allowed for kind in kinds):
        return list(dict.fromkeys(kinds)), {}
    return [], {"expand": f"Must be one or more of: {', '.join(allowed)}"}
