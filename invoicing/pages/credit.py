"""Unapplied credit of payments and credit notes: applied to invoices, refunded, and both reversed."""

from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError, FieldError
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import DayField, NumberField
from bigledger_crm.web.form_views import ChildFormView, ConfirmView, ServiceFormView
from customers.models import Customer
from invoicing.errors import RefundExceedsCredit
from invoicing.inputs import RefundInput
from invoicing.models import Allocation, Payment, Refund
from invoicing.pages.allocation_forms import AllocationsForm, AllocationsFormView
from invoicing.pages.credit_notes import credit_note_href
from invoicing.pages.forms import METHODS
from invoicing.pages.payments import payment_href
from invoicing.queries import credit_note_by_public_id, payment_by_public_id
from invoicing.queries.settlement import Source, day_of, key_of, unapplied_of
from invoicing.rules import check_refund
from invoicing.services import allocate_credit, refund_credit, unallocate_credit, void_refund


class CreditPage:
    """A page about what is left of a payment, or `of_note` of a credit note."""

    of_note: ClassVar[bool] = False

    def find(self, public_id: str) -> Source:
        """The payment or credit note."""
        return credit_note_by_public_id(public_id) if self.of_note else payment_by_public_id(public_id)


def source_href(source: Source) -> str:
    """The page of a payment or a credit note."""
    return payment_href(source.public_id) if isinstance(source, Payment) else credit_note_href(source.public_id)


class PaymentApplyView(CreditPage, AllocationsFormView):
    """Settles invoices with what is left of a payment."""

    resource = "payments"
    source: Source

    def prepare(self, public_id: str = "") -> None:
        """What it is left of, and its customer."""
        self.source = self.find(public_id)
        self.customer = Customer.objects.get(pk=self.source.customer_id)

    def make_form(self, data: Any = None) -> AllocationsForm:
        """All to the oldest."""
        return AllocationsForm(data, customer=self.customer, invoices=self.invoices(), initial={})

    def amount_of(self, form: Any) -> Decimal | None:
        """All that is left."""
        return unapplied_of(self.source)

    def save(self, form: AllocationsForm) -> str:
        """Back to where it was left of."""
        auto = "oldest" if form.cleaned_data.get("oldest_first") else "none"
        allocate_credit(self.actor, self.source, form.allocations(), auto_allocate=auto)
        self.done(_("Credit applied"))
        return source_href(self.source)

    def refuse(self, form: AllocationsForm, error: DomainError) -> None:
        """Nothing to settle is told above the form."""
        if any(wrong.path == ("allocations",) for wrong in error.errors):
            form.add_error(None, _("Enter an amount for at least one invoice."))
            return
        super().refuse(form, error)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        left = formatting.amount_with_currency(unapplied_of(self.source), self.source.currency)
        return {
            "title": _("Apply credit of %(customer)s") % {"customer": self.customer.name},
            "text": _("%(amount)s is left. What it settles is no longer due.") % {"amount": left},
            "submit": _("Apply credit"),
            "back": source_href(self.source),
        }


class CreditNoteApplyView(PaymentApplyView):
    """Settles invoices with what is left of a credit note."""

    resource = "credit-notes"
    of_note = True


class RefundForm(forms.Form):
    """Money given back."""

    amount = NumberField(label=gettext_lazy("Amount"))
    refund_date = DayField(label=gettext_lazy("Refunded on"))
    payment_method = forms.ChoiceField(label=gettext_lazy("Payment method"), choices=list(METHODS.items()))
    reference = forms.CharField(label=gettext_lazy("Reference"), required=False)
    notes = forms.CharField(label=gettext_lazy("Notes"), required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Any = None, *, currency: str, initial: dict[str, Any]) -> None:
        """The amount is in `currency`."""
        super().__init__(data, initial=initial)
        self.fields["amount"] = NumberField(label=gettext_lazy("Amount"), affix=currency)


class PaymentRefundView(CreditPage, ServiceFormView):
    """Gives back what is left of a payment."""

    source: Source
    resource = "payments"
    verb = "refund"

    def prepare(self, public_id: str = "") -> None:
        """What it is left of."""
        self.source = self.find(public_id)

    def make_form(self, data: Any = None) -> RefundForm:
        """All that is left, today."""
        currency = self.source.currency
        initial = {
            "amount": formatting.amount(unapplied_of(self.source), currency),
            "refund_date": max(self.actor.today(), day_of(self.source)),
            "payment_method": "bank_transfer",
        }
        return RefundForm(data, currency=currency, initial=initial)

    def also_wrong(self, form: RefundForm) -> list[FieldError]:
        """By the rules."""
        values, today = form.cleaned_data, self.actor.today()
        return check_refund(
            values.get("amount"),
            self.source.currency,
            values.get("refund_date") or today,
            values.get("payment_method") or "other",
            source_date=day_of(self.source),
            today=today,
        )

    def save(self, form: RefundForm) -> str:
        """Back to where it was left of."""
        refund = refund_credit(self.actor, self.source, RefundInput(**form.cleaned_data))
        amount = formatting.amount_with_currency(refund.amount, self.source.currency)
        self.done(_("Refund of %(amount)s recorded") % {"amount": amount})
        return source_href(self.source)

    def refuse(self, form: RefundForm, error: DomainError) -> None:
        """Too much is told at the amount."""
        if isinstance(error, RefundExceedsCredit):
            left = formatting.amount_with_currency(error.details[0]["unappliedAmount"], self.source.currency)
            form.add_error("amount", _("Only %(left)s can be refunded") % {"left": left})
            return
        super().refuse(form, error)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        left = formatting.amount_with_currency(unapplied_of(self.source), self.source.currency)
        return {
            "title": _("Refund credit"),
            "text": _("%(amount)s is left. Record what you have paid back to the customer.") % {"amount": left},
            "submit": _("Record refund"),
            "back": source_href(self.source),
        }


class CreditNoteRefundView(PaymentRefundView):
    """Gives back what is left of a credit note."""

    of_note = True


class PaymentAllocationReverseView(CreditPage, ChildFormView):
    """Takes back what a payment settled."""

    resource = "payments"
    source: Source
    allocation: Allocation

    def prepare(self, public_id: str = "") -> None:
        """The allocation, below its payment or credit note."""
        self.source = self.find(public_id)
        rows = Allocation.objects.filter(**key_of(self.source), reverses=None).select_related("invoice")
        self.allocation = by_public_id(rows, "Allocation", self.part_id)

    def make_form(self, data: Any = None) -> forms.Form:
        """Nothing to fill in."""
        return forms.Form(data)

    def save(self, form: forms.Form) -> str:
        """Back to where it came from."""
        unallocate_credit(self.actor, self.source, [self.allocation.public_id])
        self.done(_("Allocation reversed"))
        return source_href(self.source)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        values = {
            "amount": formatting.amount_with_currency(self.allocation.amount, self.source.currency),
            "number": self.allocation.invoice.invoice_number,
        }
        return {
            "title": _("Reverse the allocation to %(number)s?") % values,
            "text": _("%(amount)s of %(number)s is due again, and is the customer's credit.") % values,
            "submit": _("Reverse allocation"),
            "danger": True,
            "back": source_href(self.source),
        }


class CreditNoteAllocationReverseView(PaymentAllocationReverseView):
    """Takes back what a credit note settled."""

    resource = "credit-notes"
    of_note = True


class RefundVoidView(ConfirmView):
    """Voids a refund."""

    resource = "payments"
    verb = "refund"
    asks_why = True
    refund: Refund

    def prepare(self, public_id: str = "") -> None:
        """The refund."""
        rows = Refund.objects.select_related("payment", "credit_note")
        self.refund = by_public_id(rows, "Refund", public_id)

    def save(self, form: forms.Form) -> str:
        """Back to what it was a refund of."""
        void_refund(self.actor, self.refund, reason=form.cleaned_data["reason"])
        self.done(_("Refund voided"))
        return source_href(self.refund.source)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        source = self.refund.source
        values = {"amount": formatting.amount_with_currency(self.refund.amount, source.currency)}
        return {
            "title": _("Void the refund of %(amount)s?") % values,
            "text": _("Void a refund that was returned. %(amount)s becomes the customer's credit again.") % values,
            "submit": _("Void refund"),
            "danger": True,
            "back": source_href(source),
        }
