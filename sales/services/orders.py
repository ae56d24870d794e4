"""Creating, changing and duplicating sales orders."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.kernel.errors import field_error
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer_of, not_anonymised
from sales import rules
from sales.errors import OrderNotEditable
from sales.inputs import OrderInput
from sales.models import SalesOrder, SalesOrderLine
from sales.queries import lock_order
from sales.services.shared.discounts import invalid_document
from sales.services.shared.fields import (
    copied,
    custom_fields_of_new,
    customer_for_document,
    insert_document,
    insert_lines,
    prepare_document,
    search_text,
)
from sales.services.shared.updates import DocumentKind, apply_changes, find_changes, refuse_changed, save_changes

ORDER_KIND = DocumentKind(SalesOrderLine, "order", own_date="order_date", number="order_number")
# What may still change once the order is agreed: what was agreed stays, how it is carried out may move.
CHANGEABLE = frozenset(
    {
        *("reference", "notes", "priority", "shipping_method", "tracking_number", "custom_fields"),
        *rules.LATER_ORDER_DATES,
    }
)
_CHANGEABLE_FIELDS = frozenset(map(camel_case, CHANGEABLE))


@transaction.atomic
def create_order(actor: Actor, inputs: OrderInput, *, own_number: str = "") -> SalesOrder:
    """A new draft order; with its `own_number` one that is imported from elsewhere.

    Amounts are in the customer's currency.  Raises InvalidData with every failing field, DiscountExceedsLimit,
    NotFound.
    """
    customer = customer_for_document(inputs, "Sales order")
    order = insert_order(actor, customer, inputs, own_number=own_number)
    record(actor, "sales_order.created", order.pk, customer.pk)
    return order


def insert_order(
    actor: Actor,
    customer: Customer,
    inputs: OrderInput,
    *,
    own_number: str = "",
    copied_fields: dict[str, Any] | None = None,
) -> SalesOrder:
    """A draft for a customer whose lock the caller holds; `copied_fields` as of `insert_quote`."""
    order_date = inputs.order_date or actor.today()
    dates = {name: getattr(inputs, name) or None for name in rules.LATER_ORDER_DATES}
    priority = inputs.priority or "normal"
    values, lines, errors = prepare_document(actor, customer, inputs, day=order_date)
    own, own_errors = custom_fields_of_new(actor, SalesOrder, inputs, copied_fields)
    wrong = [
        *rules.check_order_dates(order_date, dates, actor.today()),
        *field_error("priority", rules.check_priority(priority)),
        *errors,
        *own_errors,
    ]
    if wrong:
        raise invalid_document("Sales order", wrong)
    number = own_number or next_order_number(actor, order_date)
    order = SalesOrder(
        order_number=number,
        order_date=order_date,
        priority=priority,
        is_imported=bool(own_number),
        search_text=search_text(number, customer.name, values.get("reference", ""), values.get("title", "")),
        **dates,
        **values,
        **own,
    )
    insert_document(order)
    insert_lines(SalesOrderLine, order, "order", lines)
    return order


def next_order_number(actor: Actor, order_date: date) -> str:
    """The next number of the series of the order's date; the last lock of the creating transaction."""
    return next_number(actor.company, "sales_order", order_date)


@transaction.atomic
def update_order(
    actor: Actor, order: SalesOrder, inputs: OrderInput, *, expected: datetime | None = None
) -> SalesOrder:
    """Changes the given fields of a draft, those of CHANGEABLE of an order that isn't cancelled, the owner of any.

    With `expected`, only when the document is as it was at that moment, else ChangedMeanwhile.
    Fields that say what the order says already are no change.  Raises OrderNotEditable naming the others, InvalidData
    with every failing field, DiscountExceedsLimit, NotFound for an item.
    """
    stored = lock_order(order.pk)
    refuse_changed(stored, expected)
    changes, errors = find_changes(actor, stored, inputs)
    dates = {name: changes.after(stored, name) for name in rules.LATER_ORDER_DATES}
    errors += rules.check_order_dates(changes.after(stored, "order_date"), dates, actor.today())
    errors += field_error("priority", rules.check_priority(changes.after(stored, "priority")))
    allowed = _CHANGEABLE_FIELDS if stored.status != "cancelled" else frozenset()
    fixed = [name for name in changes.beside_owner if name not in allowed]
    if stored.status != "draft" and fixed:
        raise OrderNotEditable(stored.public_id, stored.status, fixed)
    if not changes.fields and not errors:
        return stored
    lines, line_errors = apply_changes(actor, stored, changes, ORDER_KIND)
    if wrong := [*errors, *line_errors]:
        raise invalid_document("Sales order", wrong)
    save_changes(stored, changes, lines, ORDER_KIND)
    note = ", ".join(changes.fields)
    record(actor, "sales_order.updated", stored.pk, stored.customer_id, note=note, changes=changes.recorded)
    return stored


@transaction.atomic
def duplicate_order(actor: Actor, order: SalesOrder) -> SalesOrder:
    """A new draft of today with the same lines at the same prices.  Raises as for a new order."""
    customer = not_anonymised(lock_customer_of(order))
    same = copied(order, order.lines.all())
    inputs = OrderInput(**same, priority=order.priority, shipping_method=order.shipping_method)
    own = carried_fields(order, SalesOrder, actor.company)
    copy = insert_order(actor, customer, inputs, copied_fields=own)
    record(actor, "sales_order.created", copy.pk, customer.pk, note=f"From {order.order_number}")
    return copy
