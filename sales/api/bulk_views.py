"""Making many items, quotes and orders."""

from collections.abc import Sequence
from typing import Any

from bigledger_crm.api.bulk import BulkView
from customers.queries import lock_customers
from sales.api.inputs import ItemInput, OrderInput, QuoteInput
from sales.api.objects import ItemObject, show_item
from sales.api.order_objects import OrderObject, order_object
from sales.api.quote_objects import QuoteObject, quote_object
from sales.services import create_item, create_order, create_quote


class ItemBulk(BulkView):
    """Many items."""

    resource = "items"
    word = "Item"
    row_input = ItemInput

    def create(self, values: dict[str, Any]) -> ItemObject:
        """One item."""
        return show_item(create_item(self.actor, values))


class DocumentBulk(BulkView):
    """Many documents: their customers are locked before the first number is taken."""

    def before(self, rows: Sequence[Any]) -> None:
        """Locks every customer that a row names."""
        named = [row.get("customerId") for row in rows if isinstance(row, dict)]
        lock_customers(name for name in named if isinstance(name, str))


class QuoteBulk(DocumentBulk):
    """Many quotes."""

    resource = "quotes"
    word = "Quote"
    row_input = QuoteInput

    def create(self, values: dict[str, Any]) -> QuoteObject:
        """One draft."""
        return quote_object(create_quote(self.actor, values), self.actor.today())


class OrderBulk(DocumentBulk):
    """Many orders."""

    resource = "sales-orders"
    word = "Sales order"
    row_input = OrderInput

    def create(self, values: dict[str, Any]) -> OrderObject:
        """One draft."""
        return order_object(create_order(self.actor, values))
