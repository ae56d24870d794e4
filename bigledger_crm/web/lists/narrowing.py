"""The filters and the order of a list page."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from django.http import Http404

from bigledger_crm.filtering import ListFilters
from bigledger_crm.filtering.keyset import KeysetOrder
from bigledger_crm.web.lists.filter_panel import AppliedFilters, FilterField, apply_filters
from bigledger_crm.web.lists.whole_list import WholeListMixin


class NarrowedMixin(WholeListMixin):
    """What a list page is narrowed and sorted by.

    `narrow_by` are the filters of `filters` that people are offered.  `sorts` maps a sort's name to a column without
    NULLs; `default_sort` may begin with a minus.
    """

    sorts: ClassVar[dict[str, str]]
    default_sort: ClassVar[str]
    filters: ClassVar[type[ListFilters]] = ListFilters
    narrow_by: ClassVar[Sequence[FilterField]] = ()

    def all_filters(self) -> type[ListFilters]:
        """The filters, with what a company has of its own."""
        return self.filters

    def offered_filters(self) -> Sequence[FilterField]:
        """Those that people are offered, with what a company has of its own."""
        return self.narrow_by

    @cached_property
    def narrowed(self) -> AppliedFilters:
        """The filters as the URL has them."""
        return apply_filters(self.offered_filters(), self.all_filters().base_filters, self.request.GET.dict())

    @cached_property
    def sort(self) -> str:
        """The sort's name, with a minus when it descends."""
        return self.request.GET.get("sort") or self.default_sort

    @cached_property
    def order(self) -> KeysetOrder:
        """How the list is sorted."""
        order = self.order_of(self.sort)
        if order is None:
            raise Http404("No such sorting")
        return order

    def order_of(self, sort: str) -> KeysetOrder | None:
        """The order that a sort means, None for nothing."""
        column = self.sorts.get(sort.removeprefix("-"))
        return None if column is None else KeysetOrder(column, sort.startswith("-"))
