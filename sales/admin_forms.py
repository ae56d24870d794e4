"""Forms of the admin for companies."""

from typing import Any

from bigledger_crm.kernel import text
from bigledger_crm.tenancy.admin_base import ModelForm
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import check_settings


class NewCompanyForm(ModelForm):
    """A company that is opened: its owner tells the rest."""

    class Meta:
        model = Company
        fields = ["name", "currency", "country", "time_zone", "language", "paper_size"]

    def clean(self) -> dict[str, Any]:
        """Refuses currencies, countries and time zones that don't exist."""
        values = super().clean() or self.cleaned_data
        given: dict[str, object] = {
            name: values[name] for name in ("currency", "country", "time_zone") if name in values
        }
        for error in check_settings(given):
            self.add_error(str(error.path[0]), error.message)
        if "name" in values:
            values["name"] = text.clean_line(values["name"])
            if not values["name"]:
                self.add_error("name", "Enter a name")
        return values


class CompanyForm(ModelForm):
    """What an operator demands of a company."""

    class Meta:
        model = Company
        fields = ["requires_second_factor"]
