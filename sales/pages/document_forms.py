"""The heads of documents as they are typed.  The services decide whether it is right."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import UnsetType

from bigledger_crm.custom_fields.pages.values import add_value_fields, is_value_field, typed_values
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.tenancy.models import Company
from bigledger_crm.web.form_fields import DayField, NumberField, count_days_from
from customers.pages.autocomplete import find_customer
from sales import rules
from sales.inputs import DocumentInput, LineInput, OrderInput, QuoteInput
from sales.models import OwnedDocument, SaleDocument
from sales.pages.labels import PRIORITIES


class DocumentForm(forms.Form):
    """A document without its lines.

    `makes` is what the services take, `texts` are the fields that stand under the lines.  Of a document that exists the
    customer stays, and with `editable` everything else but these fields.
    """

    makes: ClassVar[type[DocumentInput]]
    custom_fields_of: ClassVar[str]
    texts: ClassVar[tuple[str, ...]] = ("terms", "notes")
    needed: ClassVar[tuple[str, ...]] = ()
    has_custom_fields = False

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        help_text=gettext_lazy("Search by name or number"),
        widget=forms.TextInput,
        error_messages={"required": gettext_lazy("Select a customer.")},
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False)
    reference = forms.CharField(label=gettext_lazy("Customer's reference"), required=False)
    shipping_cost = NumberField(label=gettext_lazy("Shipping"), required=False)
    exchange_rate = NumberField(
        label=gettext_lazy("Exchange rate"),
        required=False,
        help_text=gettext_lazy("Only for customers billed in another currency."),
    )
    prices_include_tax = forms.BooleanField(label=gettext_lazy("Prices include tax"), required=False)
    terms = forms.CharField(label=gettext_lazy("Terms"), required=False, widget=forms.Textarea)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)

    def __init__(
        self,
        data: Any = None,
        *,
        initial: Mapping[str, Any],
        document: SaleDocument | None = None,
        editable: frozenset[str] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.document = document
        if document is None:
            attrs = {"list": "offered-customers", "autocomplete": "off", "data-options": reverse("customers:options")}
            self.fields["customer"].widget.attrs |= attrs
        else:
            del self.fields["customer"]
            for name in self.needed:
                self.fields[name].required = True
        for name in [name for name in self.fields if editable is not None and name not in editable]:
            del self.fields[name]
        if self.is_bound:
            count_days_from(self)

    def offer_custom_fields(self, declared: DeclaredFields, currency: str) -> None:
        """Those of the company, with amounts in its `currency`."""
        self.has_custom_fields = bool(declared.present)
        add_value_fields(self, declared, self._stored_fields(), currency)

    @property
    def is_issued(self) -> bool:
        """Whether what the PDF shows is fixed."""
        return False

    def _stored_fields(self) -> Mapping[str, Any] | None:
        return self.document.custom_fields if isinstance(self.document, OwnedDocument) else None

    def head_fields(self) -> list[forms.BoundField]:
        """The fields over the lines, but the customer; what is ticked comes last."""
        fields = [self[name] for name in self.fields if name not in (*self.texts, "customer")]
        return sorted(fields, key=lambda field: isinstance(field.field, forms.BooleanField))

    def text_fields(self) -> list[forms.BoundField]:
        """The fields under the lines."""
        return [self[name] for name in self.texts if name in self.fields]

    def clean_customer(self) -> str:
        """The public id of the customer that is meant."""
        customer = find_customer(self.cleaned_data["customer"])
        if customer is None:
            raise forms.ValidationError(_("No customer has this number or name"))
        return customer.public_id

    def clean(self) -> dict[str, Any]:
        """The values; days in the order in which they come."""
        values = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            first = getattr(field, "counts_from", "")
            if first in self.fields and values.get(first) and values.get(name):
                label = str(self.fields[first].label).lower()
                problem = rules.check_dates(values[first], values[name], label, str(field.label))
                if problem:
                    self.add_error(name, problem)
        return values

    def make_input(self, items: Sequence[LineInput] | UnsetType) -> DocumentInput:
        """What the document's services take."""
        values = dict(self.cleaned_data)
        if "customer" in values:
            values["customer_id"] = values.pop("customer")
        if "shipping_cost" in values:
            values["shipping_cost"] = values["shipping_cost"] or ZERO
        if self.has_custom_fields:
            own = typed_values(self, self._stored_fields())
            values = {name: value for name, value in values.items() if not is_value_field(name)}
            values["custom_fields"] = own
        return self.makes(**values, items=items)

    @classmethod
    def initial_of(cls, document: SaleDocument, company: Company) -> dict[str, Any]:
        """What the form shows of a stored document."""
        initial = {name: getattr(document, name) for name in cls.base_fields if name != "customer"}
        if document.currency == company.currency:
            initial["exchange_rate"] = None
        initial["shipping_cost"] = document.shipping_cost or None
        return initial


class QuoteForm(DocumentForm):
    """A quote."""

    makes = QuoteInput
    custom_fields_of = "quotes"
    quote_date = DayField(label=gettext_lazy("Quote date"))
    valid_until = DayField(label=gettext_lazy("Valid until"), required=False, counts_from="quote_date")
    description = forms.CharField(label=gettext_lazy("Introduction"), required=False, widget=forms.Textarea)
    texts = ("description", "terms", "notes")
    needed = ("valid_until",)
    field_order = ("customer", "title", "reference", "quote_date", "valid_until")


class OrderForm(DocumentForm):
    """A sales order."""

    makes = OrderInput
    custom_fields_of = "sales-orders"
    order_date = DayField(label=gettext_lazy("Order date"))
    required_date = DayField(label=gettext_lazy("Required date"), required=False, counts_from="order_date")
    promised_date = DayField(label=gettext_lazy("Promised date"), required=False, counts_from="order_date")
    estimated_delivery = DayField(label=gettext_lazy("Expected delivery"), required=False, counts_from="order_date")
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=list(PRIORITIES.items()))
    shipping_method = forms.CharField(label=gettext_lazy("Carrier"), required=False)
    tracking_number = forms.CharField(label=gettext_lazy("Tracking number"), required=False)
    field_order = (
        "customer",
        "title",
        "reference",
        "order_date",
        "required_date",
        "promised_date",
        "estimated_delivery",
    )
