"""The pages about sales orders."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from bigledger_crm.web import formatting
from bigledger_crm.web.components import Fact, Text
from bigledger_crm.web.form_views import ActionPage, FormPage
from bigledger_crm.web.pdf_response import pdf_response
from bigledger_crm.web.views import CompanyView
from sales.lifecycle import ORDER
from sales.models import SalesOrder, SalesOrderLine
from sales.pages import about
from sales.pages.credit import caution_of
from sales.pages.documents import DocumentPage, headline, totals_of
from sales.pages.forms import StatusForm
from sales.pages.moves import order_moves
from sales.pages.words import (
    ORDER_MOVE_TITLES,
    ORDER_MOVES,
    ORDER_NEXT,
    ORDER_OF_SERVICES,
    ORDER_STATES,
    ORDER_TO_INVOICE,
    ORDER_TO_SHIP,
    PRIORITIES,
)
from sales.queries import order_by_public_id, order_lines
from sales.rules import shown_order_status
from sales.services import change_order_status, duplicate_order, order_paper


def order_href(public_id: str) -> str:
    """The page of an order."""
    return reverse("sales:order", args=[public_id])


class OrderPage(DocumentPage):
    """One order."""

    resource = "sales-orders"
    added = about.ORDER

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        order = order_by_public_id(public_id)
        lines = list(order_lines(order))
        facts = [
            Fact(_("Customer's reference"), order.reference),
            Fact(_("Order date"), formatting.day(order.order_date)),
            Fact(_("Required"), formatting.day(order.required_date)),
            Fact(_("Promised"), formatting.day(order.promised_date)),
            Fact(_("Priority"), PRIORITIES[order.priority]),
        ]
        return self.show(
            order,
            lines,
            number=order.order_number,
            state=ORDER_STATES[shown_order_status(order.status, any(line.shipped_quantity for line in lines))],
            facts=facts,
            moves=order_moves(order, lines, self.actor),
            totals=totals_of(order, lines),
            lead=headline(order, order.title),
            next=_next(order, lines),
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


class ChangeStatus(FormPage):
    """Moves an order along; the form asks before cancelling and shows what stands against a step."""

    resource = "sales-orders"
    order: SalesOrder

    def prepare(self, public_id: str = "") -> None:
        """The order."""
        self.order = order_by_public_id(public_id)

    def make_form(self, data: Any = None) -> StatusForm:
        """The step, a note, and for those who may the override of the credit limit."""
        may_override = self._target() == "confirmed" and OVERRIDE_CREDIT_LIMIT in self.actor.permissions
        return StatusForm(data, may_override=may_override, initial={"to": self._target()})

    def save(self, form: StatusForm) -> str:
        """Back to the order."""
        values = form.cleaned_data
        override = values.get("override_credit_limit", False)
        change_order_status(self.actor, self.order, values["to"], note=values["note"], override_credit_limit=override)
        return order_href(self.order.public_id)

    def describe(self) -> dict[str, Any]:
        """Texts."""
        target = self._target()
        return {
            "title": str(ORDER_MOVE_TITLES[target]) % {"number": self.order.order_number},
            "text": _("A cancelled order stays in the list and keeps its number.") if target == "cancelled" else "",
            "submit": ORDER_MOVES[target],
            "danger": target == "cancelled",
            "back": order_href(self.order.public_id),
        }

    def _target(self) -> str:
        target = self.request.POST.get("to") or self.request.GET.get("to", "")
        if target not in ORDER.states or target not in ORDER_MOVES:
            raise Http404("No such step")
        return target


class DuplicateOrder(ActionPage):
    """Makes a new draft with the same lines."""

    resource = "sales-orders"

    def act(self, public_id: str) -> str:
        """To the copy."""
        original = order_by_public_id(public_id)
        copy = duplicate_order(self.actor, original)
        numbers = {"number": copy.order_number, "original": original.order_number}
        self.done(_("Draft %(number)s created from %(original)s") % numbers)
        return order_href(copy.public_id)

    def back(self, public_id: str) -> str:
        """The order."""
        return order_href(public_id)


class OrderPaper(CompanyView):
    """An order as PDF."""

    resource = "sales-orders"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """What it says now."""
        paper = order_paper(self.actor, order_by_public_id(public_id))
        return pdf_response(paper.content, paper.filename)
