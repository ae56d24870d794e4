"""Forms about customers.  They read what was typed; the services decide whether it is right."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from msgspec import UNSET

from bigledger_crm.custom_fields.pages.values import add_value_fields, typed_values, value_fields
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.languages import LANGUAGES
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_fields import (
    ADDRESS_PARTS,
    LongSelect,
    NameField,
    NumberField,
    address_fields,
    address_initial,
    address_of,
    with_scheme,
)
from bigledger_crm.web.owners import OwnerField, may_change_owner, owner_choice
from customers.inputs import CustomerInput
from customers.models import Customer
from customers.pages.currencies import currency_choices
from customers.rules import TAX_IDENTITY, clean_customer

TYPES = {"business": _("Business"), "individual": _("Individual")}
IDENTIFICATIONS = {
    "brn": _("Business registration (SSM)"),
    "nric": _("Identity card (NRIC)"),
    "passport": _("Passport"),
    "army": _("Army or police number"),
}
EINVOICE_PREFERENCES = {
    "individual": _("Their own e-invoices"),
    "consolidated": _("In the consolidated e-invoice"),
}
# What LHDN said of the TIN and the number.
TIN_CHECKS = {
    "matches": _("LHDN knows this TIN with this number"),
    "differs": _("LHDN doesn’t know this TIN with this number"),
    "unknown": _("LHDN couldn’t check this TIN with this number"),
}
STATUSES = {"active": _("Active"), "inactive": _("Inactive"), "blocked": _("Blocked")}
ADDRESSES = {
    "address": _("Address"),
    "billing_address": _("Billing address, if different"),
    "shipping_address": _("Shipping address, if different"),
}
_PLAIN = (
    "name",
    "type",
    "status",
    "email",
    "phone",
    "website",
    "tax_number",
    "tin",
    "identification_type",
    "identification_number",
    "is_government",
    "einvoice_preference",
    "currency",
    "payment_terms",
    "credit_limit",
    "reminders_enabled",
    "language",
)


class CustomerForm(forms.Form):
    """Everything about a customer but the contacts."""

    name = NameField(label=_("Name"))
    type = forms.ChoiceField(label=_("Type"), choices=list(TYPES.items()))
    email = forms.CharField(label=_("Email"), required=False, widget=forms.TextInput(attrs={"inputmode": "email"}))
    phone = forms.CharField(label=_("Phone"), required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    website = forms.CharField(label=_("Website"), required=False)
    tax_number = forms.CharField(label=_("Tax number"), required=False)
    tin = forms.CharField(label=_("Tax identification number (TIN)"), required=False)
    identification_type = forms.ChoiceField(
        label=_("Identification"), required=False, choices=[("", _("None")), *IDENTIFICATIONS.items()]
    )
    identification_number = forms.CharField(label=_("Identification number"), required=False)
    einvoice_preference = forms.ChoiceField(
        label=_("E-invoices"),
        required=False,
        choices=list(EINVOICE_PREFERENCES.items()),
        help_text=_("Consumers who ask for none of their own are reported together."),
    )
    is_government = forms.BooleanField(label=_("Government or authority"), required=False)
    currency = forms.ChoiceField(label=_("Currency"), widget=LongSelect)
    payment_terms = forms.IntegerField(label=_("Payment terms"), help_text=_("Days until an invoice is due."))
    credit_limit = NumberField(label=_("Credit limit"), required=False, help_text=_("Leave empty for no limit."))
    status = forms.ChoiceField(label=_("Status"), choices=list(STATUSES.items()))
    owner_id = OwnerField(required=False, help_text=_("Open documents of the same owner follow."))
    language = forms.ChoiceField(
        label=_("Email language"),
        required=False,
        choices=[("", _("Same as company")), *LANGUAGES.items()],
    )
    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separate with commas."))
    reminders_enabled = forms.BooleanField(
        label=_("Send payment reminders"),
        required=False,
        help_text=_("For unpaid invoices, and for quotes before they expire."),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any], currencies: Sequence[str]) -> None:
        """`currencies` stand before all others."""
        super().__init__(data, initial=initial)
        self.fields["currency"].choices = currency_choices(currencies)  # type: ignore[attr-defined]  # of ChoiceField
        for name, note in (("email", _("or phone")), ("phone", _("or email"))):
            self.fields[name].note = note  # type: ignore[attr-defined]  # in place of "optional"
        for prefix in ADDRESSES:
            self.fields.update(address_fields(prefix))

    def offer_owners(self, actor: Actor) -> None:
        """Members to choose from, for who may choose an owner."""
        owner: Any = self.fields["owner_id"]
        if may_change_owner(actor):
            owner.offer_members()
        else:
            del self.fields["owner_id"]

    def offer_identification(self, country: str) -> None:
        """In Malaysia, whose e-invoices say it, and where something is stored; how e-invoices are made only there."""
        if country != "MY":
            stored = any(self.initial.get(name) for name in TAX_IDENTITY)
            for name in ("einvoice_preference", "is_government", *(() if stored else TAX_IDENTITY)):
                del self.fields[name]

    def offer_custom_fields(self, declared: DeclaredFields, stored: dict[str, Any] | None, currency: str) -> None:
        """Those of the company, with amounts in its `currency`; `stored` is what the customer has, None for none."""
        self.stored_fields = stored
        add_value_fields(self, declared, stored, currency)

    def custom_fields(self) -> list[forms.BoundField]:
        """The fields of the company's own."""
        return value_fields(self)

    def keep_blocked(self) -> None:
        """Offers no other status to who may not unblock the customer."""
        status = forms.ChoiceField(label=_("Status"), choices=[("blocked", STATUSES["blocked"])])
        status.help_text = _("Finance can unblock the customer.")
        self.fields["status"] = status

    def main_fields(self) -> list[forms.BoundField]:
        """The fields that aren't part of an address."""
        return [self[name] for name in self.base_fields if name in self.fields]

    def clean_website(self) -> str:
        """The address, with https:// where none was typed."""
        return with_scheme(self.cleaned_data["website"])

    def address_groups(self) -> list[tuple[Text, Sequence[forms.BoundField], bool]]:
        """Each address: its heading, its fields, and whether to show them at once."""
        groups: list[tuple[Text, Sequence[forms.BoundField], bool]] = []
        for prefix, heading in ADDRESSES.items():
            fields = [self[f"{prefix}_{part}"] for part in ADDRESS_PARTS]
            is_open = prefix == "address" or any(field.value() or field.errors for field in fields)
            groups.append((heading, fields, is_open))
        return groups

    def also_wrong(self, company: Company) -> list[FieldError]:
        """What the rules refuse of the fields that could be read, addresses apart."""
        readable = CustomerInput(**{name: value for name, value in self._plain().items() if name != "owner_id"})
        _, errors = clean_customer(readable, stored=None, default_currency=company.currency, country=company.country)
        return errors

    def customer_input(self) -> CustomerInput:
        """What the customer services take."""
        values = self.cleaned_data
        addresses: dict[str, Any] = {prefix: address_of(values, prefix) for prefix in ADDRESSES}
        tags = [tag.strip() for tag in values["tags"].split(",") if tag.strip()]
        own = typed_values(self, self.stored_fields)
        return CustomerInput(**self._plain(), **addresses, tags=tags, custom_fields=own)

    def _plain(self) -> dict[str, Any]:
        """What was typed, without what wasn't asked."""
        values = {name: value for name, value in self.cleaned_data.items() if name in (*_PLAIN, "owner_id")}
        return values | {"einvoice_preference": values.get("einvoice_preference") or UNSET}


def customer_initial(customer: Customer) -> dict[str, Any]:
    """What the form shows of a stored customer."""
    initial = {name: getattr(customer, name) for name in _PLAIN} | {"tags": ", ".join(customer.tags)}
    initial["owner_id"] = owner_choice(customer.owner_id)
    initial["phone"] = formatting.phone(customer.phone)
    for prefix in ADDRESSES:
        initial |= address_initial(getattr(customer, prefix), prefix)
    return initial
