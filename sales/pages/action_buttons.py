"""Which buttons a customer, a quote or an order has: the actions that its lifecycle allows, the next step last."""

from collections.abc import Callable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web.components import Action
from customers.models import Customer
from sales.lifecycle import ORDER_OPEN_STATES, QUOTE
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.pages.extensions import document_pages
from sales.pages.labels import ORDER_MOVES
from sales.services import allowed_transitions, is_open_to_answer


def new_quote_button(customer: Customer) -> Action:
    """Begins a quote to a customer."""
    return Action(_("New quote"), f"{reverse('sales:new-quote')}?customer={customer.public_id}", primary=True)


def quote_buttons(quote: Quote, actor: Actor) -> list[Action]:
    """What may be done with a quote; one that ran out is no longer sent or accepted, unless that was in time."""

    def to(name: str) -> str:
        return reverse(f"sales:quote-{name}", args=[quote.public_id])

    pdf = Action(_("PDF"), to("pdf"), icon="file-text")
    if not actor.may("quotes", "write"):
        return [pdf]
    expired = not is_open_to_answer(actor, quote, actor.today())
    allowed = [target for target in QUOTE.allowed(quote.status) if not (expired and target in ("sent", "accepted"))]
    actions = [pdf, Action(_("Duplicate"), to("duplicate"), post=True, more=True, icon="copy")]
    if quote.status == "draft":
        actions.append(Action(_("Edit"), to("edit"), icon="pencil"))
    if quote.status == "sent":
        actions.append(Action(_("Revise"), to("revise"), dialog=True, primary=expired, icon="pencil"))
        if not expired:
            actions.append(Action(_("Send again"), to("send"), dialog=True, icon="send"))
    if "cancelled" in allowed:
        actions.append(Action(_("Cancel quote"), to("cancel"), danger=True, dialog=True, more=True, icon="ban"))
    if "declined" in allowed:
        actions.append(Action(_("Mark as declined"), to("decline"), dialog=True))
    if "accepted" in QUOTE.allowed(quote.status):
        is_next = quote.status == "sent" and not expired
        actions.append(Action(_("Mark as accepted"), to("accept"), dialog=True, primary=is_next))
    if "sent" in allowed:
        actions.append(Action(_("Send"), to("send"), dialog=True, primary=True))
    if "converted" in allowed and actor.may("sales-orders", "write"):
        actions.append(Action(_("Convert to order"), to("convert"), post=True, primary=True))
    return actions


def order_buttons(order: SalesOrder, lines: Sequence[SalesOrderLine], actor: Actor) -> list[Action]:
    """What may be done with an order; a next step of another app, such as its invoice, comes before shipping."""

    def to(name: str) -> str:
        return reverse(f"sales:order-{name}", args=[order.public_id])

    further = [button for buttons in document_pages().order_buttons for button in buttons(order, lines, actor)]
    has_next = any(button.primary for button in further)
    actions = [Action(_("PDF"), to("pdf"), icon="file-text")]
    if actor.may("sales-orders", "write"):
        actions.append(Action(_("Duplicate"), to("duplicate"), post=True, more=True, icon="copy"))
        if order.status == "draft":
            actions.append(Action(_("Edit"), to("edit"), icon="pencil"))
        elif order.status != "cancelled":
            actions.append(Action(_("Edit dates and notes"), to("edit"), more=True, icon="pencil"))
        if order.status in ORDER_OPEN_STATES:
            actions.append(Action(_("Send confirmation"), to("send"), dialog=True, more=True, icon="send"))
        actions += [
            _order_button(target, to, primary=not has_next)
            for target in reversed(_offered_transitions(order, lines))
            if target != "cancelled" or actor.may("sales-orders", "cancel")
        ]
    return [*actions, *further]


def _offered_transitions(order: SalesOrder, lines: Sequence[SalesOrderLine]) -> list[str]:
    """The steps of an order, but shipping where there is nothing to ship."""
    actions = allowed_transitions(order, lines)
    has_goods = any(line.type == "goods" for line in lines)
    return [action for action in actions if action != "shipped" or has_goods]


def _order_button(target: str, to: Callable[[str], str], *, primary: bool) -> Action:
    if target == "cancelled":
        href = f"{to('status')}?to={target}"
        return Action(ORDER_MOVES[target], href, danger=True, dialog=True, more=True, icon="ban")
    if target == "shipped":
        return Action(_("Ship"), to("ship"), primary=primary, dialog=True)
    return Action(ORDER_MOVES[target], to("status"), post=True, primary=primary, fields={"to": target})
