"""What invoicing tells an order: the quantities that are invoiced and the totals that are issued."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, DecimalField, F, Value, When

from bigledger_crm.kernel import clock
from sales.models import SalesOrder, SalesOrderLine


def mark_lines_invoiced(order: SalesOrder, quantities: Mapping[UUID, Decimal]) -> None:
    """Moves the invoiced quantity of an order's lines, by their key; negative for a cancelled invoice.

    For the transaction that holds the order's lock.  The database refuses less than 0 and more than was ordered.
    """
    if quantities:
        own = (When(pk=pk, then=Value(quantity)) for pk, quantity in quantities.items())
        moved = F("invoiced_quantity") + Case(*own, output_field=DecimalField())
        SalesOrderLine.objects.filter(pk__in=quantities, order=order).update(invoiced_quantity=moved)
    SalesOrder.objects.filter(pk=order.pk).update(updated_at=clock.now())


def mark_order_issued(order_id: UUID, total: Decimal) -> None:
    """Adds the total of an issued invoice of an order, in its currency; negative for one that is cancelled.

    For the transaction that holds the locks of the customer and the invoice.
    """
    SalesOrder.objects.filter(pk=order_id).update(issued_total=F("issued_total") + total)
