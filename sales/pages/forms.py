"""Forms about items, quotes and orders.  They read what was typed; the services decide whether it is right."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages.fields import DayField, MailAddressesField, NumberField
from customers.models import Customer
from sales.models import Item

NO_TAX = "-"
OFFERED = 500
LINE_FIELDS = ("item_code", "description", "quantity", "unit_price", "discount_percent", "tax_code")


class LineForm(forms.Form):
    """A line of a document.  With an item, what is left empty comes from the item."""

    item_code = forms.CharField(label=gettext_lazy("Item"), required=False)
    description = forms.CharField(
        label=gettext_lazy("Description"), required=False, widget=forms.Textarea(attrs={"rows": 1})
    )
    quantity = NumberField(label=gettext_lazy("Quantity"), required=False)
    unit_price = NumberField(label=gettext_lazy("Unit price"), required=False)
    discount_percent = NumberField(label=gettext_lazy("Discount %"), required=False)
    tax_code = forms.CharField(label=gettext_lazy("Tax"), required=False)

    def __init__(self, data: Any, *, index: int, tax_codes: Sequence[str], initial: Mapping[str, Any] | None) -> None:
        super().__init__(data, prefix=f"lines-{index}", initial=dict(initial or {}))
        choices = [("", _("As item")), (NO_TAX, _("No tax")), *((code, code) for code in tax_codes)]
        self.fields["tax_code"].widget = forms.Select(choices=choices)
        self.fields["item_code"].widget.attrs |= {"list": "offered-items", "autocomplete": "off"}

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return not any(self.cleaned_data.get(name) not in (None, "") for name in LINE_FIELDS) and not self.errors

    def service_fields(self, items: Mapping[str, Item]) -> dict[str, Any]:
        """The line as services take it; an unknown item becomes an error of the form."""
        values = self.cleaned_data
        line = {name: values[name] for name in ("quantity", "unit_price", "discount_percent")}
        line |= {"description": values["description"], "tax_code": values["tax_code"] or None}
        if values["tax_code"] == NO_TAX:
            line["tax_code"] = ""
        if code := values["item_code"]:
            if code in items:
                line["item_id"] = items[code].public_id
            else:
                self.add_error("item_code", _("No item has this code"))
        return line


class QuoteForm(forms.Form):
    """A quote without its lines."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"), help_text=gettext_lazy("Number or full name"), widget=forms.TextInput
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False)
    reference = forms.CharField(label=gettext_lazy("Customer's reference"), required=False)
    quote_date = DayField(label=gettext_lazy("Quote date"))
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False)
    exchange_rate = NumberField(
        label=gettext_lazy("Exchange rate"),
        required=False,
        help_text=gettext_lazy("Only for customers with another currency."),
    )
    shipping_cost = NumberField(label=gettext_lazy("Shipping"), required=False)
    prices_include_tax = forms.BooleanField(label=gettext_lazy("Prices include tax"), required=False)
    description = forms.CharField(label=gettext_lazy("Introduction"), required=False, widget=forms.Textarea)
    terms = forms.CharField(label=gettext_lazy("Terms"), required=False, widget=forms.Textarea)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.fields["customer"].widget.attrs |= {"list": "offered-customers", "autocomplete": "off"}

    def clean_customer(self) -> str:
        """The public id of the one customer with this number or name."""
        text = self.cleaned_data["customer"].strip()
        customer = Customer.objects.filter(customer_number__iexact=text).first()
        if customer is None:
            found = list(Customer.objects.filter(name__iexact=text)[:2])
            if len(found) > 1:
                raise forms.ValidationError(_("Several customers have this name; give the number"))
            customer = found[0] if found else None
        if customer is None:
            raise forms.ValidationError(_("No customer has this number or name"))
        return customer.public_id

    def service_fields(self) -> dict[str, Any]:
        """What the quote service takes, without lines."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "customer"}
        return {**values, "customer_id": self.cleaned_data["customer"]}


class SendForm(forms.Form):
    """A mail with a document."""

    to = MailAddressesField(label=gettext_lazy("To"), help_text=gettext_lazy("Several addresses are parted by commas."))
    cc = MailAddressesField(label=gettext_lazy("Copy to"), required=False)
    subject = forms.CharField(label=gettext_lazy("Subject"))
    message = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea)
    attach_pdf = forms.BooleanField(label=gettext_lazy("Attach the PDF"), required=False)


class CreditForm(forms.Form):
    """A step that the customer's credit limit may stand against."""

    override_credit_limit = forms.BooleanField(label=gettext_lazy("Go above the credit limit"), required=False)

    def __init__(self, data: Any = None, *, may_override: bool, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial=dict(initial or {}))
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
    name = forms.CharField(label=gettext_lazy("Name"))
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, help_text=gettext_lazy("Such as pcs, kg, hour."))
    unit_price = NumberField(label=gettext_lazy("Unit price"))
    tax_code = forms.CharField(label=gettext_lazy("Tax"), required=False)
    description = forms.CharField(label=gettext_lazy("Description"), required=False, widget=forms.Textarea)
    is_active = forms.BooleanField(label=gettext_lazy("Can be sold"), required=False)

    def __init__(self, data: Any = None, *, initial: Mapping[str, Any], tax_codes: Iterable[str]) -> None:
        super().__init__(data, initial=dict(initial))
        choices = [("", _("No tax")), *((code, code) for code in tax_codes)]
        self.fields["tax_code"].widget = forms.Select(choices=choices)
