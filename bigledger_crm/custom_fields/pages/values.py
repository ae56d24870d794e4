"""The values of custom fields on the pages of objects: in forms, and shown."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from bigledger_crm.custom_fields.rules import DeclaredFields, Field, is_empty, value_fits
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.models import User
from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField
from bigledger_crm.web.form_fields import DayField, NumberField, with_scheme
from bigledger_crm.web.owners import member_label, members

_PREFIX = "custom_fields_"
NOBODY = UUID(int=0)


class LinkField(forms.CharField):
    """An address on the web, with https:// where none was typed."""

    widget = forms.TextInput(attrs={"inputmode": "url"})

    def to_python(self, value: Any) -> str:
        """The address."""
        return with_scheme(super().to_python(value) or "")


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or nothing."""

    def __init__(self, **options: Any) -> None:
        choices = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
        super().__init__(choices=choices, coerce=lambda value: value == "yes", empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        """The choice of a stored value."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class DateValueField(DayField):
    """A day that is stored as in JSON."""

    def clean(self, value: Any) -> str | None:
        """As it is stored."""
        day = super().clean(value)
        return day.isoformat() if day else None

    def prepare_value(self, value: Any) -> Any:
        """A stored day as one; anything else stays as it was typed."""
        return _day(value) or super().prepare_value(value)


def value_field(field: Field, currency: str, stored: Any = None, *, is_required: bool | None = None) -> forms.Field:
    """The form field of a custom field; choices that there are no more are offered to who has them."""
    options: dict[str, Any] = {
        "label": field.label,
        "required": field.is_required if is_required is None else is_required,
    }
    had = stored if isinstance(stored, list) else [stored]
    gone = [(one, one) for one in had if isinstance(one, str) and one not in field.choices and one]
    match field.type:
        case "number":
            return NumberField(**options)
        case "money":
            return NumberField(affix=currency, **options)
        case "date":
            return DateValueField(**options)
        case "yes_no":
            return YesNoField(**options)
        case "choice":
            choices = [("", "—"), *((one, one) for one in field.choices), *gone]
            return forms.ChoiceField(choices=choices, **options)
        case "choices":
            choices = [*((one, one) for one in field.choices), *gone]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
        case "person":
            people = [(one.public_id, member_label(one)) for one in members()]
            former = [(one, _("Former member")) for one, _label in gone if one not in dict(people)]
            return forms.ChoiceField(choices=[("", "—"), *people, *former], **options)
        case "link":
            return LinkField(**options)
    return forms.CharField(**options)


def add_value_fields(
    form: forms.Form, declared: DeclaredFields, stored: Mapping[str, Any] | None, currency: str
) -> None:
    """Gives a form a field for each custom field, with what the object has or, for a new one, the defaults.

    What a form begins with already, such as what was typed before, stays.
    """
    for field in declared.present:
        value = field.default_value if stored is None else stored.get(field.key)
        name = f"{_PREFIX}{field.key}"
        form.fields[name] = value_field(field, currency, value)
        form.initial.setdefault(name, value if not isinstance(value, dict) else json.dumps(value))


def is_value_field(name: str) -> bool:
    """Whether a field of a form is that of a custom field."""
    return name.startswith(_PREFIX)


def value_fields(form: forms.Form) -> list[forms.BoundField]:
    """Those of a form."""
    return [form[name] for name in form.fields if is_value_field(name)]


def typed_values(form: forms.Form, stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """All custom fields of an object: what was typed, and what it has besides."""
    typed = {name.removeprefix(_PREFIX): value for name, value in form.cleaned_data.items() if is_value_field(name)}
    return {**(stored or {}), **typed}


def value_details(
    declared: DeclaredFields, values: Mapping[str, Any], currency: str, people: Mapping[str, str] | None = None
) -> Sequence[DetailField]:
    """The custom fields of an object for its page; `people` as in `shown_value`."""
    return [
        DetailField(
            field.label,
            shown_value(field, values[field.key], currency, people),
            href=values[field.key] if value_fits(field, values[field.key]) and field.type == "link" else "",
        )
        for field in declared.present
        if not is_empty(values.get(field.key))
    ]


def people_of_company() -> dict[str, str]:
    """The names of the members of the company in scope by their public ids."""
    return {one.public_id: str(one) for one in members()}


def shown_value(field: Field, value: Any, currency: str, people: Mapping[str, str] | None = None) -> str:
    """A value for people to read; one that isn't right for its field as it is.

    `people` are the names of members by their ids, for who shows many values.
    """
    if not value_fits(field, value):
        return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    match field.type:
        case "number":
            return formatting.with_sign(formatting.number(value))
        case "money":
            return formatting.amount_with_currency(Decimal(value), currency)
        case "date":
            return formatting.day(_day(value))
        case "yes_no":
            return _("Yes") if value else _("No")
        case "choices":
            return ", ".join(value)
        case "person" if people is not None and value in people:
            return people[value]
        case "person":
            person = User.objects.filter(pk=ids.decode(User.PREFIX, value) or NOBODY).first()
            return str(person) if person else value
    return str(value)


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
