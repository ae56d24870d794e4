"""Forms of custom fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.inputs import CustomFieldInput
from bigledger_crm.custom_fields.models import CustomField
from bigledger_crm.custom_fields.pages.labels import FIELD_TYPES, ROLES
from bigledger_crm.custom_fields.pages.values import value_field
from bigledger_crm.registry import fielded_kinds
from bigledger_crm.web.form_fields import NameField

_OF_TYPE = {"choices": ("choice", "choices"), "decimals": ("number",), "is_unique": ("text", "number", "date", "link")}


class _CustomFieldForm(forms.Form):
    """What can be changed of a field."""

    label = NameField(label=gettext_lazy("Label"))
    choices = forms.CharField(
        label=gettext_lazy("Choices"),
        required=False,
        help_text=gettext_lazy("One on each line, for fields that are chosen from."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    decimals = forms.IntegerField(
        label=gettext_lazy("Decimals"), required=False, help_text=gettext_lazy("Of numbers, up to 6.")
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"), required=False, help_text=gettext_lazy("Fields are shown in this order.")
    )
    is_required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    is_unique = forms.BooleanField(
        label=gettext_lazy("Unique"),
        required=False,
        help_text=gettext_lazy("No two may have the same: for texts, numbers, dates and links."),
    )

    show_on_paper = forms.BooleanField(
        label=gettext_lazy("Show on PDFs"),
        required=False,
        help_text=gettext_lazy("Of quotes, orders and invoices. An issued invoice keeps what its PDF shows."),
    )
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Visible to"),
        required=False,
        choices=[(role, label) for role, label in ROLES.items() if role != "owner"],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Owners always see it. Everyone does if nothing is ticked."),
    )

    def inputs(self) -> CustomFieldInput:
        """What the services take, of the fields that could be read."""
        values: dict[str, Any] = dict(self.cleaned_data)
        if "choices" in values:
            values["choices"] = [line.strip() for line in values["choices"].splitlines() if line.strip()]
        for name in ("decimals", "position"):
            if name in values:
                values[name] = values[name] or 0
        return CustomFieldInput(**values)


class NewCustomFieldForm(_CustomFieldForm):
    """A new field."""

    object_type = forms.ChoiceField(label=gettext_lazy("For"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=list(FIELD_TYPES.items()))
    key = forms.CharField(
        label=gettext_lazy("Key"),
        required=False,
        help_text=gettext_lazy("The name in the API. Leave empty to make it from the label."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    field_order = ["object_type", "label", "type", "key"]

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        kinds: Any = self.fields["object_type"]
        kinds.choices = [(kind.name, kind.label) for kind in fielded_kinds]


class CustomFieldForm(_CustomFieldForm):
    """A field that there is, with its default."""

    def __init__(self, data: Any = None, *, stored: CustomField, currency: str) -> None:
        """Only with what its type has."""
        names = ("label", "decimals", "position", "is_required", "is_unique", "default_value", "show_on_paper", "roles")
        initial = {name: getattr(stored, name) for name in names} | {"choices": "\n".join(stored.choices)}
        super().__init__(data, initial=initial)
        for name, types in _OF_TYPE.items():
            if stored.type not in types:
                del self.fields[name]
        if not fielded_kinds[stored.object_type].is_printed:
            del self.fields["show_on_paper"]
        default = value_field(stored.as_field(currency), currency, stored.default_value, is_required=False)
        default.label = gettext_lazy("Default")
        default.help_text = gettext_lazy("What new ones have until something else is entered.")
        self.fields["default_value"] = default
