"""Forms about items, quotes and orders.  They read what was typed; the services decide whether it is right."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.custom_fields.pages.values import add_value_fields, typed_values
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.web.form_fields import DayField, EmailAddressesField, NameField, NumberField
from sales.catalogue_inputs import ItemInput
from sales.pages.labels import ITEM_TYPES


class SendForm(forms.Form):
    """An email with a document."""

    to = EmailAddressesField(
        label=gettext_lazy("To"), help_text=gettext_lazy("Separate several addresses with commas.")
    )
    cc = EmailAddressesField(label=gettext_lazy("Cc"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"))
    message = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea)
    attach_pdf = forms.BooleanField(label=gettext_lazy("Attach the PDF"), required=False)


class CreditForm(forms.Form):
    """A step that the customer's credit limit may stand against."""

    override_credit_limit = forms.BooleanField(label=gettext_lazy("Override the credit limit"), required=False)

    def __init__(self, data: Any = None, *, may_override: bool, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
        if not may_override:
            del self.fields["override_credit_limit"]


class AcceptanceForm(forms.Form):
    """When the customer agreed to a quote, and who it was."""

    accepted_at = DayField(label=gettext_lazy("Accepted on"), required=False)
    accepted_by = forms.CharField(label=gettext_lazy("Accepted by"), required=False, max_length=200)


class SendInvoiceForm(SendForm):
    """An email with an invoice, which may go over the customer's credit limit where it is issued by it."""

    override_credit_limit = forms.BooleanField(label=gettext_lazy("Override the credit limit"), required=False)

    def __init__(self, data: Any = None, *, may_override: bool, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        if not may_override:
            del self.fields["override_credit_limit"]


class StatusForm(CreditForm):
    """A step in an order's life."""

    to = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, widget=forms.Textarea)
    field_order = ("to", "note", "override_credit_limit")


class ItemForm(forms.Form):
    """An item."""

    item_code = forms.CharField(label=gettext_lazy("Code"))
    name = NameField(label=gettext_lazy("Name"))
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=list(ITEM_TYPES.items()))
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, help_text=gettext_lazy("Such as pcs, kg, hour."))
    unit_price = NumberField(label=gettext_lazy("Unit price"))
    tax_code = forms.CharField(label=gettext_lazy("Tax"), required=False)
    classification_code = forms.CharField(
        label=gettext_lazy("Classification code"),
        required=False,
        help_text=gettext_lazy("LHDN\u2019s three digits for e-invoices, such as 022 for others."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    description = forms.CharField(label=gettext_lazy("Description"), required=False, widget=forms.Textarea)
    is_active = forms.BooleanField(label=gettext_lazy("Active"), required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], tax_codes: Iterable[str], country: str) -> None:
        """LHDN's codes are Malaysia's."""
        super().__init__(data, initial=dict(initial))
        if country != "MY" and not initial.get("classification_code"):
            del self.fields["classification_code"]
        choices = [("", _("No tax")), *((code, code) for code in tax_codes)]
        self.fields["tax_code"].widget = forms.Select(choices=choices)

    def offer_custom_fields(self, declared: DeclaredFields, stored: Mapping[str, Any] | None, currency: str) -> None:
        """Those of the company, whose `currency` amounts are in; `stored` is what the item has, None for a new one."""
        self.stored_fields = stored
        add_value_fields(self, declared, stored, currency)

    def item_input(self) -> ItemInput:
        """What the services of items take, of the fields that could be read."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}
        own = typed_values(self, self.stored_fields)
        return ItemInput(**{**values, "tax_code": values.get("tax_code") or None}, custom_fields=own)
