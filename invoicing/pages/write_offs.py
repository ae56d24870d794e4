"""Writing off what of an invoice nobody will pay, and taking that back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.kernel.errors import DomainError, FieldError
from bigledger_crm.web import formatting
from bigledger_crm.web.form_fields import NumberField
from bigledger_crm.web.form_views import ChildFormView, ReasonForm, ServiceFormView
from invoicing.errors import WriteOffExceedsAmountDue, WriteOffExceedsTolerance
from invoicing.inputs import WriteOffInput
from invoicing.models import Invoice, WriteOff
from invoicing.pages.invoices import invoice_href
from invoicing.pages.labels import WRITE_OFF_KINDS
from invoicing.queries import invoice_by_public_id
from invoicing.queries.settlement import due_of, write_off_by_public_id
from invoicing.rules.allocations import is_small_difference
from invoicing.services import reverse_write_off, write_off_invoice
from invoicing.services.write_offs import check_write_off


class WriteOffForm(forms.Form):
    """What is given up, and why."""

    amount = NumberField(label=gettext_lazy("Amount"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=list(WRITE_OFF_KINDS.items()))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), required=False, help_text=gettext_lazy("Needed for a bad debt.")
    )

    def __init__(self, data: Any = None, *, currency: str, initial: dict[str, Any]) -> None:
        """The amount is in `currency`."""
        super().__init__(data, initial=initial)
        self.fields["amount"] = NumberField(label=gettext_lazy("Amount"), affix=currency)


class WriteOffCreateView(ServiceFormView):
    """Gives up what is due, or part of it."""

    resource = "invoices"
    verb = "write-off"
    invoice: Invoice

    def prepare(self, public_id: str = "") -> None:
        """The invoice."""
        self.invoice = invoice_by_public_id(public_id)

    def make_form(self, data: Any = None) -> WriteOffForm:
        """All that is due; a cent is a small difference, where the company takes it for one."""
        invoice, company = self.invoice, self.actor.company
        due, tolerance = due_of(invoice), company.small_difference_tolerance
        is_small = is_small_difference(due, invoice.exchange_rate, company.currency, tolerance)
        initial = {
            "amount": formatting.amount(due, invoice.currency),
            "kind": "small_difference" if is_small else "bad_debt",
        }
        return WriteOffForm(data, currency=invoice.currency, initial=initial)

    def also_wrong(self, form: WriteOffForm) -> list[FieldError]:
        """By the rules."""
        values = form.cleaned_data
        if "amount" not in values:
            return []
        return check_write_off(
            values["amount"], self.invoice.currency, values.get("kind", ""), values.get("reason", "")
        )

    def save(self, form: WriteOffForm) -> str:
        """Back to the invoice."""
        write_off = write_off_invoice(self.actor, self.invoice, WriteOffInput(**form.cleaned_data))
        amount = formatting.amount_with_currency(write_off.amount, self.invoice.currency)
        self.done(_("%(amount)s written off") % {"amount": amount})
        return invoice_href(self.invoice.public_id)

    def refuse(self, form: WriteOffForm, error: DomainError) -> None:
        """Too much is told at the amount, or at the kind that doesn't take so much."""
        if isinstance(error, WriteOffExceedsAmountDue):
            due = formatting.amount_with_currency(due_of(self.invoice), self.invoice.currency)
            form.add_error("amount", _("Only %(due)s is due on this invoice") % {"due": due})
        elif isinstance(error, WriteOffExceedsTolerance):
            text = formatting.amount_with_currency(error.details[0]["tolerance"], self.actor.company.currency)
            form.add_error("kind", _("A small difference is at most %(limit)s") % {"limit": text})
        else:
            super().refuse(form, error)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        invoice = self.invoice
        values = {
            "number": invoice.invoice_number,
            "due": formatting.amount_with_currency(due_of(invoice), invoice.currency),
        }
        return {
            "title": _("Write off %(number)s") % values,
            "text": _("%(due)s is due. What you write off is no longer due; your sales stay the same.") % values,
            "submit": _("Write off"),
            "danger": True,
            "back": invoice_href(invoice.public_id),
        }


class WriteOffReverseView(ChildFormView):
    """Reverses a write-off."""

    resource = "invoices"
    verb = "write-off"
    invoice: Invoice
    write_off: WriteOff

    def prepare(self, public_id: str = "") -> None:
        """The write-off, below its invoice."""
        self.invoice = invoice_by_public_id(public_id)
        self.write_off = write_off_by_public_id(self.invoice, self.part_id)

    def make_form(self, data: Any = None) -> ReasonForm:
        """Why."""
        return ReasonForm(data)

    def save(self, form: forms.Form) -> str:
        """Back to the invoice."""
        reverse_write_off(self.actor, self.write_off, reason=form.cleaned_data["reason"])
        self.done(_("Write-off reversed"))
        return invoice_href(self.invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        values = {
            "amount": formatting.amount_with_currency(self.write_off.amount, self.invoice.currency),
            "number": self.invoice.invoice_number,
        }
        return {
            "title": _("Reverse the write-off of %(amount)s?") % values,
            "text": _("%(amount)s of %(number)s is due again.") % values,
            "submit": _("Reverse write-off"),
            "danger": True,
            "back": invoice_href(self.invoice.public_id),
        }
