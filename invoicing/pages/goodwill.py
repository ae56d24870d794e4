"""Crediting a customer without an invoice."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import FieldError, field_error
from bigledger_crm.web.form_fields import DayField, NumberField
from bigledger_crm.web.form_views import ServiceFormView
from customers.models import Customer
from customers.queries import customer_by_public_id
from invoicing.inputs import GoodwillInput
from invoicing.pages.credit_notes import credit_note_href
from invoicing.rules import check_goodwill, check_positive_amount
from invoicing.services import create_goodwill_note
from sales.inputs import LineInput
from sales.pages.items import active_tax_codes


class GoodwillForm(forms.Form):
    """How much, and why."""

    amount = NumberField(label=gettext_lazy("Amount"))
    tax_code = forms.CharField(label=gettext_lazy("Tax included"), required=False)
    exchange_rate = NumberField(label=gettext_lazy("Exchange rate"))
    credit_note_date = DayField(label=gettext_lazy("Credit note date"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("Printed on the credit note. Such as: Late delivery.")
    )

    def __init__(self, data: Any = None, *, customer: Customer, base: str, initial: dict[str, Any]) -> None:
        """The amount is in the customer's currency, `base` is the company's."""
        super().__init__(data, initial=initial)
        self.fields["amount"] = NumberField(label=gettext_lazy("Amount"), affix=customer.currency)
        self.fields["tax_code"].widget = forms.Select(
            choices=[("", _("No tax")), *((code, code) for code in active_tax_codes())]
        )
        if customer.currency == base:
            del self.fields["exchange_rate"]
        else:
            text = _("%(base)s for one %(currency)s.") % {"base": base, "currency": customer.currency}
            self.fields["exchange_rate"].help_text = text


class GoodwillCreateView(ServiceFormView):
    """Issues a credit note that takes back no invoice."""

    resource = "credit-notes"
    verb = "goodwill"
    customer: Customer

    def prepare(self, public_id: str = "") -> None:
        """The customer."""
        self.customer = customer_by_public_id(public_id)

    def make_form(self, data: Any = None) -> GoodwillForm:
        """Today."""
        initial = {"credit_note_date": self.actor.today()}
        return GoodwillForm(data, customer=self.customer, base=self.actor.company.currency, initial=initial)

    def also_wrong(self, form: GoodwillForm) -> Iterable[FieldError]:
        """By the rules."""
        values, today = form.cleaned_data, self.actor.today()
        amount = values.get("amount")
        return [
            *check_goodwill(values.get("credit_note_date") or today, values.get("reason", ""), today),
            *field_error("amount", amount and check_positive_amount(amount, self.customer.currency)),
        ]

    def save(self, form: GoodwillForm) -> str:
        """To the credit note."""
        values = form.cleaned_data
        line = LineInput(
            description=values["reason"],
            quantity=Decimal(1),
            unit_price=values["amount"],
            tax_code=values["tax_code"] or None,
            type="service",
        )
        goodwill = GoodwillInput(
            customer_id=self.customer.public_id,
            credit_note_date=values["credit_note_date"],
            exchange_rate=values.get("exchange_rate"),
            reason=values["reason"],
            prices_include_tax=True,
            items=[line],
        )
        note = create_goodwill_note(self.actor, goodwill)
        self.done(_("Credit note %(number)s issued") % {"number": note.credit_note_number})
        return credit_note_href(note.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Credit %(customer)s without an invoice") % {"customer": self.customer.name},
            "text": _(
                "A credit note is issued immediately. All of it is the customer's credit, which you apply to invoices "
                "or refund."
            ),
            "submit": _("Issue credit note"),
            "back": reverse("customers:detail", args=[self.customer.public_id]),
        }
