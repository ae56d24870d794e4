"""The filters of a list page."""

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

from bigledger_crm.filtering import ListFilters
from bigledger_crm.web.lists.filter_panel import AppliedFilters, FilterField, apply_filters
from bigledger_crm.web.lists.whole_list import WholeListMixin


class NarrowedMixin(WholeListMixin):
    """What a list page is narrowed by: `narrow_by` are the filters of `filters` that people are offered."""

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
