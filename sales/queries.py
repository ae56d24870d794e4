"""Reading items, taxes, quotes and orders."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, ExpressionWrapper, F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.tenancy.queries import by_public_id
from customers.models import Customer
from sales.lifecycle import ORDER, ORDER_OPEN_STATES
from sales.models import Item, Quote, SalesOrder, SalesOrderLine, TaxCode, TaxRate
from sales.rules import PRIORITIES, SHOWN_QUOTE_STATES, rate_on

_MONEY = DecimalField(max_digits=30, decimal_places=8)


def item_by_public_id(public_id: str) -> Item:
    """The item with an `item_…` id.  Raises NotFound."""
    return by_public_id(Item.objects.select_related("tax_code"), "Item", public_id)


def tax_code_by_public_id(public_id: str) -> TaxCode:
    """The tax code with a `tax_…` id.  Raises NotFound."""
    return by_public_id(TaxCode.objects.all(), "Tax code", public_id)


def quote_by_public_id(public_id: str) -> Quote:
    """The quote with a `quote_…` id.  Raises NotFound."""
    return by_public_id(Quote.objects.all(), "Quote", public_id)


def order_by_public_id(public_id: str) -> SalesOrder:
    """The sales order with a `so_…` id.  Raises NotFound."""
    return by_public_id(SalesOrder.objects.all(), "Sales order", public_id)


def lock_quote(pk: UUID) -> Quote:
    """The quote, locked until the transaction ends."""
    return Quote.objects.select_for_update(no_key=True).get(pk=pk)


def lock_order(pk: UUID) -> SalesOrder:
    """The order, locked until the transaction ends; its lines change only under this lock."""
    return SalesOrder.objects.select_for_update(no_key=True).get(pk=pk)


def items_by_public_ids(public_ids: Iterable[str]) -> dict[str, Item]:
    """Items by their `item_…` id, in one query.  Raises NotFound for the first that isn't there."""
    keys = {public_id: ids.decode(Item.PREFIX, public_id) for public_id in public_ids}
    found = Item.objects.select_related("tax_code").in_bulk([pk for pk in keys.values() if pk])
    items: dict[str, Item] = {}
    for public_id, pk in keys.items():
        if pk is None or pk not in found:
            raise NotFound("Item", public_id)
        items[public_id] = found[pk]
    return items


def tax_rates_on(codes: Collection[str], day: date) -> dict[str, Decimal | None]:
    """The rate in percent on a day of each active tax code among `codes`; None for a code without a rate yet."""
    if not codes:
        return {}
    known = TaxCode.objects.filter(code__in=codes, is_active=True).values_list("code", flat=True)
    dated: dict[str, list[tuple[date, Decimal]]] = {code: [] for code in known}
    rates = TaxRate.objects.filter(tax_code__code__in=codes).values_list("tax_code__code", "valid_from", "rate")
    for code, valid_from, rate in rates:
        dated.setdefault(code, []).append((valid_from, rate))
    return {code: rate_on(pairs, day) for code, pairs in dated.items() if code in set(known)}


def rates_by_tax_code() -> dict[UUID, list[tuple[date, Decimal]]]:
    """The (valid from, rate in percent) of every tax code, by the code's key, oldest first."""
    rates: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
    for key, valid_from, rate in TaxRate.objects.order_by("valid_from").values_list(
        "tax_code_id", "valid_from", "rate"
    ):
        rates[key].append((valid_from, rate))
    return rates


def expired_quotes(today: date) -> Q:
    """The condition of rules.is_expired, in SQL."""
    return Q(status__in=("draft", "sent"), valid_until__lt=today)


def quotes_shown_as(status: str, today: date) -> Q:
    """The condition of rules.shown_quote_status being this, in SQL."""
    if status == "expired":
        return expired_quotes(today)
    return Q(status=status, valid_until__gte=today) if status in ("draft", "sent") else Q(status=status)


def quote_ranks(today: date) -> list[Q]:
    """The shown statuses of quotes in the order of their lives."""
    return [quotes_shown_as(status, today) for status in SHOWN_QUOTE_STATES]


def order_status_ranks(today: date) -> list[Q]:
    """The statuses of orders in the order of their lives."""
    return [Q(status=status) for status in ORDER.states]


def priority_ranks(today: date) -> list[Q]:
    """The priorities of orders, the lowest first."""
    return [Q(priority=priority) for priority in PRIORITIES]


def open_orders_amount(customer: Customer, *, apart_from: SalesOrder | None = None) -> Decimal:
    """What agreed orders of a customer will still be invoiced for, tax included, in the customer's currency.

    Lines count by the share of their quantity that isn't invoiced, shipping while nothing of the order is invoiced.
    """
    orders = SalesOrder.objects.filter(customer=customer, status__in=ORDER_OPEN_STATES)
    if apart_from is not None:
        orders = orders.exclude(pk=apart_from.pk)
    open_share = (F("line_total") + F("tax_amount")) * (F("quantity") - F("invoiced_quantity")) / F("quantity")
    lines = SalesOrderLine.objects.filter(order__in=orders)
    goods = lines.aggregate(sum=Coalesce(Sum(ExpressionWrapper(open_share, _MONEY)), Value(0, _MONEY)))["sum"]
    untouched = orders.exclude(pk__in=lines.filter(invoiced_quantity__gt=0).values("order_id"))
    shipping = untouched.aggregate(sum=Coalesce(Sum("shipping_cost"), Value(0, _MONEY)))["sum"]
    return Decimal(goods) + Decimal(shipping)


def order_lines(order: SalesOrder) -> QuerySet[SalesOrderLine]:
    """The lines of an order in their order."""
    return SalesOrderLine.objects.filter(order=order).order_by("position")
