"""Filters of lists, shared by the API and the pages: strict about what they are given, and aware of the company."""

from bigledger_crm.filtering.filters import (
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    DerivedFilter,
    ListFilter,
    MomentFilter,
    NumberFilter,
    ObjectFilter,
    OwnerFilter,
    SearchFilter,
    TagsFilter,
    TextFilter,
)
from bigledger_crm.filtering.filterset import RANGE_ENDS, ListFilters

__all__ = [
    "RANGE_ENDS",
    "BooleanFilter",
    "ChoiceFilter",
    "DayFilter",
    "DerivedFilter",
    "ListFilter",
    "ListFilters",
    "MomentFilter",
    "NumberFilter",
    "ObjectFilter",
    "OwnerFilter",
    "SearchFilter",
    "TagsFilter",
    "TextFilter",
]
