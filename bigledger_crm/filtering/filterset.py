"""The filters of one list."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.forms import Form
from django_filters import FilterSet

from bigledger_crm.filtering.filters import ListFilter
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.tenancy.models import Company

if TYPE_CHECKING:
    from django.db.models import QuerySet

# How the names of the two filters end that narrow by a range.
RANGE_ENDS = (("From", "To"), ("After", "Before"), ("Min", "Max"))


class ListFilters(FilterSet):
    """The filters of a list, declared as ListFilters by their name in Python; parameters are named in camelCase.

        class ItemFilters(ListFilters):
            search = SearchFilter(about="Part of the code or name")
            is_active = BooleanFilter("is_active", about="Whether the item is active")

    `today` is the company's day, for what changes with it.
    """

    base_filters: ClassVar[dict[str, ListFilter]]
    form_classes: ClassVar[dict[type, type[Form]]] = {}

    def __init__(
        self, given: Mapping[str, str], rows: "QuerySet[Any]", *, company: Company, today: date | None = None
    ) -> None:
        super().__init__(dict(given), queryset=rows)
        self.time_zone = company.time_zone
        self.today = today or clock.today(company.time_zone)

    @classmethod
    def get_filters(cls) -> dict[str, ListFilter]:
        """The filters by their parameter's name."""
        declared: dict[str, ListFilter] = super().get_filters()  # type: ignore[no-untyped-call]
        return {camel_case(name): one for name, one in declared.items()}

    def get_form_class(self) -> type[Form]:
        """The form with the fields of the filters: a class, made once."""
        kind = type(self)
        if kind not in self.form_classes:
            self.form_classes[kind] = super().get_form_class()  # type: ignore[no-untyped-call]
        return self.form_classes[kind]

    def problems(self) -> dict[str, str]:
        """The errors of the parameters, by their names."""
        problems = {name: str(errors[0]) for name, errors in self.errors.items()}
        given = self.form.cleaned_data.items()
        limits = {name: self.filters[name].limit(value) for name, value in given if value is not None}
        for low, high in RANGE_ENDS:
            for first in [name for name in limits if name.endswith(low)]:
                last = first.removesuffix(low) + high
                if last in limits and limits[last] < limits[first]:
                    problems[last] = f"Must not be {'below' if low == 'Min' else 'before'} {first}"
        return problems
