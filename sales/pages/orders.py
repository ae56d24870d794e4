"""The pages about sales orders."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.web import formatting
from bigledger_crm.web.components import DetailField, Text
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from sales.models import SalesOrder, SalesOrderLine
from sales.pages import notes_and_files
from sales.pages.action_buttons import order_buttons
from sales.pages.credit_caution import caution_of
from sales.pages.document_pages import DocumentView, headline, totals_of
from sales.pages.labels import ORDER_NEXT, ORDER_OF_SERVICES, ORDER_STATES, ORDER_TO_INVOICE, ORDER_TO_SHIP, PRIORITIES
from sales.queries import order_by_public_id, order_lines, order_with_customer
from sales.rules import shown_order_status
from sales.services import render_order_pdf


def order_href(public_id: str) -> str:
    """The page of an order."""
    return reverse("sales:order", args=[public_id])


class OrderDetailView(DocumentView):
    """One order."""

    resource = "sales-orders"
    added = notes_and_files.ORDER
    owner_page = "sales:order-owner"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        order = order_with_customer(public_id)
        lines = list(order_lines(order))
        facts = [
            DetailField(_("Customer's reference"), order.reference),
            DetailField(_("Order date"), formatting.day(order.order_date)),
            DetailField(_("Required date"), formatting.day(order.required_date)),
            DetailField(_("Promised date"), formatting.day(order.promised_date)),
            DetailField(_("Priority"), PRIORITIES[order.priority]),
        ]
        return self.show(
            order,
            lines,
            number=order.order_number,
            badge=ORDER_STATES[shown_order_status(order.status, any(line.shipped_quantity for line in lines))],
            details=facts,
            actions=order_buttons(order, lines, self.actor),
            totals=totals_of(order, lines),
            lead=headline(order, order.title),
            next_step=_next(order, lines),
            shows_progress=True,
            caution=caution_of(self.actor, order),
        )


def _next(order: SalesOrder, lines: Sequence[SalesOrderLine]) -> Text:
    unbilled = any(line.invoiced_quantity < line.quantity for line in lines)
    if order.status == "confirmed" and all(line.type == "service" for line in lines):
        return ORDER_OF_SERVICES if unbilled else ""
    if order.status == "confirmed" and not unbilled:
        return ORDER_TO_SHIP
    if unbilled and order.status in ("shipped", "delivered"):
        return ORDER_TO_INVOICE
    return ORDER_NEXT.get(order.status, "")


class OrderPdfView(CompanyView):
    """An order as PDF."""

    resource = "sales-orders"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """What it says now."""
        pdf = render_order_pdf(self.actor, order_by_public_id(public_id))
        return pdf_response(pdf.content, pdf.filename)
