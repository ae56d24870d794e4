"""Narrowing the rows of a list by its query parameters."""

from typing import TYPE_CHECKING, Any

from django_filters.rest_framework import DjangoFilterBackend

from bigledger_crm.api.exceptions import ApiError, invalid_parameters
from bigledger_crm.api.parameters import read_parameters
from bigledger_crm.kernel import clock

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ListFilterBackend(DjangoFilterBackend):
    """django-filter's backend for the ListFilters of a view's `listing`."""

    def filter_queryset(self, request: Any, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        """The rows that the parameters leave.

        Raises ApiError 400 with every problem at once, the paginator's included, or INVALID_CURSOR; NotFound for an
        object that isn't there.
        """
        listing = view.present_listing()
        parameters, problems = read_parameters(request, listing.parameters)
        company = request.user.company
        paging_problems = view.paginator.problems(parameters, listing)
        today, bad_cursor = clock.today(company.time_zone), None
        if not paging_problems:
            try:
                today = view.paginator.begin(request, parameters, listing, today)
            except ApiError as error:
                bad_cursor = error
        filters = listing.filters(parameters, queryset, company=company, today=today)
        if problems := {**problems, **filters.problems(), **paging_problems}:
            raise invalid_parameters(problems)
        if bad_cursor is not None:  # what is wrong with a parameter is said first
            raise bad_cursor
        found: QuerySet[Any] = filters.qs
        return found
