"""Creating, changing and duplicating sales orders."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from bigledger_crm.kernel.text import camel_case
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer
from sales import rules
from sales.errors import OrderNotEditable
from sales.models import SalesOrder, SalesOrderLine
from sales.queries import lock_order
from sales.services.shared.fields import (
    copied,
    customer_for_document,
    insert_lines,
    prepare_document,
    search_text,
)
from sales.services.shared.updates import DocumentKind, apply_changes, find_changes, refuse_changed

ORDER_KIND = DocumentKind("Sales order", SalesOrderLine, "order", own_date="order_date", number="order_number")
DATES = {"required_date": "Required date", "promised_date": "Promised date", "estimated_delivery": "Delivery date"}
_OWN_AND_DATES = ("order_date", *DATES)
# What may still change once the order is agreed: what was agreed stays, how it is carried out may move.
CHANGEABLE = frozenset({"reference", "notes", "priority", "shipping_method", "tracking_number", *DATES})
_CHANGEABLE_FIELDS = frozenset(map(camel_case, CHANGEABLE))


@transaction.atomic
def create_order(actor: Actor, fields: Mapping[str, Any]) -> SalesOrder:
    """A new draft order.  `fields` are the contract's, in snake case, with `items` as in `prepare_lines`.

    Amounts are in the customer's currency.  Raises InvalidData with every failing field, NotFound.
    """
    customer = customer_for_document(fields, "Sales order")
    order = insert_order(actor, customer, fields)
    record(actor, "sales_order.created", order.pk, customer.pk)
    return order


def insert_order(actor: Actor, customer: Customer, fields: Mapping[str, Any]) -> SalesOrder:
    """A draft for a customer whose lock the caller holds."""
    order_date = fields.get("order_date") or actor.today()
    dates = {name: fields.get(name) for name in DATES}
    errors = date_errors({"order_date": order_date, **dates}, actor.today())
    priority = fields.get("priority") or "normal"
    errors |= rules.merge({"priority": rules.check_priority(priority)})
    values, lines = prepare_document(actor, customer, fields, day=order_date, errors=errors, resource="Sales order")
    number = next_order_number(actor, order_date)
    order = SalesOrder.objects.create(
        order_number=number,
        order_date=order_date,
        priority=priority,
        search_text=search_text(number, customer.name, values.get("reference", ""), values.get("title", "")),
        **dates,
        **values,
    )
    insert_lines(SalesOrderLine, order, "order", lines)
    return order


def date_errors(days: Mapping[str, Any], today: date) -> dict[str, str]:
    """What is wrong with an `order_date` and the dates after it."""
    first: date = days["order_date"]
    return rules.merge(
        {"orderDate": rules.check_document_date(first, today)},
        *(
            {camel_case(name): rules.check_dates(first, days[name], "order date", label)}
            for name, label in DATES.items()
        ),
    )


def next_order_number(actor: Actor, order_date: date) -> str:
    """The next number of the series of the order's date; the last lock of the creating transaction."""
    return next_number(actor.company, "sales_order", order_date)


@transaction.atomic
def update_order(
    actor: Actor, order: SalesOrder, fields: Mapping[str, Any], *, expected: datetime | None = None
) -> SalesOrder:
    """Changes the given fields of a draft, or those of CHANGEABLE of an order that isn't cancelled.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Fields that say what the order says already are no change.  Raises OrderNotEditable naming the others, InvalidData
    with every failing field, NotFound for an item.
    """
    stored = lock_order(order.pk)
    refuse_changed(stored, expected)
    changes = find_changes(actor, stored, fields)
    days = {name: changes.values.get(name, getattr(stored, name)) for name in _OWN_AND_DATES}
    changes.errors |= date_errors(days, actor.today())
    priority = changes.values.get("priority", stored.priority)
    changes.errors |= rules.merge({"priority": rules.check_priority(priority)})
    allowed = _CHANGEABLE_FIELDS if stored.status != "cancelled" else frozenset()
    fixed = [name for name in changes.fields if name not in allowed]
    if stored.status != "draft" and fixed:
        raise OrderNotEditable(stored.public_id, stored.status, fixed)
    if changes.fields or changes.errors:
        apply_changes(actor, stored, changes, ORDER_KIND, texts="reference title")
        record(actor, "sales_order.updated", stored.pk, stored.customer_id, note=", ".join(changes.fields))
    return stored


@transaction.atomic
def duplicate_order(actor: Actor, order: SalesOrder) -> SalesOrder:
    """A new draft of today with the same lines at the same prices.  Raises InvalidData, as for a new order."""
    customer = lock_customer(order.customer_id)
    own = {"priority": order.priority, "shipping_method": order.shipping_method}
    copy = insert_order(actor, customer, copied(order, order.lines.all()) | own)
    record(actor, "sales_order.created", copy.pk, customer.pk, note=f"From {order.order_number}")
    return copy
