"""Narrowing the rows of a list by its query parameters."""

from typing import TYPE_CHECKING, Any

from django_filters.rest_framework import DjangoFilterBackend

from bigledger_crm.api.exceptions import invalid_parameters
from bigledger_crm.api.parameters import read_parameters

if TYPE_CHECKING:
    from django.db.models import QuerySet


class ListFilterBackend(DjangoFilterBackend):
    """django-filter's backend for the ListFilters of a view's `listing`."""

    def filter_queryset(self, request: Any, queryset: "QuerySet[Any]", view: Any) -> "QuerySet[Any]":
        """The rows that the parameters leave.

        Raises ApiError 400 with every problem at once, the paginator's included, or INVALID_CURSOR; NotFound for an
        object that isn't there.
        """
        parameters, problems = read_parameters(request, view.listing.parameters)
        filters = view.listing.filters(parameters, queryset, company=request.user.company)
        problems |= {**filters.problems(), **view.paginator.problems(parameters, view.listing)}
        if problems:
            raise invalid_parameters(problems)
        filters.today = view.paginator.begin(request, parameters, view.listing, filters.today)
        found: QuerySet[Any] = filters.qs
        return found
