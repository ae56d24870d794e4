"""Money received from a customer, for many invoices or none."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.web import formatting
from bigledger_crm.web.form_views import ServiceFormView
from customers.pages.autocomplete import find_customer
from customers.queries import customer_by_public_id
from invoicing.inputs import CustomerPaymentInput
from invoicing.pages.allocation_forms import AllocationsFormView, ReceivedMoneyForm
from invoicing.pages.payments import payment_href
from invoicing.rules import check_payment
from invoicing.services import record_customer_payment

_PLAIN = ("amount", "payment_date", "payment_method", "reference", "notes")


class PayingCustomerForm(forms.Form):
    """Who pays."""

    customer = forms.CharField(
        label=gettext_lazy("Customer"),
        help_text=gettext_lazy("Name or number of the customer who paid."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None) -> None:
        """With suggestions while one types."""
        super().__init__(data)
        self.fields["customer"].widget.attrs["data-options"] = reverse("customers:options")

    def clean_customer(self) -> Any:
        """The customer who is meant."""
        customer = find_customer(self.cleaned_data["customer"])
        if customer is None:
            raise forms.ValidationError(_("No customer has this name or number."))
        return customer


class PayingCustomerView(ServiceFormView):
    """Asks who paid, and goes on to the form."""

    resource = "payments"
    template = "invoicing/paying_customer.html"

    def make_form(self, data: Any = None) -> PayingCustomerForm:
        """An empty field."""
        return PayingCustomerForm(data)

    def save(self, form: PayingCustomerForm) -> str:
        """To the form of the customer."""
        return reverse("invoicing:receive-money", args=[form.cleaned_data["customer"].public_id])

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {"title": _("Receive money"), "submit": _("Continue"), "back": reverse("invoicing:payments")}


class ReceiveMoneyView(AllocationsFormView):
    """Records what a customer paid, and settles invoices with it."""

    resource = "payments"

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def make_form(self, data: Any = None) -> ReceivedMoneyForm:
        """Today, by bank transfer."""
        return ReceivedMoneyForm(
            data,
            base=self.actor.company.currency,
            customer=self.customer,
            invoices=self.invoices(),
            initial={"payment_date": self.actor.today(), "payment_method": "bank_transfer"},
        )

    def amount_of(self, form: Any) -> Any:
        """What was received."""
        amount = form.cleaned_data.get("amount")
        return amount if amount is not None and amount > ZERO else None

    def also_wrong(self, form: ReceivedMoneyForm) -> list[FieldError]:
        """By the rules."""
        today, values = self.actor.today(), form.cleaned_data
        day, method = values.get("payment_date") or today, values.get("payment_method") or "other"
        return check_payment(values.get("amount"), form.currency, day, method, invoice_date=None, today=today)

    def save(self, form: ReceivedMoneyForm) -> str:
        """To the payment."""
        values = form.cleaned_data
        payment = record_customer_payment(
            self.actor,
            CustomerPaymentInput(
                customer_id=self.customer.public_id,
                allocations=form.allocations(),
                auto_allocate="oldest" if values.get("oldest_first") else "none",
                exchange_rate=values.get("exchange_rate"),
                **{name: values[name] for name in _PLAIN},
            ),
        )
        amount = formatting.amount_with_currency(payment.amount, payment.currency)
        self.done(_("Payment of %(amount)s recorded") % {"amount": amount})
        return payment_href(payment.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Receive money from %(customer)s") % {"customer": self.customer.name},
            "submit": _("Record payment"),
            "back": reverse("customers:detail", args=[self.customer.public_id]),
        }
