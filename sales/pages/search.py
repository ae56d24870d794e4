"""What the search over everything finds among quotes, orders and items."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.web import formatting
from bigledger_crm.web.search import SearchProvider, SearchQuery, SearchResult, newest
from customers.queries import naming
from sales.models import Item, Quote, SaleDocument, SalesOrder
from sales.pages.labels import QUOTE_STATES, order_badge
from sales.queries import with_shipping
from sales.rules import shown_quote_status


def total_of(document: SaleDocument) -> str:
    """A document's total with its currency."""
    return formatting.amount_with_currency(document.total, document.currency)


def documents(wanted: SearchQuery) -> Q | None:
    """Documents by words of their own and of their customer's present name; None when no index could find them."""
    return naming(*wanted.words) if wanted.is_findable else None


def find_quotes(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Quotes by words of their number, reference, title and customer's name."""
    return [
        SearchResult(
            quote.quote_number,
            "sales:quote",
            quote.public_id,
            quote.customer_name,
            total_of(quote),
            QUOTE_STATES[shown_quote_status(quote.status, quote.valid_until, actor.today())],
        )
        for quote in newest(Quote.objects.all(), documents(wanted), limit)
    ]


def find_orders(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Orders by words of their number, reference and customer's name."""
    return [
        SearchResult(
            order.order_number,
            "sales:order",
            order.public_id,
            order.customer_name,
            total_of(order),
            order_badge(order),
        )
        for order in newest(with_shipping(SalesOrder.objects.all()), documents(wanted), limit)
    ]


def find_items(wanted: SearchQuery, actor: Actor, limit: int) -> list[SearchResult]:
    """Items by words of their code and name."""
    currency = actor.company.currency
    return [
        SearchResult(
            item.name,
            "sales:item",
            item.public_id,
            item.item_code,
            f"{currency}\u00a0{formatting.unit_price(item.unit_price, currency)}",
        )
        for item in newest(Item.objects.all(), wanted.within("search_text"), limit)
    ]


QUOTES = SearchProvider(_("Quotes"), "quotes", find_quotes, "file-text", "sales:quotes")
ORDERS = SearchProvider(_("Orders"), "sales-orders", find_orders, "shopping-cart", "sales:orders")
ITEMS = SearchProvider(_("Items"), "items", find_items, "package", "sales:items")
