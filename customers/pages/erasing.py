"""The pages that erase personal data: what goes, what stays, and what stands in the way."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.documents.models import Attachment
from bigledger_crm.web.components import Text
from bigledger_crm.web.form_views import ConfirmView, ServiceFormView
from customers.models import Contact, Customer
from customers.personal_data import (
    customer_documents,
    emails_about,
    find_contact,
    named_files,
    notes_naming,
    of_customer,
)
from customers.queries import customer_by_public_id
from customers.services import erase_contact, erase_customer
from customers.services.erasing import emails_to_contact, has_documents, obstacles

SHOWN = 10
_OBSTACLES: dict[str, Text] = {
    "currentBalance": gettext_lazy("The balance is not zero"),
    "emailsBeingSent": gettext_lazy("Emails are being sent"),
}


class EraseForm(forms.Form):
    """Whether it is meant, and what goes beside."""

    number = forms.CharField(label=gettext_lazy("Customer number"))
    with_files = forms.BooleanField(
        label=gettext_lazy("Also delete the files attached to issued documents"), required=False
    )

    def __init__(self, data: Any, customer: Customer) -> None:
        """Asks for the number of this customer."""
        super().__init__(data)
        self.wanted = customer.customer_number
        self.fields["number"].help_text = _("Type %(number)s to confirm.") % {"number": self.wanted}

    def clean_number(self) -> str:
        """The customer's own number."""
        typed: str = self.cleaned_data["number"]
        if typed.strip().casefold() != self.wanted.casefold():
            raise forms.ValidationError(_("This is not the customer's number"))
        return typed


class CustomerEraseView(ServiceFormView):
    """Erases or anonymises a customer, once its number was typed."""

    resource = "privacy"
    verb = "manage"
    template = "customers/erase.html"
    customer: Customer

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def make_form(self, data: Any = None) -> EraseForm:
        """Asks for the number."""
        return EraseForm(data, self.customer)

    def save(self, form: EraseForm) -> str:
        """To what is left, or the list."""
        number = self.customer.customer_number
        left = erase_customer(self.actor, self.customer, with_files=form.cleaned_data["with_files"])
        self.done(_("Personal data about customer %(number)s was erased") % {"number": number})
        return reverse("customers:detail", args=[left.public_id]) if left else reverse("customers:list")

    def get_context(self) -> dict[str, Any]:
        """What goes and what stays."""
        customer = self.customer
        parts = [(known.label, known.parted(customer)) for known in customer_documents]
        kept = [(label, kept.count()) for label, (_erased, kept) in parts]
        erased = [(label, erased.count()) for label, (erased, _kept) in parts]
        in_the_way = self._obstacles()
        around = [
            (_("Contacts"), Contact.objects.filter(customer=customer).count()),
            (_("Recipients and text of emails"), emails_about(customer).count()),
            (_("Files"), of_customer(Attachment.objects.all(), customer, "document_id").count()),
        ]
        return {
            "title": _("Erase %(name)s?") % {"name": customer.name},
            "submit": "" if in_the_way else _("Erase personal data"),
            "danger": True,
            "back": reverse("customers:detail", args=[customer.public_id]),
            "customer": customer,
            "is_deleted": not has_documents(customer),
            "obstacles": in_the_way,
            "around": [row for row in around if row[1]],
            "erased": [row for row in erased if row[1]],
            "kept": [row for row in kept if row[1]],
        }

    def _obstacles(self) -> list[tuple[Text, int]]:
        """What keeps the customer from being erased, with how many there are where that says something."""
        labels = _OBSTACLES | {known.name: known.label for known in customer_documents}
        found = obstacles(self.actor, self.customer).items()
        return [(labels[name], 0 if name in _OBSTACLES else count) for name, count in found]


class ContactEraseView(ConfirmView):
    """Erases a contact."""

    resource = "privacy"
    verb = "manage"
    template = "customers/erase_contact.html"
    contact: Contact

    def prepare(self, public_id: str = "") -> None:
        """The contact."""
        self.contact = find_contact(public_id)

    def save(self, form: forms.Form) -> str:
        """Back to the people."""
        erase_contact(self.actor, self.contact)
        self.done(_("Personal data about %(name)s was erased") % {"name": self.contact.name})
        return self._back

    @property
    def _back(self) -> str:
        return reverse("customers:contacts", args=[self.contact.customer.public_id])

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        contact = self.contact
        emails, notes, files = emails_to_contact(contact), notes_naming(contact), named_files(contact)
        return {
            "title": _("Erase %(name)s?") % {"name": contact.name},
            "submit": _("Erase contact"),
            "danger": True,
            "back": self._back,
            "emails": emails.count(),
            "notes": notes.count(),
            "shown_notes": notes.order_by("-occurred_at")[:SHOWN],
            "files": files.order_by("created_at"),
        }
