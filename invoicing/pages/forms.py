"""Forms about invoices and payments.  They read what was typed; the services decide whether it is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from bigledger_crm.web.form_fields import DayField, NumberField
from sales.pages.quantity_forms import QuantitiesForm

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
    payment_date = DayField(label=gettext_lazy("Received on"))
    payment_method = forms.ChoiceField(label=gettext_lazy("Payment method"), choices=list(METHODS.items()))
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea)

    def __init__(self, data: Any = None, *, currency: str, initial: dict[str, Any]) -> None:
        """The amount is in `currency`."""
        super().__init__(data, initial=initial)
        self.fields["amount"] = NumberField(label=gettext_lazy("Amount"), affix=currency)


class InvoiceQuantitiesForm(QuantitiesForm):
    """How much of each order line to invoice."""

    invoice_date = DayField(label=gettext_lazy("Invoice date"))
    due_date = DayField(
        label=gettext_lazy("Due date"),
        required=False,
        help_text=gettext_lazy("Leave empty to use the customer's payment terms."),
    )
    send_reminders = forms.BooleanField(label=gettext_lazy("Send reminders when overdue"), required=False)


class CreditQuantitiesForm(QuantitiesForm):
    """How much of each invoice line to credit, and what of the shipping cost."""

    credit_note_date = DayField(label=gettext_lazy("Credit note date"))
    reason = forms.CharField(label=gettext_lazy("Reason"), required=False)
    shipping_cost = NumberField(label=gettext_lazy("Shipping to credit"), required=False)
    keep_credit = forms.BooleanField(
        label=gettext_lazy("Keep what is more than due as the customer's credit"), required=False
    )

    def takes_anything(self) -> bool:
        """A part of a line, or of the shipping cost."""
        return super().takes_anything() or bool(self.cleaned_data.get("shipping_cost"))
