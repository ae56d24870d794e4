"""The forms of tax codes and their dated rates."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import DayField, NameField, NumberField
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.models import TaxCode, TaxRate

TAX_TYPES = {
    "01": gettext_lazy("Sales tax"),
    "02": gettext_lazy("Service tax"),
    "03": gettext_lazy("Tourism tax"),
    "04": gettext_lazy("High-value goods tax"),
    "05": gettext_lazy("Sales tax on low-value goods"),
    "06": gettext_lazy("Not applicable"),
    "E": gettext_lazy("Exempt"),
}


class _TypeFields(forms.Form):
    """What LHDN's e-invoices say of the tax, in Malaysia."""

    tax_type = forms.ChoiceField(
        label=gettext_lazy("Tax type on e-invoices"),
        required=False,
        choices=[("", gettext_lazy("None")), *((key, f"{key} {label}") for key, label in TAX_TYPES.items())],
    )
    exemption_reason = forms.CharField(
        label=gettext_lazy("Reason for the exemption"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Printed on e-invoices, such as the number of the exemption order."),
    )

    def offer_types(self, country: str) -> None:
        """Only where they are known."""
        if country != "MY":
            del self.fields["tax_type"], self.fields["exemption_reason"]

    def typed(self) -> dict[str, Any]:
        """What is said of the type, where it is asked for."""
        return {name: self.cleaned_data[name] for name in _TypeFields.base_fields if name in self.cleaned_data}


class NewTaxCodeForm(_TypeFields):
    """A tax code with its first rate."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=20,
        help_text=gettext_lazy("Printed on documents, such as SST."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    name = NameField(label=gettext_lazy("Name"), max_length=100)
    rate = NumberField(label=gettext_lazy("Rate"), affix="%")
    valid_from = DayField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Leave empty if it always applied.")
    )

    field_order = ["code", "name", "rate", "valid_from"]

    def __init__(self, data: Any = None, *, country: str) -> None:
        super().__init__(data)
        self.offer_types(country)

    def inputs(self) -> TaxCodeInput:
        """What the service takes."""
        values = self.cleaned_data
        first = TaxRateInput(rate=values["rate"], valid_from=values["valid_from"] or date.min)
        return TaxCodeInput(code=values["code"], name=values["name"], rates=[first], **self.typed())


class TaxCodeForm(_TypeFields):
    """A tax code: its name, whether it is offered, and another rate from a day on."""

    name = NameField(label=gettext_lazy("Name"), max_length=100)
    is_active = forms.BooleanField(
        label=gettext_lazy("Active"),
        required=False,
        help_text=gettext_lazy("An inactive code is no longer offered; items and documents keep it."),
    )
    rate = NumberField(label=gettext_lazy("New rate"), affix="%", required=False)
    valid_from = DayField(label=gettext_lazy("From"), required=False)

    field_order = ["name", "is_active", "tax_type", "exemption_reason", "rate", "valid_from"]

    def __init__(
        self, data: Any = None, *, stored: TaxCode, rates: Sequence[TaxRate], today: date, country: str
    ) -> None:
        """With a check box for each rate that begins later, to remove it."""
        names = ("name", "is_active", "tax_type", "exemption_reason")
        super().__init__(data, initial={name: getattr(stored, name) for name in names})
        self.offer_types(country)
        self.rates = rates
        later = [(rate.valid_from.isoformat(), rate_text(rate)) for rate in rates if rate.valid_from > today]
        if later:
            self.fields["removed"] = forms.MultipleChoiceField(
                label=_("Remove rates that begin later"),
                required=False,
                choices=later,
                widget=forms.CheckboxSelectMultiple,
            )

    def clean(self) -> dict[str, Any]:
        """A new rate and its day go together."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name, other in (("rate", "valid_from"), ("valid_from", "rate")):
            is_right = name not in self.errors and other not in self.errors
            if is_right and values.get(name) is None and values.get(other) is not None:
                self.add_error(name, _("Enter the rate and its first day"))
        return values

    def inputs(self) -> TaxCodeInput:
        """What the service takes."""
        values = self.cleaned_data
        removed = set(values.get("removed", ()))
        kept = {rate.valid_from: rate.rate for rate in self.rates if rate.valid_from.isoformat() not in removed}
        if values["rate"] is not None:
            kept[values["valid_from"]] = values["rate"]
        dated = [TaxRateInput(rate=rate, valid_from=day) for day, rate in sorted(kept.items())]
        return TaxCodeInput(name=values["name"], is_active=values["is_active"], rates=dated, **self.typed())


def rate_text(rate: TaxRate) -> str:
    if rate.valid_from == date.min:
        return formatting.percent(rate.rate)
    return _("%(rate)s from %(day)s") % {"rate": formatting.percent(rate.rate), "day": formatting.day(rate.valid_from)}
