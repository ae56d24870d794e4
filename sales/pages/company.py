"""The company's settings: what its documents say of it, with a look at the top of an invoice."""

from base64 import b64encode
from functools import cache
from typing import Any
from zoneinfo import available_timezones

import pycountry
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.documents import storage
from bigledger_crm.documents.formatting import company_lines, contact_lines
from bigledger_crm.documents.logos import MAX_BYTES
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.numbering.queries import has_numbered_documents
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import ADDRESS_PARTS, LongSelect, NameField, address_fields, with_scheme
from bigledger_crm.web.form_views import ServiceFormView
from bigledger_crm.web.views import CompanyView
from customers.pages.currencies import currency_choices
from sales.inputs import CompanyInput
from sales.services import check_company, update_company

_PLAIN = (
    "name",
    "legal_name",
    "registration_number",
    "tax_number",
    "email",
    "phone",
    "website",
    "bank_details",
    "country",
    "currency",
    "time_zone",
    "language",
)
_ADDRESS = [part for part in ADDRESS_PARTS if part != "country"]
GROUPS = (
    (gettext_lazy("Company"), ("name", "legal_name", "registration_number", "tax_number", "logo", "no_logo")),
    (gettext_lazy("Address and contact"), (*(f"address_{part}" for part in _ADDRESS), "country")),
    ("", ("email", "phone", "website")),
    (gettext_lazy("Payment"), ("bank_details",)),
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
    tax_number = forms.CharField(
        label=gettext_lazy("Tax number"),
        required=False,
        help_text=gettext_lazy("Your SST, GST or VAT number, as it must stand on invoices."),
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
        initial = {name: getattr(company, name) for name in _PLAIN} | {"phone": formatting.phone(company.phone)}
        initial |= {f"address_{part}": company.address.get(_json_name(part), "") for part in _ADDRESS}
        super().__init__(data, files, initial=initial)
        fields = address_fields("address")
        self.fields.update({name: field for name, field in fields.items() if name != "address_country"})
        zones = self.fields["time_zone"]
        if company.time_zone not in dict(time_zone_choices()):  # an old name of a zone, which goes on being one
            zones.choices = [(company.time_zone, company.time_zone), *time_zone_choices()]  # type: ignore[attr-defined]
        if has_numbered_documents():
            self.fields["currency"].disabled = True
            self.fields["currency"].help_text = _(
                "Fixed: there are documents already, and their exchange rates refer to this currency."
            )

    def clean_website(self) -> str:
        """The address, with https:// where none was typed."""
        return with_scheme(self.cleaned_data["website"])

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings."""
        return [(heading, [self[name] for name in names]) for heading, names in GROUPS]

    def make_input(self) -> CompanyInput:
        """What the service takes, of the fields that could be read."""
        values = {name: self.cleaned_data[name] for name in _PLAIN if name in self.cleaned_data}
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


class _CompanyPage(CompanyView):
    resource = "settings"
    verb = "manage"
    partials = {"paper": "sales/company_paper.html"}

    def paper(self, form: CompanyForm) -> dict[str, Any]:
        """The top of an invoice as it will be printed, of what was typed as far as that can be taken."""
        company = self.actor.company
        stored = {name: getattr(company, name) for name in (*_PLAIN, "address")}
        typed: dict[str, Any] = {}
        wrong: set[object] = set()
        if form.is_bound and form.errors is not None:
            country = form.cleaned_data.get("country", company.country)
            typed, errors = check_company(form.make_input(), country=country)
            wrong = {error.path[0] for error in errors}
        facts = {**stored, **{name: value for name, value in typed.items() if name not in wrong}}
        language = facts["language"]
        return {
            "facts": facts,
            "language": language,
            "contact": contact_lines(facts, language),
            "lines": company_lines(facts, language),
            "letterhead": company.letterhead,
            "footer": company.footer,
            "logo": f"data:image/png;base64,{b64encode(storage.read(company.logo)).decode()}" if company.logo else "",
        }


class CompanyUpdateView(_CompanyPage, ServiceFormView):
    """The form, with the top of an invoice beside it."""

    template = "sales/company.html"

    def make_form(self, data: Any = None) -> CompanyForm:
        """What is stored."""
        return CompanyForm(data, self.request.FILES if data is not None else None, company=self.actor.company)

    def also_wrong(self, form: CompanyForm) -> list[FieldError]:
        """By the rules."""
        country = form.cleaned_data.get("country", self.actor.company.country)
        return check_company(form.make_input(), country=country)[1]

    def save(self, form: CompanyForm) -> str:
        """Back to the form."""
        update_company(self.actor, form.make_input(), logo=form.logo_content())
        self.done(_("Changes saved. Documents already issued keep what they say."))
        return reverse("sales:company")

    def show(self, form: CompanyForm, *, status: int = 200) -> HttpResponse:
        """The page, with the invoice of what is in the form."""
        self.shown = form
        return super().show(form, status=status)

    def get_context(self) -> dict[str, Any]:
        """Texts, and the paper."""
        return {
            "title": _("Company"),
            "submit": _("Save"),
            "paper": self.paper(self.shown),
            "has_logo": bool(self.actor.company.logo),
        }


class CompanyPreviewView(_CompanyPage):
    """The top of an invoice as the form stands; nothing is saved."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """The paper."""
        form = CompanyForm(request.POST, company=self.actor.company)
        return self.page("sales/company_paper.html", paper=self.paper(form))
