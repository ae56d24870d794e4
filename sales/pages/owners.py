"""Who looks after a quote or an order."""

from bigledger_crm.web.owners import ChangeOwnerView
from sales.inputs import OrderInput, QuoteInput
from sales.models import Quote, SalesOrder
from sales.pages.orders import order_href
from sales.pages.quotes import quote_href
from sales.queries import order_by_public_id, quote_by_public_id
from sales.services import update_order, update_quote


class QuoteOwnerView(ChangeOwnerView):
    """The owner of a quote."""

    def find(self, public_id: str) -> Quote:
        """The quote."""
        return quote_by_public_id(public_id)

    def change(self, owner_id: str) -> None:
        """Of the quote only."""
        update_quote(self.actor, self.record, QuoteInput(owner_id=owner_id))

    def href(self) -> str:
        """The quote's page."""
        return quote_href(self.record.public_id)


class OrderOwnerView(ChangeOwnerView):
    """The owner of an order."""

    def find(self, public_id: str) -> SalesOrder:
        """The order."""
        return order_by_public_id(public_id)

    def change(self, owner_id: str) -> None:
        """Of the order only."""
        update_order(self.actor, self.record, OrderInput(owner_id=owner_id))

    def href(self) -> str:
        """The order's page."""
        return order_href(self.record.public_id)
