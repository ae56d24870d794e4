"""Making an invoice from an order, whole or in part."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Text
from invoicing.pages.forms import InvoiceQuantitiesForm
from invoicing.pages.invoices import invoice_href
from invoicing.services import convert_order_to_invoice, price_parts
from sales.models import SalesOrder
from sales.pages.quantity_forms import QuantitiesFormView
from sales.queries import order_by_public_id, order_lines


class OrderConvertView(QuantitiesFormView):
    """Shows what remains of each line and invoices the quantities that are left in the fields."""

    resource = "invoices"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order and its lines."""
        self.order = order_by_public_id(public_id)
        self.lines = list(order_lines(self.order))

    def make_form(self, data: Any = None) -> InvoiceQuantitiesForm:
        """All that remains."""
        remaining = [(line, line.quantity - line.invoiced_quantity) for line in self.lines]
        open_lines = [(line, left) for line, left in remaining if left > 0]
        return InvoiceQuantitiesForm(
            data, lines=open_lines, initial={"invoice_date": self.actor.today(), "send_reminders": True}
        )

    def fills(self, form: InvoiceQuantitiesForm) -> dict[str, tuple[Text, Mapping[str, Decimal]]]:
        """Also what was shipped and not invoiced, where there is any."""
        shipped = {line.public_id: line.shipped_quantity - line.invoiced_quantity for line in self.lines}
        open_parts = {key: quantity for key, quantity in shipped.items() if quantity > 0}
        more = {"shipped": (_("Shipped quantities"), open_parts)} if open_parts else {}
        return {**super().fills(form), **more}

    def total(self, form: InvoiceQuantitiesForm) -> tuple[str, str]:
        """With tax, and with shipping on the first invoice."""
        return formatting.amount_with_currency(price_parts(self.order, form.parts()).total, self.order.currency), ""

    def save(self, form: InvoiceQuantitiesForm) -> str:
        """To the draft."""
        invoice = convert_order_to_invoice(
            self.actor,
            self.order,
            invoice_date=form.cleaned_data["invoice_date"],
            due_date=form.cleaned_data["due_date"],
            partial_items=form.parts(),
            send_reminders=form.cleaned_data["send_reminders"],
        )
        self.done(_("Draft invoice %(number)s created") % {"number": invoice.invoice_number})
        return invoice_href(invoice.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Invoice %(number)s") % {"number": self.order.order_number},
            "remaining_label": _("To invoice"),
            "quantity_label": _("Invoice now"),
            "has_total": True,
            "submit": _("Create draft invoice"),
            "back": reverse("sales:order", args=[self.order.public_id]),
        }
