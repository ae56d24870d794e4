"""What people narrow a list by: fields for its filters, and what the given ones say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.filtering import (
    RANGE_ENDS,
    BooleanFilter,
    ChoiceFilter,
    DayFilter,
    ListFilter,
    MomentFilter,
    NumberFilter,
)
from bigledger_crm.kernel.money import plain_number
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import DayField
from bigledger_crm.web.numbers import number_problem, read_number, writes_decimal_comma


@dataclass(frozen=True)
class Picker:
    """How an object is picked: who finds it by a typed text or its id, and the name of the URL that offers some.

    `find` returns its public id and label, None when there is none; it raises ValidationError when several are meant.
    """

    find: Callable[[str], tuple[str, str] | None]
    options: str = ""


@dataclass(frozen=True)
class FilterField:
    """A filter that the page of a list offers, or both ends of a range.

    `name` is the parameter of the filter; of a range, what stands before From and To, After and Before, Min and Max.
    With `is_range` the range is meant though there is a filter by the name alone.
    `words` are what people call the choices.
    """

    name: str
    label: Text
    words: Mapping[str, Text] = field(default_factory=dict)
    picker: Picker | None = None
    is_range: bool = False


@dataclass(frozen=True)
class Field:
    """A field of the filters as it is drawn."""

    name: str
    label: Text
    kind: Literal["choice", "day", "number", "text", "pick"]
    value: str = ""
    choices: Sequence[tuple[str, Text]] = ()
    options: str = ""
    error: Text = ""


@dataclass(frozen=True)
class FieldGroup:
    """The fields of one filter under its name: one, or both ends of a range."""

    label: Text
    fields: Sequence[Field]

    @property
    def is_open(self) -> bool:
        """Whether its fields are shown at once: something stands in one, or is wrong there."""
        return any(one.value or one.error for one in self.fields)


@dataclass(frozen=True)
class AppliedFilters:
    """What a list is narrowed by: values for its filters, what each says, the fields, and what is wrong with them."""

    values: Mapping[str, str]
    chips: Sequence[tuple[str, Text, Text]]
    groups: Sequence[FieldGroup]
    problems: Mapping[str, Text]

    @property
    def complaint(self) -> str:
        """What is wrong, each with the label of its filter."""
        return " ".join(
            f"{group.label}{f' {one.label}' if len(group.fields) > 1 else ''}: {one.error}."
            for group in self.groups
            for one in group.fields
            if one.error
        )

    def with_problems(self, problems: Mapping[str, Text]) -> "AppliedFilters":
        """The same with what the filters found wrong, told at the fields."""
        groups = [
            replace(group, fields=[replace(one, error=problems.get(one.name, one.error)) for one in group.fields])
            for group in self.groups
        ]
        return replace(self, groups=groups, problems=problems)


def apply_filters(
    offered: Sequence[FilterField], filters: Mapping[str, ListFilter], given: Mapping[str, str]
) -> AppliedFilters:
    """Reads the parameters of a list's page, as typed or as linked to, for the filters that it offers."""
    values: dict[str, str] = {}
    problems: dict[str, Text] = {}
    chips: list[tuple[str, Text, Text]] = []
    groups: list[FieldGroup] = []
    for one in offered:
        fields = []
        for name, end in _parameters(one, filters):
            typed = given.get(name, "").strip()
            shown = typed
            if typed:
                try:
                    values[name], shown, says = _read(one, filters[name], typed)
                    chips.append((name, " ".join(filter(None, [str(one.label), end])), says))
                except ValidationError as error:
                    problems[name] = error.messages[0]
            fields.append(_field(one, name, filters[name], end or one.label, shown, problems.get(name, "")))
        groups.append(FieldGroup(one.label, fields))
    return AppliedFilters(values, chips, groups, problems)


def _parameters(one: FilterField, filters: Mapping[str, ListFilter]) -> list[tuple[str, str]]:
    """Its parameters, each with the word for its end of a range."""
    if one.name in filters and not one.is_range:
        return [(one.name, "")]
    for low, high in RANGE_ENDS:
        if one.name + low in filters:
            words = (_("from"), _("to"))
            return [(one.name + low, words[0]), (one.name + high, words[1])]
    raise LookupError(f"No filter is called {one.name}")


def _read(one: FilterField, of: ListFilter, typed: str) -> tuple[str, str, Text]:
    """The value for the filter, what stands in the field, and what it says.  Raises ValidationError."""
    if one.picker is not None:
        found = None if "\0" in typed else one.picker.find(typed)  # the database takes no NUL
        if found is None:
            raise ValidationError(_("No match for this name or number"))
        return found[0], found[1], found[1]
    if isinstance(of, NumberFilter):
        number = read_number(typed, decimal_comma=writes_decimal_comma())
        if number is None:
            raise ValidationError(number_problem(typed))
        return plain_number(number), typed, formatting.number(number)
    if isinstance(of, DayFilter | MomentFilter):
        return _read_day(of, typed)
    if one.words and typed not in one.words:
        raise ValidationError(_("Choose one from the list"))
    return typed, typed, one.words.get(typed, typed)


def _read_day(of: ListFilter, typed: str) -> tuple[str, str, str]:
    """A day in the words of people, or a moment as the API takes them."""
    try:
        meant = of.read(typed)
    except ValueError:
        meant = DayField().clean(typed)
    exact = meant.isoformat()
    return exact, exact, formatting.day(meant)


def _field(one: FilterField, name: str, of: ListFilter, label: Text, shown: str, error: Text) -> Field:
    if one.picker is not None:
        offers = reverse(one.picker.options) if one.picker.options else ""
        return Field(name, label, "pick", shown, options=offers, error=error)
    if isinstance(of, BooleanFilter | ChoiceFilter):
        return Field(name, label, "choice", shown, [("", _("Any")), *one.words.items()], error=error)
    if isinstance(of, DayFilter | MomentFilter):
        return Field(name, label, "day", shown, error=error)
    return Field(name, label, "number" if isinstance(of, NumberFilter) else "text", shown, error=error)
