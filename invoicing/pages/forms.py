"""Forms about invoices and payments.  They read what was typed; the services decide whether it is right."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages.fields import DayInput, NumberField
from sales.models import SalesOrderLine

METHODS = {
    "bank_transfer": gettext_lazy("Bank transfer"),
    "cash": gettext_lazy("Cash"),
    "cheque": gettext_lazy("Cheque"),
    "credit_card": gettext_lazy("Credit card"),
    "debit_card": gettext_lazy("Debit card"),
    "e_wallet": gettext_lazy("E-wallet"),
    "direct_debit": gettext_lazy("Direct debit"),
    "other": gettext_lazy("Other"),
}


class PaymentForm(forms.Form):
    """Money received."""

    amount = NumberField(label=gettext_lazy("Amount"))
    payment_date = forms.DateField(label=gettext_lazy("Received on"), widget=DayInput())
    payment_method = forms.ChoiceField(label=gettext_lazy("How"), choices=list(METHODS.items()))
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)


class PartsForm(forms.Form):
    """How much of each order line to invoice."""

    invoice_date = forms.DateField(label=gettext_lazy("Invoice date"), widget=DayInput())
    due_date = forms.DateField(
        label=gettext_lazy("Due date"),
        required=False,
        widget=DayInput(),
        help_text=gettext_lazy("Empty means by the customer's payment terms."),
    )

    def __init__(
        self, data: Any = None, *, lines: Sequence[tuple[SalesOrderLine, Decimal]], initial: Mapping[str, Any]
    ) -> None:
        """`lines` are order lines with what remains of each."""
        super().__init__(data, initial=dict(initial))
        self.lines = {line.public_id: (line, remaining) for line, remaining in lines}
        for key, (line, remaining) in self.lines.items():
            label = _("Quantity of %(description)s") % {"description": line.description}
            self.fields[key] = NumberField(label=label, required=False, initial=remaining)

    def line_rows(self) -> list[tuple[SalesOrderLine, Decimal, forms.BoundField]]:
        """Each line, what remains of it, and its field."""
        return [(line, remaining, self[key]) for key, (line, remaining) in self.lines.items()]

    def partial_items(self) -> list[dict[str, Any]]:
        """The quantities that were given, for the service."""
        given = ((key, self.cleaned_data[key]) for key in self.lines)
        return [{"item_id": key, "quantity": quantity} for key, quantity in given if quantity]
