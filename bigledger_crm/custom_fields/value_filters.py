"""Filters of lists by custom fields: `customFields.industry`, and for numbers and days both ends of a range."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, Value
from django.db.models.functions import Left, Lower

from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.rules import MAX_TEXT, DeclaredFields, Field
from bigledger_crm.filtering import (
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    ListFilter,
    ListFilters,
    NumberFilter,
    TextFilter,
)
from bigledger_crm.filtering.parameters import read_text
from bigledger_crm.tenancy.models import Company

PARAMETER = "customFields."


_read_text = partial(read_text, most=MAX_TEXT)


def _having(field: UUID, **condition: Any) -> Q:
    """The objects with a value in a field."""
    return Q(pk__in=CustomFieldValue.objects.filter(field=field, **condition).values("object_id"))


class _OfField(ListFilter):
    """A filter by the rows of a field's values in place of a column."""

    field_id: UUID

    def of(self, field: Field) -> "_OfField":
        """The same for a field."""
        self.field_id = field.id
        return self

    def condition(self, value: Any) -> Q:
        """The objects with such a value."""
        return _having(self.field_id, **{f"{self.field_name}__{self.lookup_expr}": self.told(value)})

    def told(self, value: Any) -> Any:
        """The value as the rows have it."""
        return Left(Lower(Value(value)), MAX_TEXT)


class FieldTextFilter(_OfField, TextFilter):
    """Equal to a text, whatever its case."""


class FieldChoiceFilter(_OfField, ChoiceFilter):
    """One of the choices, whatever its case; of several it is enough."""

    def read(self, text: str) -> str:
        """The choice."""
        return super().read(next((one for one in self.choices if one.casefold() == text.casefold()), text))


class FieldBooleanFilter(_OfField, BooleanFilter):
    """Yes, or no."""

    def told(self, value: bool) -> int:
        """1 for yes."""
        return int(value)


class FieldNumberFilter(_OfField, NumberFilter):
    """A number, or what limits it."""

    def told(self, value: Any) -> Any:
        """As it is."""
        return value


class FieldDayFilter(_OfField, DayFilter):
    """A day, or what limits it."""

    def told(self, value: date) -> str:
        """As the rows have days."""
        return value.isoformat()


def _about(field: Field, words: str = "") -> str:
    return f"{words} {field.label}".strip()


def _numbers(field: Field, name: str) -> dict[str, ListFilter]:
    return {
        f"{name}Min": FieldNumberFilter("number", about=_about(field, "Least"), lookup="gte").of(field),
        f"{name}Max": FieldNumberFilter("number", about=_about(field, "Greatest"), lookup="lte").of(field),
        name: FieldNumberFilter("number", about=_about(field)).of(field),
    }


def _days(field: Field, name: str) -> dict[str, ListFilter]:
    return {
        f"{name}From": FieldDayFilter("text", about=_about(field, "First"), lookup="gte").of(field),
        f"{name}To": FieldDayFilter("text", about=_about(field, "Last"), lookup="lte").of(field),
        name: FieldDayFilter("text", about=_about(field)).of(field),
    }


def _choices(field: Field, name: str) -> dict[str, ListFilter]:
    return {name: FieldChoiceFilter("text", field.choices, about=_about(field)).of(field)}


def _texts(field: Field, name: str) -> dict[str, ListFilter]:
    return {name: FieldTextFilter("text", about=_about(field), check=_read_text).of(field)}


def _yes_no(field: Field, name: str) -> dict[str, ListFilter]:
    return {name: FieldBooleanFilter("number", about=_about(field)).of(field)}


_BY_TYPE: Mapping[str, Callable[[Field, str], dict[str, ListFilter]]] = {
    "number": _numbers,
    "money": _numbers,
    "date": _days,
    "yes_no": _yes_no,
    "choice": _choices,
    "choices": _choices,
}


def filters_of(fields: Sequence[Field]) -> dict[str, ListFilter]:
    """The filters by fields, by their parameters; a field's own name goes before an end of another one's range."""
    found: dict[str, ListFilter] = {}
    for field in fields:
        name = f"{PARAMETER}{field.key}"
        for parameter, one in _BY_TYPE.get(field.type, _texts)(field, name).items():
            if parameter == name or parameter not in found:
                found[parameter] = one
    return found


_KEPT = 500
_made: dict[tuple[type[ListFilters], UUID, UUID | None, str], type[ListFilters]] = {}


def filters_for(filters: type[ListFilters], company: Company, declared: DeclaredFields) -> type[ListFilters]:
    """The filters of a list with those by the custom fields of its objects; the list's own where there are none.

    They are made once in a process for each version of the company's fields, and each role that they are for.
    """
    if not declared.present:
        return filters
    key = (filters, company.pk, company.custom_fields_version, declared.role)
    if key not in _made:
        if len(_made) >= _KEPT:
            _made.clear()
        metaclass: Any = type(filters)
        made = metaclass(f"{filters.__name__}OfCompany", (filters,), {"__doc__": filters.__doc__})
        made.base_filters = {**filters.base_filters, **filters_of(declared.present)}
        made.form_classes = {}  # which goes with it
        _made[key] = made
    return _made[key]
