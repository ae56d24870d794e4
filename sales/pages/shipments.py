"""The pages about shipments."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import Action, DetailField
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from sales.models import SalesOrder
from sales.pages.orders import order_href
from sales.pages.quantity_forms import QuantitiesFormView, ShipmentForm
from sales.queries import order_by_public_id, order_lines, shipment_with_order
from sales.services import delivery_note_number, render_delivery_note_pdf, ship_order


def shipment_href(public_id: str) -> str:
    """The page of a shipment."""
    return reverse("sales:shipment", args=[public_id])


class OrderShipView(QuantitiesFormView):
    """Shows what remains of each line and ships the quantities that are left in the fields."""

    resource = "sales-orders"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order."""
        self.order = order_by_public_id(public_id)

    def make_form(self, data: Any = None) -> ShipmentForm:
        """All goods that remain, today."""
        remaining = [(line, line.to_ship) for line in order_lines(self.order)]
        initial = {"shipped_on": self.actor.today(), "method": self.order.shipping_method}
        return ShipmentForm(data, lines=[(line, left) for line, left in remaining if left > 0], initial=initial)

    def save(self, form: ShipmentForm) -> str:
        """Back to the order."""
        values = {name: form.cleaned_data[name] for name in ("shipped_on", "method", "tracking_number")}
        ship_order(self.actor, self.order, items=form.parts(), **values)
        self.done(_("Shipment recorded"))
        return order_href(self.order.public_id)

    def get_context(self) -> dict[str, Any]:
        """Texts."""
        return {
            "title": _("Ship %(number)s") % {"number": self.order.order_number},
            "text": _("The order is marked as shipped once nothing remains to be shipped. No email is sent."),
            "remaining_label": _("To ship"),
            "quantity_label": _("Ship now"),
            "submit": _("Ship"),
            "back": order_href(self.order.public_id),
        }


class ShipmentDetailView(CompanyView):
    """One shipment: what left, when and how."""

    resource = "sales-orders"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        shipment = shipment_with_order(public_id)
        order = shipment.order
        facts = [
            DetailField(_("Order"), order.order_number, href=order_href(order.public_id)),
            DetailField(_("Customer"), order.customer_name),
            DetailField(
                _("Shipping address"),
                "\n".join(formatting.address_lines(order.shipping_address or order.billing_address)),
            ),
            DetailField(_("Shipped on"), formatting.day(shipment.shipped_on)),
            DetailField(_("Carrier"), shipment.method),
            DetailField(_("Tracking number"), shipment.tracking_number),
        ]
        return self.page(
            "sales/shipment.html",
            title=_("Shipment %(number)s") % {"number": delivery_note_number(shipment)},
            lead=order.customer_name,
            shipment=shipment,
            details=facts,
            lines=shipment.lines.select_related("order_line").order_by("order_line__position"),
            actions=[
                Action(_("View order"), order_href(order.public_id)),
                *_delivery_note_buttons(public_id, may_send=self.actor.may("sales-orders", "write")),
            ],
        )


def _delivery_note_buttons(public_id: str, *, may_send: bool) -> list[Action]:
    note = Action(_("Delivery note"), reverse("sales:delivery-note", args=[public_id]), icon="printer")
    send = Action(
        _("Email delivery note"), reverse("sales:send-delivery-note", args=[public_id]), dialog=True, icon="send"
    )
    return [note, send] if may_send else [note]


class DeliveryNotePdfView(CompanyView):
    """The delivery note of a shipment, as PDF."""

    resource = "sales-orders"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The PDF."""
        pdf = render_delivery_note_pdf(self.actor, shipment_with_order(public_id))
        return pdf_response(pdf.content, pdf.filename)
