"""The forms of a customer's contacts."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.values import add_value_fields, typed_values
from bigledger_crm.custom_fields.queries import fields_for
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import NameField
from bigledger_crm.web.form_views import ChildFormView, ConfirmView, ServiceFormView
from customers.inputs import ContactInput
from customers.models import Contact, Customer
from customers.pages.labels import RECEIVES
from customers.queries import contact_by_public_id, customer_by_public_id
from customers.services import check_contact, create_contact, delete_contact, update_contact

_FIELDS = ("name", "title", "department", "email", "phone", "mobile", "receives", "is_primary", "is_active", "notes")


class ContactForm(forms.Form):
    """A person."""

    name = NameField(label=gettext_lazy("Name"))
    title = forms.CharField(label=gettext_lazy("Job title"), required=False)
    department = forms.CharField(label=gettext_lazy("Department"), required=False)
    email = forms.CharField(label=gettext_lazy("Email"), required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False)
    mobile = forms.CharField(label=gettext_lazy("Mobile"), required=False)
    receives = forms.MultipleChoiceField(
        label=gettext_lazy("Receives"),
        choices=list(RECEIVES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "These are emailed to this contact instead of the customer's own address. Reminders and statements go to "
            "the same people as invoices unless a contact is chosen for them."
        ),
    )
    is_primary = forms.BooleanField(
        label=gettext_lazy("Main contact"),
        required=False,
        help_text=gettext_lazy("Replaces the current main contact."),
    )
    is_active = forms.BooleanField(label=gettext_lazy("Currently works there"), required=False)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)

    def contact_input(self) -> ContactInput:
        """What the contact services take, of the fields that could be read."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}
        return ContactInput(**values, custom_fields=typed_values(self, self.stored_fields))

    def offer_custom_fields(self, declared: DeclaredFields, stored: dict[str, Any] | None, currency: str) -> None:
        """Those of the company, with amounts in its `currency`; `stored` is what the contact has, None for none."""
        self.stored_fields = stored
        add_value_fields(self, declared, stored, currency)


class _ContactFormView(ServiceFormView):
    resource = "customers"
    customer: Customer

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def also_wrong(self, form: ContactForm) -> list[FieldError]:
        """By the rules."""
        stored = getattr(self, "contact", None)
        return check_contact(self.actor, form.contact_input(), stored)[1]

    def with_custom_fields(self, form: ContactForm, stored: dict[str, Any] | None) -> ContactForm:
        """The form with the company's fields."""
        declared = fields_for(self.actor, "contacts")
        form.offer_custom_fields(declared, stored, self.actor.company.currency)
        return form

    @property
    def back(self) -> str:
        """The customer's people."""
        return reverse("customers:contacts", args=[self.customer.public_id])


class ContactCreateView(_ContactFormView):
    """A new contact."""

    def make_form(self, data: Any = None) -> ContactForm:
        """An empty form."""
        return self.with_custom_fields(ContactForm(data, initial={"is_active": True}), None)

    def save(self, form: ContactForm) -> str:
        """Back to the people."""
        contact = create_contact(self.actor, self.customer, form.contact_input())
        self.done(_("Contact %(name)s added") % {"name": contact.name})
        return self.back

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        title = _("New contact at %(name)s") % {"name": self.customer.name}
        return {"title": title, "submit": _("Add contact"), "back": self.back}


class _StoredContactView(ChildFormView, _ContactFormView):
    contact: Contact

    def prepare(self, public_id: str = "") -> None:
        """The customer and the contact."""
        super().prepare(public_id)
        self.contact = contact_by_public_id(self.customer, self.part_id)


class ContactUpdateView(_StoredContactView):
    """A contact's form."""

    def make_form(self, data: Any = None) -> ContactForm:
        """What is stored."""
        initial = {name: getattr(self.contact, name) for name in _FIELDS}
        initial |= {name: formatting.phone(initial[name]) for name in ("phone", "mobile")}
        return self.with_custom_fields(ContactForm(data, initial=initial), self.contact.custom_fields)

    def save(self, form: ContactForm) -> str:
        """Back to the people."""
        update_contact(self.actor, self.contact, form.contact_input())
        self.done(_("Changes saved"))
        return self.back

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": self.contact.name, "submit": _("Save"), "back": self.back}


class ContactDeleteView(_StoredContactView, ConfirmView):
    """Asks before a contact goes."""

    def save(self, form: forms.Form) -> str:
        """Back to the people."""
        delete_contact(self.actor, self.contact)
        self.done(_("%(name)s deleted") % {"name": self.contact.name})
        return self.back

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Delete %(name)s?") % {"name": self.contact.name},
            "text": _("Documents that name this contact are not changed."),
            "submit": _("Delete contact"),
            "danger": True,
            "back": self.back,
        }
