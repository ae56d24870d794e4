"""Making an invoice from an order, whole or in part."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.kernel.errors import DomainError
from bigledger_crm.pages import formats
from bigledger_crm.pages.forms import FormPage
from invoicing.pages.forms import PartsForm
from invoicing.pages.invoices import invoice_href
from invoicing.services import convert_order_to_invoice
from sales.errors import QuantityExceedsRemaining
from sales.models import SalesOrder
from sales.queries import order_by_public_id, order_lines


class InvoiceFromOrder(FormPage):
    """Shows what remains of each line and invoices the quantities that are left in the fields."""

    resource = "invoices"
    template = "invoicing/from_order.html"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order."""
        self.order = order_by_public_id(public_id)

    def make_form(self, data: Any = None) -> PartsForm:
        """All that remains."""
        remaining = [(line, line.quantity - line.invoiced_quantity) for line in order_lines(self.order)]
        open_lines = [(line, left) for line, left in remaining if left > 0]
        return PartsForm(data, lines=open_lines, initial={"invoice_date": self.actor.today()})

    def save(self, form: PartsForm) -> str:
        """To the draft."""
        invoice = convert_order_to_invoice(
            self.actor,
            self.order,
            invoice_date=form.cleaned_data["invoice_date"],
            due_date=form.cleaned_data["due_date"],
            partial_items=form.partial_items(),
        )
        self.done(_("%(number)s is a draft.") % {"number": invoice.invoice_number})
        return invoice_href(invoice.public_id)

    def refuse(self, form: PartsForm, error: DomainError) -> None:
        """Too much of a line is told at the line."""
        if not isinstance(error, QuantityExceedsRemaining):
            super().refuse(form, error)
            return
        for detail in error.details:
            message = _("Only %(quantity)s remain") % {"quantity": formats.number(detail["remaining"])}
            form.add_error(detail["itemId"] if detail["itemId"] in form.fields else None, message)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Invoice %(number)s") % {"number": self.order.order_number},
            "submit": _("Create draft invoice"),
            "back": reverse("sales:order", args=[self.order.public_id]),
        }
