"""What the page of a customer shows of quotes and orders."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bigledger_crm.web.components import Column
from customers.models import Customer
from customers.pages.customer_tabs import CustomerRowsTabView
from sales.models import Quote, SalesOrder
from sales.pages.labels import order_badge
from sales.pages.orders import order_href
from sales.pages.quotes import quote_badge, quote_href
from sales.queries import with_shipping


class CustomerQuotesView(CustomerRowsTabView):
    """A customer's quotes."""

    resource = "quotes"
    place, everything = "sales:customer-quotes", "sales:quotes"
    empty = (gettext_lazy("No quotes yet"), gettext_lazy("Quotes for this customer appear here."))

    def columns(self) -> Sequence[Column]:
        """The columns."""
        return (
            Column(_("Number"), lambda quote: quote.quote_number, "main", note=lambda quote: quote.title),
            Column(_("Status"), lambda quote: quote_badge(quote, self.actor), "badge"),
            Column(_("Date"), lambda quote: quote.quote_date, "day"),
            Column(_("Valid until"), lambda quote: quote.valid_until, "day"),
            Column(_("Total"), lambda quote: quote.total, "amount"),
        )

    def rows(self, customer: Customer) -> Any:
        """By date."""
        return Quote.objects.filter(customer=customer).order_by("-quote_date", "-id")

    def href(self) -> Callable[[Any], str]:
        """The quote's page."""
        return lambda quote: quote_href(quote.public_id)


class CustomerOrdersView(CustomerRowsTabView):
    """A customer's orders."""

    resource = "sales-orders"
    place, everything = "sales:customer-orders", "sales:orders"
    empty = (gettext_lazy("No orders yet"), gettext_lazy("Orders by this customer appear here."))

    def columns(self) -> Sequence[Column]:
        """The columns."""
        return (
            Column(_("Number"), lambda order: order.order_number, "main", note=lambda order: order.reference),
            Column(_("Status"), order_badge, "badge"),
            Column(_("Date"), lambda order: order.order_date, "day"),
            Column(_("Required date"), lambda order: order.required_date, "day"),
            Column(_("Total"), lambda order: order.total, "amount"),
        )

    def rows(self, customer: Customer) -> Any:
        """By date."""
        return with_shipping(SalesOrder.objects.filter(customer=customer)).order_by("-order_date", "-id")

    def href(self) -> Callable[[Any], str]:
        """The order's page."""
        return lambda order: order_href(order.public_id)
