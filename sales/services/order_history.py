"""The history of an order's transitions."""

from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from sales.models import OrderStatusChange, SalesOrder


def record_transition(actor: Actor, order: SalesOrder, target: str, *, note: str = "") -> None:
    """Writes an allowed step with its history; for the transaction that has the order locked or has just made it."""
    before, order.status = order.status, target
    order.updated_at = clock.now()
    order.save(update_fields=["status", "updated_at"])
    OrderStatusChange.objects.create(
        company=actor.company,
        order=order,
        from_status=before,
        to_status=target,
        note=note,
        changed_by=actor.id,
        changed_at=order.updated_at,
    )
    record(actor, f"sales_order.{target}", order.pk, order.customer_id, note=note)
