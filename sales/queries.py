"""Reading items, taxes, quotes and orders."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, JSONObject, Lower, Upper

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import NotFound
from bigledger_crm.kernel.money import ZERO
from bigledger_crm.numbering.queries import has_numbered_documents
from bigledger_crm.tenancy.lookups import Lookup, by_key, locked_by_key
from bigledger_crm.tenancy.queries import by_public_id
from bigledger_crm.tenancy.scope import whole_company
from customers.models import Customer, ReceivableEntry
from customers.rules import CreditUse
from sales.lifecycle import ORDER, ORDER_OPEN_STATES
from sales.models import Item, Quote, QuoteLine, SalesOrder, SalesOrderLine, Shipment, ShipmentLine, TaxCode, TaxRate
from sales.rules import PRIORITIES, SHOWN_QUOTE_STATES, rate_on

_QUOTE, _LOCKED_QUOTE = by_key(Quote), locked_by_key(Quote)
_ORDER, _LOCKED_ORDER = by_key(SalesOrder), locked_by_key(SalesOrder)
# The lines of a document with this key, in their order.
lines_of_quote = Lookup(QuoteLine, lambda rows, quote: rows.filter(quote=quote).order_by("position"))
lines_of_order = Lookup(SalesOrderLine, lambda rows, order: rows.filter(order=order).order_by("position"))


def item_by_public_id(public_id: str) -> Item:
    """The item with an `item_…` id.  Raises NotFound."""
    return by_public_id(Item.objects.select_related("tax_code"), "Item", public_id)


def tax_code_by_public_id(public_id: str) -> TaxCode:
    """The tax code with a `tax_…` id.  Raises NotFound."""
    return by_public_id(TaxCode.objects.all(), "Tax code", public_id)


def quote_by_public_id(public_id: str) -> Quote:
    """The quote with a `quote_…` id.  Raises NotFound."""
    return by_public_id(_QUOTE, "Quote", public_id)


def order_by_public_id(public_id: str) -> SalesOrder:
    """The sales order with a `so_…` id.  Raises NotFound."""
    return by_public_id(_ORDER, "Sales order", public_id)


def quote_with_customer(public_id: str) -> Quote:
    """The quote with a `quote_…` id, its customer as they are now, and its owner.  Raises NotFound."""
    return by_public_id(Quote.objects.select_related("customer", "owner"), "Quote", public_id)


def order_with_customer(public_id: str) -> SalesOrder:
    """The sales order with a `so_…` id, its customer as they are now, and its owner.  Raises NotFound."""
    return by_public_id(SalesOrder.objects.select_related("customer", "owner"), "Sales order", public_id)


def lock_quote(pk: UUID) -> Quote:
    """The quote, locked until the transaction ends."""
    return _LOCKED_QUOTE.get(pk)


def lock_order(pk: UUID) -> SalesOrder:
    """The order, locked until the transaction ends; its lines change only under this lock."""
    return _LOCKED_ORDER.get(pk)


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


def items_by_codes(codes: Iterable[str]) -> dict[str, Item]:
    """Items by the codes that were written for them; a code in other letters is taken where just one item has it."""
    wanted = {code for code in codes if code}
    items = Item.objects.select_related("tax_code")
    found = {item.item_code: item for item in items.filter(item_code__in=wanted)}
    if missing := {code.upper(): code for code in wanted - found.keys()}:
        alike = defaultdict(list)
        for item in items.annotate(folded=Upper("item_code")).filter(folded__in=missing):
            alike[item.item_code.upper()].append(item)
        found |= {missing[code]: same[0] for code, same in alike.items() if len(same) == 1 and code in missing}
    return found


def codes_by_folded(folded: Collection[str]) -> dict[str, str]:
    """The codes of active items by these lower-case ones; "" where several items have the same but for their case."""
    items = Item.objects.annotate(folded=Lower("item_code")).filter(folded__in=folded, is_active=True)
    found: dict[str, str] = {}
    for code in items.values_list("item_code", flat=True):
        found[code.casefold()] = "" if code.casefold() in found else code
    return found


def tax_rates_on(
    codes: Collection[str], day: date, *, even_inactive: Collection[str] = ()
) -> dict[str, Decimal | None]:
    """The rate in percent on a day of each active tax code among `codes`; None for a code without a rate yet."""
    if not codes:
        return {}
    usable = Q(is_active=True) | Q(code__in=even_inactive)
    known = TaxCode.objects.filter(usable, code__in=codes).values_list("code", flat=True)
    dated: dict[str, list[tuple[date, Decimal]]] = {code: [] for code in known}
    rates = TaxRate.objects.filter(tax_code__code__in=codes).values_list("tax_code__code", "valid_from", "rate")
    for code, valid_from, rate in rates:
        dated.setdefault(code, []).append((valid_from, rate))
    return {code: rate_on(pairs, day) for code, pairs in dated.items() if code in set(known)}


def active_tax_code(code: str) -> TaxCode | None:
    """The tax code that is called so and can be used."""
    return TaxCode.objects.filter(code=code, is_active=True).first()


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


def something_shipped() -> Exists:
    """The condition of an order of which something is shipped."""
    return Exists(SalesOrderLine.objects.filter(order=OuterRef("pk"), shipped_quantity__gt=0))


def with_shipping(orders: QuerySet[SalesOrder]) -> QuerySet[SalesOrder]:
    """Orders that know whether something of them is shipped: `has_shipped`."""
    return orders.annotate(has_shipped=something_shipped())


def orders_shown_as(status: str) -> Q:
    """The condition of rules.shown_order_status being this, in SQL."""
    if status == "partial":
        return Q(something_shipped(), status="confirmed")
    return Q(~something_shipped(), status="confirmed") if status == "confirmed" else Q(status=status)


def priority_ranks(today: date) -> list[Q]:
    """The priorities of orders, the lowest first."""
    return [Q(priority=priority) for priority in PRIORITIES]


def open_orders_amount(customer: Customer, *, apart_from: SalesOrder | None = None) -> Decimal:
    """What agreed orders of a customer come to that is on no issued invoice yet, in the customer's currency.

    An invoice that is a draft is no debt yet, so what stands on it counts here.
    """
    with whole_company():  # the limit is the customer's, whoever owns its orders
        orders = SalesOrder.objects.filter(customer=customer, status__in=ORDER_OPEN_STATES, issued_total__lt=F("total"))
    if apart_from is not None:
        orders = orders.exclude(pk=apart_from.pk)
    sums = orders.aggregate(sum=Coalesce(Sum(F("total") - F("issued_total")), Value(ZERO)))
    return Decimal(sums["sum"])


def credit_use(customer: Customer, *, apart_from: SalesOrder | None = None) -> CreditUse:
    """How much of a customer's credit limit is used by what is owed and by open orders, but for one of them."""
    open_orders = open_orders_amount(customer, apart_from=apart_from)
    return CreditUse(customer.credit_limit, customer.current_balance, open_orders, customer.currency)


def shipments_of(order: SalesOrder) -> QuerySet[Shipment]:
    """An order's shipments, each with its `contents`: `line` (the order line's key) and `quantity` as text."""
    lines = ShipmentLine.objects.filter(shipment=OuterRef("pk")).order_by("order_line__position")
    part = JSONObject(line=Cast("order_line_id", CharField()), quantity=Cast("quantity", CharField()))
    return Shipment.objects.filter(order=order).annotate(contents=ArraySubquery(lines.values_list(part)))


def with_shipment_numbers(shipments: QuerySet[Shipment]) -> QuerySet[Shipment]:
    """Shipments with their orders and their `place` among the order's shipments, from 1."""
    earlier = Q(created_at__lt=OuterRef("created_at")) | Q(pk=OuterRef("pk"))
    places = (
        Shipment.objects.filter(earlier, order=OuterRef("order")).order_by().values("order").annotate(n=Count("pk"))
    )
    return shipments.select_related("order").annotate(place=Subquery(places.values("n")))


def shipment_by_public_id(order: SalesOrder, public_id: str) -> Shipment:
    """The shipment of an order with a `ship_…` id, with its `contents`.  Raises NotFound."""
    return by_public_id(shipments_of(order), "Shipment", public_id)


def shipment_with_order(public_id: str) -> Shipment:
    """The shipment with a `ship_…` id and its order.  Raises NotFound."""
    return by_public_id(Shipment.objects.select_related("order"), "Shipment", public_id)


def order_lines(order: SalesOrder) -> QuerySet[SalesOrderLine]:
    """The lines of an order in their order."""
    return SalesOrderLine.objects.filter(order=order).order_by("position")


def has_documents() -> bool:
    """Whether the company in scope has a document or a payment, made here or imported: amounts are in its currency."""
    return has_numbered_documents() or ReceivableEntry.objects.exists()
