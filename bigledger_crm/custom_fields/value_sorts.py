"""Sorting lists by custom fields: `customFields.industry`, in the order of the rows of a field's values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from bigledger_crm.custom_fields.models import CustomFieldValue
from bigledger_crm.custom_fields.rules import Field
from bigledger_crm.custom_fields.value_filters import PARAMETER
from bigledger_crm.filtering.keyset import parser_of

# The column with a field's values, by the types whose values have an order, and of which an object has one at most.
_COLUMNS: Mapping[str, str] = {
    "text": "text",
    "number": "number",
    "money": "number",
    "date": "text",
    "yes_no": "number",
    "choice": "text",
    "link": "text",
}


class ValueSort(NamedTuple):
    """The rows with a field's values in the scope, their column, what reads a value of it, and the usual order."""

    values: QuerySet[Any]
    column: str
    parse: Callable[[str], Any]
    default_order: str


def sorts_of(fields: Sequence[Field]) -> dict[str, ValueSort]:
    """How lists are sorted by fields, by the names of the sorts.  Dates begin with the newest, as others do."""
    return {f"{PARAMETER}{field.key}": _sort_by(field) for field in fields if field.type in _COLUMNS}


def unsorted_of(fields: Sequence[Field]) -> dict[str, str]:
    """Why lists can't be sorted by the other fields, by their names."""
    return {
        f"{PARAMETER}{field.key}": f"{field.label} has no order: it is of type {field.type}"
        for field in fields
        if field.type not in _COLUMNS
    }


def _sort_by(field: Field) -> ValueSort:
    column = _COLUMNS[field.type]
    values = CustomFieldValue.objects.filter(field=field.id)
    return ValueSort(values, column, parser_of(values, column), "desc" if field.type == "date" else "asc")
