"""Moving a sales order along its lifecycle."""

from collections.abc import Iterable

from django.db import transaction

from bigledger_crm.kernel.errors import InvalidStatusTransition
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer, lock_customer_of
from sales.lifecycle import ORDER
from sales.models import SalesOrder, SalesOrderLine
from sales.queries import credit_use, lock_order
from sales.services.credit_limit import check_credit
from sales.services.order_history import record_transition
from sales.services.shipments import ship_the_rest


@transaction.atomic
def change_order_status(
    actor: Actor, order: SalesOrder, target: str, *, note: str = "", override_credit_limit: bool = False
) -> SalesOrder:
    """Moves an order along its lifecycle; `shipped` ships all that remains.

    Raises InvalidStatusTransition with what is allowed, CustomerBlocked and CreditLimitExceeded on `confirmed`, and
    PermissionDenied on `cancelled` unless the actor may cancel orders.
    """
    if target == "confirmed":
        lock_customer_of(order)
    stored = lock_order(order.pk)
    return transition_order(actor, stored, target, note=note, override_credit_limit=override_credit_limit)


def transition_order(
    actor: Actor, order: SalesOrder, target: str, *, note: str = "", override_credit_limit: bool = False
) -> SalesOrder:
    """As `change_order_status`, for a transaction that has the order locked or has just made it.

    To confirm it, the transaction has locked the customer before.
    """
    allowed = allowed_transitions(order)
    if target not in allowed:
        raise InvalidStatusTransition("Sales order", order.status, target, allowed)
    if target == "cancelled":
        actor.require("sales-orders", "cancel")
    if target == "confirmed":
        customer = lock_customer(order.customer_id)
        use = credit_use(customer, apart_from=order)
        check_credit(actor, customer, use, order.total, kind="order", override=override_credit_limit)
    if target == "shipped":
        ship_the_rest(actor, order)
    record_transition(actor, order, target, note=note)
    return order


def allowed_transitions(order: SalesOrder, lines: Iterable[SalesOrderLine] | None = None) -> tuple[str, ...]:
    """The states that the order may go to now: once something is shipped or invoiced it can't be cancelled.

    An order of services only needs no shipment: it may be delivered at once.
    `lines` are the order's, where the caller has read them.
    """
    transitions = ORDER.allowed(order.status)
    if order.status == "confirmed" and not _has_goods(order, lines):
        transitions = ("shipped", "delivered", *(move for move in transitions if move != "shipped"))
    if "cancelled" in transitions and _has_begun(order, lines):
        return tuple(move for move in transitions if move != "cancelled")
    return transitions


def _has_goods(order: SalesOrder, known: Iterable[SalesOrderLine] | None) -> bool:
    if known is not None:
        return any(line.type == "goods" for line in known)
    return SalesOrderLine.objects.filter(order=order, type="goods").exists()


def _has_begun(order: SalesOrder, known: Iterable[SalesOrderLine] | None) -> bool:
    if known is not None:
        return any(line.shipped_quantity or line.invoiced_quantity for line in known)
    lines = SalesOrderLine.objects.filter(order=order)
    return (lines.filter(shipped_quantity__gt=0) | lines.filter(invoiced_quantity__gt=0)).exists()
