"""The pages about sales orders."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.pages import formats
from bigledger_crm.pages.components import Column, Fact, Move
from bigledger_crm.pages.forms import FormPage
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.tenancy.permissions import OVERRIDE_CREDIT_LIMIT
from sales.lifecycle import ORDER, ORDER_OPEN_STATES
from sales.models import SalesOrder, SalesOrderLine
from sales.pages.documents import DocumentList, DocumentPage, totals_of
from sales.pages.forms import StatusForm
from sales.pages.words import ORDER_MOVES, ORDER_STATES, PRIORITIES
from sales.queries import order_by_public_id, order_lines
from sales.services import allowed_moves, change_order_status


def order_href(public_id: str) -> str:
    """The page of an order."""
    return reverse("sales:order", args=[public_id])


class OrderList(DocumentList):
    """All sales orders."""

    resource = "sales-orders"
    title = gettext_lazy("Orders")
    sorts = {"number": "order_number", "date": "order_date"}
    default_sort = "-date"
    chips = tuple((state, pill.label) for state, pill in ORDER_STATES.items())
    empty_title = gettext_lazy("No orders yet")
    empty_text = gettext_lazy("An accepted quote becomes an order here: ship it, and invoice it whole or in part.")

    def columns(self) -> Sequence[Column]:
        """What the list shows."""
        return (
            Column(_("Number"), lambda order: order.order_number, "main", "number", lambda order: order.reference),
            Column(_("Customer"), lambda order: order.customer_name),
            Column(_("Status"), lambda order: ORDER_STATES[order.status], "pill"),
            Column(_("Date"), lambda order: order.order_date, "day", "date"),
            Column(_("Required"), lambda order: order.required_date, "day"),
            Column(_("Total"), lambda order: order.total, "amount"),
        )

    def all_rows(self) -> QuerySet[Any]:
        """Orders."""
        return SalesOrder.objects.all()

    def href(self, row: SalesOrder) -> str:
        """The order's page."""
        return order_href(row.public_id)


class OrderPage(DocumentPage):
    """One order."""

    resource = "sales-orders"

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        """The page."""
        order = order_by_public_id(public_id)
        lines = list(order_lines(order))
        facts = [
            Fact(_("Order date"), formats.day(order.order_date)),
            Fact(_("Required"), formats.day(order.required_date)),
            Fact(_("Promised"), formats.day(order.promised_date)),
            Fact(_("Priority"), PRIORITIES[order.priority]),
        ]
        return self.show(
            order,
            lines,
            number=order.order_number,
            state=ORDER_STATES[order.status],
            facts=facts,
            moves=_moves(order, lines, self.actor),
            totals=totals_of(order, lines),
            shows_progress=True,
        )


def _moves(order: SalesOrder, lines: Sequence[SalesOrderLine], actor: Actor) -> list[Move]:
    """What may be done now, the next step last: agree, then invoice, then ship and deliver."""
    moves: list[Move] = []
    can_invoice = order.status in ORDER_OPEN_STATES and any(line.invoiced_quantity < line.quantity for line in lines)
    can_invoice = can_invoice and actor.may("invoices", "write")
    if actor.may("sales-orders", "write"):
        for target in reversed(allowed_moves(order)):
            is_next = not can_invoice and target != "cancelled"
            moves.append(_status_move(order, target, primary=is_next))
    if can_invoice:
        href = reverse("invoicing:from-order", args=[order.public_id])
        moves.append(Move(_("Create invoice"), href, primary=True))
    return moves


def _status_move(order: SalesOrder, target: str, *, primary: bool) -> Move:
    href = reverse("sales:order-status", args=[order.public_id])
    if target == "cancelled":
        return Move(ORDER_MOVES[target], f"{href}?to={target}", danger=True)
    return Move(ORDER_MOVES[target], href, post=True, primary=primary, fields={"to": target})


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
            "title": f"{self.order.order_number}: {ORDER_MOVES[target]}",
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
