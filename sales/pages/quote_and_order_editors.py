"""Writing quotes and orders."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from sales.inputs import OrderInput, QuoteInput
from sales.models import Quote, SaleDocument, SalesOrder
from sales.pages.base_editor import BaseEditorView
from sales.pages.document_forms import OrderForm, QuoteForm
from sales.pages.orders import order_href
from sales.pages.quotes import quote_href
from sales.queries import order_with_customer, quote_with_customer
from sales.rules import days_later
from sales.services import CHANGEABLE, create_order, create_quote, update_order, update_quote


class QuoteEditorView(BaseEditorView):
    """Quotes: only a draft is changed."""

    resource = "quotes"
    kind = "quote"
    form_class = QuoteForm
    day = "quote_date"
    new_title = gettext_lazy("New quote")
    list_url = "sales:quotes"

    def find(self, public_id: str) -> Quote:
        """The quote."""
        return quote_with_customer(public_id)

    def fields_of(self, document: SaleDocument) -> frozenset[str] | None:
        """Everything of a draft."""
        return None if isinstance(document, Quote) and document.status == "draft" else frozenset()

    def get_initial(self) -> dict[str, Any]:
        """From today, as long as the company's quotes hold."""
        company, today = self.actor.company, self.actor.today()
        until = days_later(today, company.quote_validity_days)
        return {"quote_date": today, "valid_until": until, "terms": company.quote_terms}

    def create(self, inputs: QuoteInput) -> Quote:
        """A draft."""
        return create_quote(self.actor, inputs)

    def update(self, document: Quote, inputs: QuoteInput, expected: datetime | None) -> Quote:
        """The draft."""
        return update_quote(self.actor, document, inputs, expected=expected)

    def href(self, document: SaleDocument) -> str:
        """The quote's page."""
        return quote_href(document.public_id)

    def number(self, document: Quote) -> str:
        """The quote's number."""
        return document.quote_number


class OrderEditorView(BaseEditorView):
    """Orders: everything of a draft, later how it is carried out."""

    resource = "sales-orders"
    kind = "order"
    form_class = OrderForm
    day = "order_date"
    new_title = gettext_lazy("New order")
    list_url = "sales:orders"

    def find(self, public_id: str) -> SalesOrder:
        """The order."""
        return order_with_customer(public_id)

    def fields_of(self, document: SaleDocument) -> frozenset[str] | None:
        """By the order's state."""
        status = document.status if isinstance(document, SalesOrder) else "cancelled"
        return {"draft": None, "cancelled": frozenset()}.get(status, CHANGEABLE)

    def get_initial(self) -> dict[str, Any]:
        """Today."""
        return {"order_date": self.actor.today(), "priority": "normal"}

    def create(self, inputs: OrderInput) -> SalesOrder:
        """A draft."""
        return create_order(self.actor, inputs)

    def update(self, document: SalesOrder, inputs: OrderInput, expected: datetime | None) -> SalesOrder:
        """The order."""
        return update_order(self.actor, document, inputs, expected=expected)

    def href(self, document: SaleDocument) -> str:
        """The order's page."""
        return order_href(document.public_id)

    def number(self, document: SalesOrder) -> str:
        """The order's number."""
        return document.order_number
