"""The form of what a company says of itself."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

import pycountry
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.documents.logos import MAX_BYTES
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.rules import REGISTRATIONS
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import ADDRESS_PARTS, LongSelect, NameField, address_fields, with_scheme
from customers.pages.currencies import currency_choices
from sales.inputs import CompanyInput
from sales.queries import has_documents

_ACTIVITY = ("msic_code", "business_activity")
PLAIN = (
    "name",
    "legal_name",
    *REGISTRATIONS,
    *_ACTIVITY,
    "email",
    "phone",
    "website",
    "bank_details",
    "iban",
    "bic",
    "static_qr",
    "country",
    "currency",
    "time_zone",
    "language",
)
# Label and help of the registrations of a country; elsewhere the fields say what they are called anywhere.
_REGISTERED_IN = {
    "MY": {
        "registration_number": (gettext_lazy("SSM registration number"), gettext_lazy("Such as 202301234567.")),
        "tin": (gettext_lazy("Tax identification number (TIN)"), gettext_lazy("From LHDN, such as C20880050010.")),
        "tax_number": (
            gettext_lazy("SST registration number"),
            gettext_lazy("Printed on invoices. If you have two, separate them by a semicolon."),
        ),
    }
}
_ADDRESS = [part for part in ADDRESS_PARTS if part != "country"]
GROUPS = (
    (gettext_lazy("Company"), ("name", "legal_name", "logo", "no_logo")),
    (gettext_lazy("Registrations"), (*REGISTRATIONS, *_ACTIVITY)),
    (gettext_lazy("Address and contact"), (*(f"address_{part}" for part in _ADDRESS), "country")),
    ("", ("email", "phone", "website")),
    (gettext_lazy("Payment"), ("bank_details", "iban", "bic", "static_qr")),
    (gettext_lazy("Region"), ("currency", "time_zone", "language")),
)


@cache
def country_choices() -> list[tuple[str, str]]:
    """Every country's code and name, by name."""
    return sorted(((one.alpha_2, one.name) for one in pycountry.countries), key=lambda pair: pair[1])


@cache  # looks through a thousand files
def time_zone_choices() -> list[tuple[str, str]]:
    """The zones of places; of those without one only UTC."""
    places = {name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))}
    return [(name, name.replace("_", " ")) for name in sorted(places | {"UTC"})]


class CompanyForm(forms.Form):
    """What a company says of itself."""

    name = NameField(label=gettext_lazy("Name"), max_length=200)
    legal_name = forms.CharField(
        label=gettext_lazy("Legal name"),
        required=False,
        help_text=gettext_lazy("If it differs from the name, such as with Sdn Bhd."),
    )
    registration_number = forms.CharField(label=gettext_lazy("Registration number"), required=False)
    tin = forms.CharField(label=gettext_lazy("Tax identification number"), required=False)
    tax_number = forms.CharField(
        label=gettext_lazy("GST or VAT number"),
        required=False,
        help_text=gettext_lazy("Printed on invoices exactly as entered."),
    )
    tourism_tax_number = forms.CharField(
        label=gettext_lazy("Tourism tax number"),
        required=False,
        help_text=gettext_lazy("Only if you provide accommodation."),
    )
    msic_code = forms.CharField(
        label=gettext_lazy("MSIC code"),
        required=False,
        help_text=gettext_lazy("The five digits of your main activity at SSM, such as 46510."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    business_activity = forms.CharField(
        label=gettext_lazy("Business activity"),
        required=False,
        help_text=gettext_lazy("As registered, such as Wholesale of computers."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB."),
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg,image/webp",
                "data-choose": gettext_lazy("Choose a file"),
                "data-none": gettext_lazy("No file chosen"),
            }
        ),
    )
    no_logo = forms.BooleanField(label=gettext_lazy("Remove the logo"), required=False)
    country = forms.ChoiceField(label=gettext_lazy("Country"), choices=country_choices, widget=LongSelect)
    email = forms.CharField(
        label=gettext_lazy("Email"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    website = forms.CharField(label=gettext_lazy("Website"), required=False)
    bank_details = forms.CharField(
        label=gettext_lazy("Bank details"),
        required=False,
        help_text=gettext_lazy("Printed on invoices: bank, account name, account number, SWIFT code."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        required=False,
        help_text=gettext_lazy("Invoices in euros get a QR code that pays to it."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    bic = forms.CharField(
        label=gettext_lazy("BIC (SWIFT code)"), required=False, widget=forms.TextInput(attrs={"spellcheck": "false"})
    )
    static_qr = forms.CharField(
        label=gettext_lazy("Text of your DuitNow QR code"),
        required=False,
        help_text=gettext_lazy(
            "Read your bank\u2019s static QR code with any QR reader and paste its text, which begins with 000201. "
            "Invoices in its currency get a QR code with their amount and payment reference."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"),
        choices=lambda: currency_choices([]),
        widget=LongSelect,
        help_text=gettext_lazy("Reports and item prices are in it. It is fixed by the first document."),
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=time_zone_choices,
        widget=LongSelect,
        help_text=gettext_lazy("When a day begins and an invoice becomes overdue."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=list(LANGUAGES.items()),
        help_text=gettext_lazy("For documents and emails to customers without a language of their own."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, company: Company) -> None:
        """With what is stored."""
        initial = {name: getattr(company, name) for name in PLAIN} | {"phone": formatting.phone(company.phone)}
        initial |= {f"address_{part}": company.address.get(_json_name(part), "") for part in _ADDRESS}
        super().__init__(data, files, initial=initial)
        fields = address_fields("address")
        self.fields.update({name: field for name, field in fields.items() if name != "address_country"})
        self._name_registrations((data or {}).get("country") or company.country, company)
        zones = self.fields["time_zone"]
        if company.time_zone not in dict(time_zone_choices()):  # an old name of a zone, which goes on being one
            zones.choices = [(company.time_zone, company.time_zone), *time_zone_choices()]  # type: ignore[attr-defined]
        if has_documents():
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _(
                "Fixed: there are documents already, and their exchange rates refer to this currency."
            )

    def _name_registrations(self, country: str, company: Company) -> None:
        """As the country names them; a tourism tax and MSIC codes are things of Malaysia's."""
        for name, (label, help_text) in _REGISTERED_IN.get(country, {}).items():
            self.fields[name].label, self.fields[name].help_text = label, help_text
        if "MY" not in (country, company.country):
            for name in ("tourism_tax_number", *_ACTIVITY):
                if not getattr(company, name):
                    del self.fields[name]

    def clean_website(self) -> str:
        """The address, with https:// where none was typed."""
        return with_scheme(self.cleaned_data["website"])

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in GROUPS]

    def make_input(self) -> CompanyInput:
        """What the service takes, of the fields that could be read."""
        values = {name: self.cleaned_data[name] for name in PLAIN if name in self.cleaned_data}
        address = {_json_name(part): self.cleaned_data.get(f"address_{part}", "") for part in _ADDRESS}
        filled = {name: value for name, value in address.items() if value}
        if filled and "country" in values:
            filled["country"] = values["country"]
        return CompanyInput(**values, address=filled)

    def logo_content(self) -> bytes | None:
        """The new logo, b"" to remove the old one, None to keep it."""
        if self.cleaned_data["no_logo"]:
            return b""
        upload = self.cleaned_data["logo"]
        return upload.read(MAX_BYTES + 1) if upload else None


def _json_name(part: str) -> str:
    return "postalCode" if part == "postal_code" else part
