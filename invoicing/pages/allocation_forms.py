"""Forms that share money among open invoices: received just now, or left of a payment or a credit note."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.kernel.money import ZERO, decimals_of, minor_units
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import DayField, NumberField
from bigledger_crm.web.form_views import ServiceFormView, place_error
from bigledger_crm.web.htmx import status_for
from customers.models import Customer
from invoicing.errors import AllocationExceedsAmountDue, AllocationExceedsCredit
from invoicing.inputs import AllocationInput
from invoicing.models import Invoice
from invoicing.pages.forms import METHODS
from invoicing.queries.settlement import open_invoices

# So many open invoices have a field of their own; those due later are settled by "oldest first".
MOST = 100


class AllocationsForm(forms.Form):
    """So much for each open invoice, by its id; then what is left goes to the oldest, if wanted."""

    oldest_first = forms.BooleanField(
        label=gettext_lazy("Settle the oldest invoices with what is left"), required=False, initial=True
    )

    def __init__(
        self, data: Any = None, *, customer: Customer, invoices: Sequence[Invoice], initial: Mapping[str, Any]
    ) -> None:
        """`invoices` are the open ones, longest due first."""
        super().__init__(data, initial={"oldest_first": True, **initial})
        self.currency = customer.currency
        self.invoices = {invoice.public_id: invoice for invoice in invoices}
        self.own_fields = [name for name in self.fields if name != "oldest_first"]
        for key, invoice in self.invoices.items():
            label = _("Amount for %(number)s") % {"number": invoice.invoice_number}
            self.fields[key] = NumberField(label=label, required=False)

    def heading_fields(self) -> list[forms.BoundField]:
        """The fields above the invoices."""
        return [self[name] for name in self.own_fields]

    def rows(self) -> list[tuple[Invoice, forms.BoundField]]:
        """Each invoice with its field."""
        return [(invoice, self[key]) for key, invoice in self.invoices.items()]

    def clean(self) -> dict[str, Any]:
        """Refuses more than is due, at the invoice."""
        values = super().clean() or self.cleaned_data
        for key, invoice in self.invoices.items():
            amount = values.get(key)
            if amount is None:
                continue
            if amount < 0 or decimals_of(amount) > minor_units(self.currency):
                decimals = minor_units(self.currency)
                self.add_error(key, _("Enter 0 or more, with at most %(count)s decimals") % {"count": decimals})
            elif amount > invoice.amount_due:
                self.add_error(key, only_due(invoice.amount_due, self.currency))
        return values

    def allocations(self) -> list[AllocationInput]:
        """What was typed at the invoices, for a service."""
        given = ((key, self.cleaned_data.get(key)) for key in self.invoices)
        return [AllocationInput(invoice_id=key, amount=amount) for key, amount in given if amount]

    def plan(self, amount: Decimal) -> list[tuple[Invoice, Decimal]]:
        """What of `amount` settles which invoice, as the service will do it."""
        found = {part.invoice_id: part.amount for part in self.allocations()}
        left = amount - sum((Decimal(str(value)) for value in found.values()), ZERO)
        if self.cleaned_data.get("oldest_first"):
            for key, invoice in self.invoices.items():
                if key not in found and left > 0:
                    found[key] = min(left, invoice.amount_due)
                    left -= invoice.amount_due
        return [(self.invoices[str(key)], Decimal(str(value))) for key, value in found.items()]


class ReceivedMoneyForm(AllocationsForm):
    """Money received from a customer."""

    amount = NumberField(label=gettext_lazy("Amount"))
    payment_date = DayField(label=gettext_lazy("Received on"))
    payment_method = forms.ChoiceField(label=gettext_lazy("Payment method"), choices=list(METHODS.items()))
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False)
    exchange_rate = NumberField(label=gettext_lazy("Exchange rate"), required=False)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, base: str, **options: Any) -> None:
        """`base` is the company's currency."""
        super().__init__(data, **options)
        self.fields["amount"] = NumberField(label=gettext_lazy("Amount"), affix=self.currency)
        if self.currency == base:
            del self.fields["exchange_rate"]
            self.own_fields.remove("exchange_rate")
        else:
            self.fields["exchange_rate"].help_text = _("%(base)s for one %(currency)s, as your bank converted it.") % {
                "base": base,
                "currency": self.currency,
            }


def only_due(amount: Decimal, currency: str) -> str:
    """How much an invoice takes."""
    return _("Only %(due)s is due on this invoice") % {"due": formatting.amount_with_currency(amount, currency)}


class AllocationsFormView(ServiceFormView):
    """A form that shares an amount among a customer's open invoices.  With `total` it only shows the result."""

    template = "invoicing/allocations.html"
    partials: ClassVar[Mapping[str, str]] = {"allocations-total": "invoicing/allocations.html#total"}
    customer: Customer

    def amount_of(self, form: Any) -> Decimal | None:
        """What there is to share, as far as it can be read."""
        raise NotImplementedError

    def invoices(self) -> list[Invoice]:
        """The open ones, longest due first."""
        return list(open_invoices(self.customer)[:MOST])

    def post(self, request: HttpRequest, public_id: str = "") -> HttpResponse:
        """Saves, or shows what the form comes to."""
        if "total" in request.POST:
            self.prepare(public_id)
            return self.show(self.make_form(request.POST))
        return super().post(request, public_id)

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page with the form and with what happens to the money."""
        plan, left = self._planned(form)
        currency = self.customer.currency
        return self.page(
            self.template,
            status=status_for(self.request, status),
            form=form,
            form_key=self.form_key,
            currency=currency,
            plan=[(one.invoice_number, formatting.amount(amount, currency)) for one, amount in plan],
            left=formatting.amount_with_currency(left, currency) if left is not None and left >= 0 else "",
            left_error=_("This is %(amount)s more than is available.")
            % {"amount": formatting.amount_with_currency(-left, currency)}
            if left is not None and left < 0
            else "",
            **self.get_context(),
        )

    def _planned(self, form: Any) -> tuple[list[tuple[Invoice, Decimal]], Decimal | None]:
        """Which invoices are settled with how much, and what is left; nothing while the fields can't be read."""
        if form.is_bound:
            # A form that was refused is read anew, for its errors are in the way.
            form = self.make_form(form.data)
        else:
            form = self.make_form(
                {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
            )
        form.is_valid()
        amount = self.amount_of(form)
        if amount is None or any(key in form.errors for key in form.invoices):
            return [], None
        plan = form.plan(amount)
        return plan, amount - sum((part for _invoice, part in plan), ZERO)

    def refuse(self, form: AllocationsForm, error: DomainError) -> None:
        """What is wrong with an invoice is told at the invoice."""
        keys = [str(part.invoice_id) for part in form.allocations()]
        if isinstance(error, AllocationExceedsAmountDue):
            for detail in error.details:
                key = detail["invoiceId"]
                form.add_error(
                    key if key in form.fields else None, only_due(detail["amountDue"], self.customer.currency)
                )
            return
        if isinstance(error, AllocationExceedsCredit):
            form.add_error(None, _("The amounts add up to more than is available."))
            return
        for wrong in error.errors:
            match wrong.path:
                case ("allocations", int() as index, *_rest) if index < len(keys):
                    form.add_error(keys[index], wrong.message)
                case _path:
                    place_error(form, wrong)
        if not error.errors:
            super().refuse(form, error)
