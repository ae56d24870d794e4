"""Form fields and inputs: numbers, days, email addresses, postal addresses."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pycountry
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from bigledger_crm.kernel import clock, days
from bigledger_crm.kernel.money import plain_number
from bigledger_crm.kernel.text import camel_case, clean_line
from bigledger_crm.web.numbers import means_currency, number_problem, read_number, split_money, writes_decimal_comma

_BARE_HOST = re.compile(r"[^\W_](?:[\w-]*\.)+[^\W\d_]{2,}(?::\d{1,5})?(?:[/?#]\S*)?")
ADDRESS_PARTS = {
    "street": _("Street"),
    "street2": _("Address line 2"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "state": _("State"),
    "country": _("Country"),
}


class NameField(forms.CharField):
    """A name, without what can't be seen: nothing but that is no name."""

    default_error_messages = {"required": _("Enter a name")}

    def to_python(self, value: Any) -> str:
        """The name as it is stored."""
        return clean_line(super().to_python(value) or "")


class NumberField(forms.Field):
    """An exact number, as `read_number` reads it.  Nothing is rounded."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, affix: str = "", **options: Any) -> None:
        """`affix` stands in the field: a currency, `%`, `days`."""
        super().__init__(**options)
        self.affix = affix

    def to_python(self, value: object) -> Decimal | None:
        """The number that was typed; None for nothing."""
        text = str(value).strip() if value is not None else ""
        if not text:
            return None
        text = self._without_affix(text)
        number = read_number(text, decimal_comma=writes_decimal_comma())
        if number is None:
            raise ValidationError(number_problem(text))
        return number

    def _without_affix(self, text: str) -> str:
        """What stands beside the field may be typed with the number, but nothing else."""
        bare, written = split_money(text.removesuffix("%") if self.affix == "%" else text)
        return bare if not written or means_currency(written, self.affix) else text

    def prepare_value(self, value: Any) -> Any:
        """A stored number without trailing zeros and exponents; what was typed stays as it is."""
        return plain_number(value) if isinstance(value, Decimal) else value


class DayInput(forms.DateInput):
    """A date field of the browser's own; `static/js/day-field.js` lets a person at a keyboard type days as DayField.

    What is no day can't stand in a date field, so it is shown in a field of text.
    """

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"data-day": "", "autocomplete": "off"}, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The field as it is drawn."""
        context = super().get_context(name, value, attrs)
        if value and not isinstance(value, date):
            context["widget"]["type"] = "text"
        return context


class DayField(forms.DateField):
    """A day as `kernel.days.read_day` reads it, from the company's today; the language makes no difference.

    With `counts_from`, the name of another field of the form, `+30` counts from the day there: see `count_days_from`.
    """

    widget = DayInput
    default_error_messages = {"invalid": _("Enter a date with the day first, such as 31/12/2026 or 31 Dec 2026")}

    def __init__(self, *, counts_from: str = "", **options: Any) -> None:
        """`counts_from` is known to `static/js/day-field.js` too."""
        super().__init__(**options)
        self.counts_from = counts_from
        self.first: date | None = None
        if counts_from:
            self.widget.attrs["data-day-from"] = counts_from

    def to_python(self, value: Any) -> date | None:
        """The day that was typed; None for nothing."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not value.strip():
            return None
        day = self._read(value)
        if day is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day

    def prepare_value(self, value: Any) -> Any:
        """A day where one was typed; anything else stays as it was typed."""
        return (self._read(value) if isinstance(value, str) else None) or value

    def _read(self, text: str) -> date | None:
        return days.read_day(text, self.first or localtime(clock.now()).date())


def count_days_from(form: forms.BaseForm) -> None:
    """Lets days of a filled form count from the fields that they name, where a day stands there."""
    for field in form.fields.values():
        if isinstance(field, DayField) and field.counts_from in form.fields:
            with suppress(ValidationError):
                field.first = DayField(required=False).clean(form[field.counts_from].data)


class LongSelect(forms.Select):
    """A select of hundreds of options, drawn without a template for each of them."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The element; a choice whose label is a list is a group of choices."""
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            "{}",
            (
                [format_html('<optgroup label="{}">{}</optgroup>', key, _options(label, chosen))]
                if isinstance(label, list)
                else [_options([(key, label)], chosen)]
                for key, label in self.choices
            ),
        )
        own_attrs = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, own_attrs, options)


def _options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, mark_safe(" selected") if str(key) == chosen else "", label) for key, label in choices),
    )


def with_scheme(url: str) -> str:
    """`https://acme.com` for `acme.com`; what is no bare host, with a path or without, stays as it was typed."""
    url = url.strip()
    return f"https://{url}" if _BARE_HOST.fullmatch(url) else url


class EmailAddressesField(forms.CharField):
    """Email addresses, separated by commas, semicolons or spaces.  The service checks each."""

    def clean(self, value: Any) -> list[str]:
        """The addresses as they were typed."""
        return re.split(r"[\s,;]+", text) if (text := super().clean(value)) else []


def address_fields(prefix: str) -> dict[str, forms.CharField]:
    """The fields of a postal address, called `prefix_street` and so on."""
    fields = {f"{prefix}_{part}": forms.CharField(label=label, required=False) for part, label in ADDRESS_PARTS.items()}
    countries = sorted((country.name, country.alpha_2) for country in pycountry.countries)
    choices = [("", "—"), *((code, name) for name, code in countries)]
    fields[f"{prefix}_country"] = forms.CharField(
        label=ADDRESS_PARTS["country"], required=False, widget=LongSelect(choices=choices)
    )
    return fields


def address_of(cleaned: Mapping[str, Any], prefix: str) -> dict[str, str] | None:
    """The address in a form's cleaned data, by its names in JSON; None when at most the country is filled in."""
    filled = {camel_case(part): cleaned[f"{prefix}_{part}"] for part in ADDRESS_PARTS if cleaned[f"{prefix}_{part}"]}
    return filled if filled.keys() - {"country"} else None


def address_initial(address: Mapping[str, str] | None, prefix: str) -> dict[str, str]:
    """What `address_fields` show of a stored address."""
    return {f"{prefix}_{part}": (address or {}).get(camel_case(part), "") for part in ADDRESS_PARTS}
