"""Every action in every state: it does what the lifecycle tables say, or is refused and nothing changes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bigledger_crm.audit.models import AuditEntry
from bigledger_crm.kernel import clock
from bigledger_crm.kernel.errors import DomainError, InvalidStatusTransition
from bigledger_crm.numbering.models import DocumentSequence
from bigledger_crm.outbox.models import OutboxEmail
from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.factories import line, make_order, make_quote
from invoicing.integrity import check_integrity
from sales import errors, services
from sales.inputs import OrderInput, QuantityInput, QuoteInput
from sales.lifecycle import ORDER, QUOTE
from sales.models import OrderStatusChange, Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine

pytestmark = pytest.mark.usefixtures("in_company")
Refusal = type[DomainError] | None
_MODELS = (
    Quote,
    QuoteLine,
    SalesOrder,
    SalesOrderLine,
    Shipment,
    ShipmentLine,
    OrderStatusChange,
    OutboxEmail,
    AuditEntry,
    DocumentSequence,
)


def everything() -> list[tuple[Any, ...]]:
    """A fingerprint of every row that an action may touch."""
    tables = [model._meta.db_table for model in _MODELS]
    sums = [f"SELECT '{table}', md5(string_agg(t::text, '|' ORDER BY t.id)) FROM {table} t" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(sums))
        return list(cursor.fetchall())


def tried(act: Callable[[], Any], refusal: Refusal) -> Any:
    """The result of an action that must be taken; or None after exactly this refusal, with nothing changed."""
    if refusal is None:
        return act()
    before = everything()
    with pytest.raises(refusal) as refused:
        act()
    assert type(refused.value) is refusal
    assert everything() == before
    return None


def faults(check: Callable[[str], None], names: Iterable[str]) -> dict[str, str]:
    """What is wrong with the actions of these names."""
    wrong = {}
    for name in names:
        try:
            check(name)
        except (AssertionError, DomainError, pytest.fail.Exception) as error:
            wrong[name] = repr(error)
    return wrong


@dataclass(frozen=True)
class Action:
    """What can be done: the state that follows (none: the same one), and what refuses it in a state."""

    act: Callable[[Actor, Any], Any]
    refusal: Callable[[str], Refusal]
    target: str = ""


def moving(target: str, *also: str) -> Callable[[str], Refusal]:
    """Refused as the table of quotes says; in the states of `also` it may be done again."""
    return lambda state: None if QUOTE.allows(state, target) or state in also else InvalidStatusTransition


def only_in(state: str, otherwise: type[DomainError]) -> Callable[[str], Refusal]:
    return lambda current: None if current == state else otherwise


QUOTE_ACTIONS = {
    "edit": Action(
        lambda actor, quote: services.update_quote(actor, quote, QuoteInput(title="New")),
        only_in("draft", errors.QuoteNotEditable),
    ),
    "send": Action(
        lambda actor, quote: services.send_quote(actor, quote, services.EmailOptions())[0],
        moving("sent", "sent"),
        "sent",
    ),
    "accept": Action(services.accept_quote, moving("accepted"), "accepted"),
    "decline": Action(services.decline_quote, moving("declined"), "declined"),
    "cancel": Action(services.cancel_quote, moving("cancelled"), "cancelled"),
    "revise": Action(services.revise_quote, only_in("sent", errors.QuoteNotRevisable), "cancelled"),
    "duplicate": Action(services.duplicate_quote, lambda state: None),
    "convert": Action(services.convert_quote_to_order, only_in("accepted", errors.QuoteConversionFailed), "converted"),
}
WAYS_OF_QUOTES: dict[str, tuple[str, ...]] = {
    "draft": (),
    "sent": ("send",),
    "accepted": ("accept",),
    "declined": ("send", "decline"),
    "cancelled": ("cancel",),
    "converted": ("accept", "convert"),
}


def quote_in(actor: Actor, state: str, *, expired: bool) -> Quote:
    """A quote that came to a state by its actions: today, or so long ago that its last day has passed."""
    with clock.travelling(clock.now() - timedelta(days=40 if expired else 0)):
        quote = make_quote(actor)
        for name in WAYS_OF_QUOTES[state]:
            QUOTE_ACTIONS[name].act(actor, quote)
    return Quote.objects.get(pk=quote.pk)


def test_every_state_is_reached_and_every_move_has_an_action() -> None:
    assert WAYS_OF_QUOTES.keys() == QUOTE.transitions.keys()
    assert WAYS_OF_ORDERS.keys() == ORDER.transitions.keys()
    targets = {target for targets in QUOTE.transitions.values() for target in targets}
    assert targets <= {action.target for action in QUOTE_ACTIONS.values()}


@pytest.mark.parametrize("expired", [False, True], ids=["valid", "expired"])
@pytest.mark.parametrize("state", QUOTE.states)
def test_a_quote(actor: Actor, state: str, expired: bool) -> None:
    assert faults(lambda name: _try_on_a_quote(actor, state, name, expired=expired), QUOTE_ACTIONS) == {}
    assert check_integrity(actor.company) == []


def _try_on_a_quote(actor: Actor, state: str, name: str, *, expired: bool) -> None:
    quote, action = quote_in(actor, state, expired=expired), QUOTE_ACTIONS[name]
    refusal = action.refusal(state)
    if expired and name in ("send", "accept") and state in ("draft", "sent"):
        refusal = errors.QuoteExpired
    tried(lambda: action.act(actor, quote), refusal)
    status = Quote.objects.get(pk=quote.pk).status
    assert status == (action.target if refusal is None and action.target else state)
    revised, converted = (refusal is None and name == other for other in ("revise", "convert"))
    assert Quote.objects.filter(supersedes=quote).count() == revised
    assert SalesOrder.objects.filter(quote=quote).count() == (converted or state == "converted")


def shipping(actor: Actor, order: SalesOrder) -> Shipment:
    return services.ship_order(actor, order)


def unless_shipped(state: str) -> Refusal:
    if state in ("shipped", "delivered"):
        return errors.OrderAlreadyShipped
    return None if state == "confirmed" else errors.OrderNotConfirmed


def to(target: str) -> Action:
    return Action(
        lambda actor, order: services.change_order_status(actor, order, target),
        lambda state: None if ORDER.allows(state, target) else InvalidStatusTransition,
        target,
    )


ORDER_ACTIONS = {
    **{target: to(target) for target in ORDER.states},
    "edit": Action(
        lambda actor, order: services.update_order(actor, order, OrderInput(terms="New")),
        only_in("draft", errors.OrderNotEditable),
    ),
    "note": Action(
        lambda actor, order: services.update_order(actor, order, OrderInput(notes="New")),
        lambda state: errors.OrderNotEditable if state == "cancelled" else None,
    ),
    "ship": Action(shipping, unless_shipped, "shipped"),
    "duplicate": Action(services.duplicate_order, lambda state: None),
}
WAYS_OF_ORDERS: dict[str, tuple[str, ...]] = {
    "draft": (),
    "confirmed": ("confirmed",),
    "shipped": ("confirmed", "shipped"),
    "delivered": ("confirmed", "shipped", "delivered"),
    "cancelled": ("cancelled",),
}


def order_in(actor: Actor, state: str) -> SalesOrder:
    """An order that came to a state by its actions."""
    order = make_order(actor, None, [line("4"), line("2.5")], draft=True)
    for name in WAYS_OF_ORDERS[state]:
        ORDER_ACTIONS[name].act(actor, order)
    return SalesOrder.objects.get(pk=order.pk)


@pytest.mark.parametrize("state", ORDER.states)
def test_an_order(actor: Actor, state: str) -> None:
    assert faults(lambda name: _try_on_an_order(actor, state, name), ORDER_ACTIONS) == {}
    assert check_integrity(actor.company) == []


def _try_on_an_order(actor: Actor, state: str, name: str) -> None:
    order, action = order_in(actor, state), ORDER_ACTIONS[name]
    steps = OrderStatusChange.objects.filter(order=order).count()
    refusal = action.refusal(state)
    tried(lambda: action.act(actor, order), refusal)
    moved = refusal is None and bool(action.target)
    assert SalesOrder.objects.get(pk=order.pk).status == (action.target if moved else state)
    assert OrderStatusChange.objects.filter(order=order).count() == steps + moved


def test_an_order_that_is_shipped_in_part(actor: Actor) -> None:
    assert faults(lambda name: _try_on_a_part(actor, name), ORDER_ACTIONS) == {}
    assert check_integrity(actor.company) == []


def _try_on_a_part(actor: Actor, name: str) -> None:
    order, action = order_in(actor, "confirmed"), ORDER_ACTIONS[name]
    part = [QuantityInput(item_id=order.lines.all()[0].public_id, quantity=Decimal(1))]
    services.ship_order(actor, order, items=part)
    refusal = InvalidStatusTransition if name == "cancelled" else action.refusal("confirmed")
    tried(lambda: action.act(actor, order), refusal)
