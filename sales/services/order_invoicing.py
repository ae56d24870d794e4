"""What invoicing tells an order: the quantities that are invoiced and the totals that are issued."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.db.models import F

from bigledger_crm.kernel import clock
from sales.models import SalesOrder

# Of as many lines as there are, without a condition for each.
_MOVE = """
UPDATE sales_salesorderline line SET invoiced_quantity = line.invoiced_quantity + moved.quantity
FROM unnest(%s::uuid[], %s::numeric[]) moved (id, quantity)
WHERE line.id = moved.id AND line.order_id = %s AND line.company_id = %s
"""


def mark_lines_invoiced(order: SalesOrder, quantities: Mapping[UUID, Decimal]) -> None:
    """Moves the invoiced quantity of an order's lines, by their key; negative for a cancelled invoice.

    For the transaction that holds the order's lock.  The database refuses less than 0 and more than was ordered.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [[*quantities], [*quantities.values()], order.pk, order.company_id])
    SalesOrder.objects.filter(pk=order.pk).update(updated_at=clock.now())


def mark_order_issued(order_id: UUID, total: Decimal) -> None:
    """Adds the total of an issued invoice of an order, in its currency; negative for one that is cancelled.

    For the transaction that holds the locks of the customer and the invoice.
    """
    SalesOrder.objects.filter(pk=order_id).update(issued_total=F("issued_total") + total)
