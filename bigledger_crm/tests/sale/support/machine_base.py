"""Rules of the sale's state machine: how quotes and orders are edited, ended, made again and shipped."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis.stateful import rule

from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tests.sale.support.sale_machine import LINES, PLACES, SHARES, Refusal, SaleMachine
from sales import errors
from sales.inputs import LineInput, OrderInput, QuantityInput, QuoteInput
from sales.lifecycle import QUOTE
from sales.models import Quote, SalesOrder
from sales.services import (
    cancel_quote,
    decline_quote,
    duplicate_order,
    duplicate_quote,
    revise_quote,
    ship_order,
    update_order,
    update_quote,
)


class MachineBase(SaleMachine):
    """What ends a quote or goes on with it, and what becomes of an order before it is delivered."""

    edits = 0

    @rule(place=PLACES)
    def decline(self, place: int) -> None:
        quote = self.a_quote("sent", place)
        refusal = None if QUOTE.allows(quote.status, "declined") else InvalidStatusTransition
        self.attempt(lambda: decline_quote(self.actor, quote, reason="Too dear"), refusal)

    @rule(place=PLACES)
    def cancel(self, place: int) -> None:
        quote = self.a_quote("draft", place)
        refusal = None if QUOTE.allows(quote.status, "cancelled") else InvalidStatusTransition
        self.attempt(lambda: cancel_quote(self.actor, quote, reason="Sold out"), refusal)

    @rule(place=PLACES)
    def revise(self, place: int) -> None:
        quote = self.a_quote("sent", place)
        refusal = None if quote.status == "sent" else errors.QuoteNotRevisable
        self.attempt(lambda: revise_quote(self.actor, quote), refusal)
        if refusal is None:
            newer = Quote.objects.get(supersedes=quote)
            assert (newer.status, newer.version, newer.total) == ("draft", quote.version + 1, quote.total)
            assert Quote.objects.get(pk=quote.pk).status == "cancelled"

    @rule(place=PLACES)
    def duplicate(self, place: int) -> None:
        quote = self.a_quote("declined", place)
        assert duplicate_quote(self.actor, quote).total == quote.total
        order = self.an_order("cancelled", place)
        assert duplicate_order(self.actor, order).total == order.total

    @rule(place=PLACES, lines=LINES)
    def edit_quote(self, place: int, lines: list[LineInput]) -> None:
        quote = self.a_quote("draft", place)
        refusal = None if quote.status == "draft" else errors.QuoteNotEditable
        self.attempt(lambda: update_quote(self.actor, quote, QuoteInput(**self.edit(quote, lines))), refusal)

    @rule(place=PLACES, lines=LINES)
    def edit_order(self, place: int, lines: list[LineInput]) -> None:
        order = self.an_order("draft", place)
        refusal = None if order.status == "draft" else errors.OrderNotEditable
        self.attempt(lambda: update_order(self.actor, order, OrderInput(**self.edit(order, lines))), refusal)

    def edit(self, document: Any, lines: list[LineInput]) -> dict[str, Any]:
        """Something new: the first line takes the place of the first that is there, the others are new."""
        self.edits += 1
        kept = replace(lines[0], id=document.lines.all()[0].public_id)
        return {"terms": f"Terms {self.edits}", "items": [*lines[1:], kept]}

    @rule(place=PLACES, share=SHARES)
    def ship_a_part(self, place: int, share: Decimal) -> None:
        order = self.an_order("confirmed", place)
        refusal = self.refusal_of_shipment(order)
        parts = []
        for row in order.lines.all():
            quantity = (row.quantity * share).quantize(Decimal("0.000001"))
            parts.append(QuantityInput(item_id=row.public_id, quantity=quantity))
            if refusal is None and quantity > row.quantity - row.shipped_quantity:
                refusal = errors.QuantityExceedsRemaining
        self.attempt(lambda: ship_order(self.actor, order, items=parts), refusal)
        if refusal is None:
            everything = all(row.shipped_quantity == row.quantity for row in order.lines.all())
            assert SalesOrder.objects.get(pk=order.pk).status == ("shipped" if everything else "confirmed")

    @rule(place=PLACES)
    def ship_the_rest(self, place: int) -> None:
        order = self.an_order("confirmed", place)
        self.attempt(lambda: ship_order(self.actor, order), self.refusal_of_shipment(order))

    def refusal_of_shipment(self, order: SalesOrder) -> Refusal:
        if order.status in ("shipped", "delivered"):
            return errors.OrderAlreadyShipped
        return None if order.status == "confirmed" else errors.OrderNotConfirmed

    def a_quote(self, status: str, place: int) -> Quote:
        return self.pick(Quote.objects.order_by("quote_number"), lambda row: row.status == status, place)

    def an_order(self, status: str, place: int) -> SalesOrder:
        return self.pick(SalesOrder.objects.order_by("order_number"), lambda row: row.status == status, place)
