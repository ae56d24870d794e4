"""Forms of the admin for companies, items and tax codes."""

from datetime import date
from typing import Any

from django import forms

from bigledger_crm.kernel import text
from bigledger_crm.kernel.email_address import is_email_address
from bigledger_crm.tenancy.admin_base import InlineFormSet, ModelForm
from bigledger_crm.tenancy.models import NUMBERED_KINDS, Company
from bigledger_crm.tenancy.rules import check_settings
from customers.rules import clean_address
from sales.catalogue_inputs import TaxCodeInput, TaxRateInput
from sales.models import TaxCode


class CompanyForm(ModelForm):
    """A company's settings."""

    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = Company
        exclude = [f"{kind}_number_pattern" for kind in NUMBERED_KINDS]  # a page of settings, which knows the numbers

    def clean(self) -> dict[str, Any]:
        """Refuses currencies, countries and time zones that don't exist."""
        values = super().clean() or self.cleaned_data
        given: dict[str, object] = {
            name: values[name] for name in ("currency", "country", "time_zone") if name in values
        }
        for error in check_settings(given):
            self.add_error(str(error.path[0]), error.message)
        for name in ("name", "legal_name", "registration_number", "tax_number", "phone"):
            if name in values:
                values[name] = text.clean_line(values[name])
        if "name" in values and not values["name"] and "name" not in self.errors:
            self.add_error("name", "Enter a name")
        if values.get("email") and not is_email_address(values["email"]):
            self.add_error("email", "Enter a valid email address.")
        address = values.get("address") or {}
        try:
            values["address"] = (clean_address(address) if isinstance(address, dict) else None) or {}
        except ValueError as error:
            self.add_error("address", str(error))
        if not isinstance(address, dict):
            self.add_error("address", "An object with street, city, postalCode, state and country")
        return values


class ItemForm(ModelForm):
    """An item.  The admin adds the fields inside a company's scope: the tax codes to choose from are the company's."""

    def clean(self) -> dict[str, Any]:
        """The texts as the services keep them."""
        values = super().clean() or self.cleaned_data
        for name in ("item_code", "name", "unit"):
            if name in values:
                values[name] = text.clean_line(values[name])
        return values


class NewTaxCodeForm(ModelForm):
    """A tax code with its first rate."""

    rate = forms.DecimalField(min_value=0, max_value=100, max_digits=7, decimal_places=4, label="Rate in percent")
    valid_from = forms.DateField(
        required=False, help_text="Leave blank for no start date. Add later rates after saving."
    )

    class Meta:
        model = TaxCode
        fields = ["company", "code", "name", "is_active"]

    def tax_code_input(self) -> TaxCodeInput:
        """What `create_tax_code` takes."""
        values = self.cleaned_data
        rate = TaxRateInput(rate=values["rate"], valid_from=values["valid_from"] or date.min)
        return TaxCodeInput(code=values["code"], name=values["name"], is_active=values["is_active"], rates=[rate])


class RateFormSet(InlineFormSet):
    """The rates of a tax code."""

    def clean(self) -> None:
        """Refuses two rates from the same day, and none at all."""
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data.get("valid_from")]
        days = [values["valid_from"] for values in kept if not values.get("DELETE")]
        if len(set(days)) < len(days):
            raise forms.ValidationError("Two rates start on the same date")
        if not days and not any(form.errors for form in self.forms):
            raise forms.ValidationError("A rate is required")
