"""Telling two customers that are one: a warning before a second one is made, and the page that merges them."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.values import shown_value
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import is_empty
from bigledger_crm.kernel.errors import Conflict, DomainError
from bigledger_crm.kernel.text import clean_line
from bigledger_crm.tenancy.scope import scoped_owner, whole_company
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ServiceFormView
from customers.errors import CustomersDiffer
from customers.models import Customer
from customers.pages.forms import CustomerForm
from customers.queries import customer_by_public_id, possible_duplicates
from customers.rules import clean_phone
from customers.services import merge_customers

_FACTS = {
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("Email"),
    "phone": gettext_lazy("Phone"),
    "website": gettext_lazy("Website"),
    "tax_number": gettext_lazy("Tax number"),
    "tin": gettext_lazy("TIN"),
    "currency": gettext_lazy("Currency"),
}


class PossibleDuplicates(Conflict):
    """Customers that look like the one to be made, or that a colleague has; the page asks before it makes another."""

    code = "CUSTOMER_MAY_EXIST"

    def __init__(self, customers: list[Customer]) -> None:
        known = _("This customer may already exist.")
        others = _("A colleague has a customer with the same name, email address or phone number.")
        super().__init__(known if customers else others)
        self.customers = customers


def require_new(form: CustomerForm, country: str) -> None:
    """Raises PossibleDuplicates unless the person has said that it is another customer."""
    if "another" in form.data:
        return
    values = form.cleaned_data
    try:
        phone = clean_phone(values["phone"], country)
    except ValueError:
        phone = ""  # the service says what is wrong with it
    found = possible_duplicates(values["name"], values["email"], phone)
    others: list[Customer] = []
    if scoped_owner() is not None:
        with whole_company():  # that a colleague has one is told, and not which
            others = possible_duplicates(values["name"], values["email"], phone)
    if found or others:
        raise PossibleDuplicates(found)


class CustomerMergeView(ServiceFormView):
    """Chooses the customer that stays, shows both side by side, and merges."""

    resource = "customers"
    verb = "merge"
    template = "customers/merge.html"
    customer: Customer
    other: Customer | None

    def prepare(self, public_id: str = "") -> None:
        """Both customers; the other one by its number or id in `into`."""
        self.customer = customer_by_public_id(public_id)
        wanted = clean_line(self.request.GET.get("into", ""))
        self.other = Customer.objects.filter(customer_number__iexact=wanted).first() if wanted else None
        if wanted.startswith("cust_"):
            self.other = customer_by_public_id(wanted)

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in: both customers are in the URL."""
        return forms.Form(data)

    def save(self, form: forms.Form) -> str:
        """To the customer that stays."""
        if self.other is None:
            raise CustomersDiffer(_("Choose the customer to keep."))
        merge_customers(self.actor, self.customer, self.other)
        names = {"gone": self.customer.name, "kept": self.other.name}
        self.done(_("%(gone)s merged into %(kept)s") % names)
        return reverse("customers:detail", args=[self.other.public_id])

    def get_context(self) -> dict[str, Any]:
        """The two side by side, or others that may be meant."""
        customer, other = self.customer, self.other
        alike = possible_duplicates(customer.name, customer.email, customer.phone)
        return {
            "title": _("Merge %(name)s") % {"name": customer.name},
            "submit": _("Merge"),
            "danger": True,
            "back": reverse("customers:detail", args=[customer.public_id]),
            "customer": customer,
            "other": other,
            "wanted": self.request.GET.get("into", ""),
            "alike": [found for found in alike if found.pk != customer.pk],
            "rows": [*_side_by_side(customer, other), *self._custom_fields(customer, other)] if other else [],
        }

    def _custom_fields(self, gone: Customer, kept: Customer) -> list[tuple[Text, str, str]]:
        """Those in which either has something, and the person may see."""
        declared, currency = fields_for(self.actor, "customers"), self.actor.company.currency
        rows: list[tuple[Text, str, str]] = []
        for field in declared.present:
            values = [one.custom_fields.get(field.key) for one in (gone, kept)]
            here, there = ("" if is_empty(value) else shown_value(field, value, currency) for value in values)
            if here or there:
                rows.append((field.label, here, there))
        return rows


def _side_by_side(gone: Customer, kept: Customer) -> list[tuple[Text, str, str]]:
    """What differs: the name of a fact, and how it is here and there."""
    rows: list[tuple[Text, str, str]] = [
        (label, getattr(gone, name), getattr(kept, name)) for name, label in _FACTS.items()
    ]
    addresses = [", ".join(formatting.address_lines(one.address)) for one in (gone, kept)]
    rows.append((_("Address"), addresses[0], addresses[1]))
    for label, name in ((_("Balance"), "current_balance"), (_("Sales"), "total_sales")):
        here, there = (formatting.amount_with_currency(getattr(one, name), one.currency) for one in (gone, kept))
        rows.append((label, here, there))
    return rows


def duplicates_of(error: DomainError) -> list[Customer]:
    """Whom a refusal warns of."""
    return error.customers if isinstance(error, PossibleDuplicates) else []
