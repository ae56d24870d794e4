"""Making sales orders, and what invoicing tells them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from bigledger_crm.kernel import clock
from bigledger_crm.kernel.text import camel_case
from bigledger_crm.numbering.services import next_number
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.models import Customer
from customers.queries import lock_customer
from sales import rules
from sales.errors import QuoteConversionFailed
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.queries import lock_quote
from sales.services.order_status import move_order
from sales.services.shared.fields import (
    LINE_FACTS,
    carried,
    customer_for_document,
    insert_lines,
    prepare_document,
    search_text,
    stamps,
)

DATES = {"required_date": "Required date", "promised_date": "Promised date", "estimated_delivery": "Delivery date"}


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
    number = _next_order_number(actor, order_date.year)
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


@transaction.atomic
def convert_quote_to_order(actor: Actor, quote: Quote, *, override_credit_limit: bool = False) -> SalesOrder:
    """The order that an accepted quote becomes; born confirmed, for the customer has agreed.

    It needs writing of quotes and of orders, for both change.  Raises QuoteConversionFailed in any other state,
    CustomerBlocked, CreditLimitExceeded, PermissionDenied.
    """
    for resource in ("quotes", "sales-orders"):
        actor.require(resource, "write")
    stored = lock_quote(quote.pk)
    if stored.status != "accepted":
        raise _conversion_failed(actor, stored)
    lock_customer(stored.customer_id)
    order_date = actor.today()
    number = _next_order_number(actor, order_date.year)
    order = SalesOrder.objects.create(
        company=actor.company,
        order_number=number,
        quote=stored,
        order_date=order_date,
        reference=stored.reference,
        notes=stored.notes,
        # The company's usual terms of quotes say how long a quote holds: nothing for an order.
        terms="" if stored.terms == actor.company.quote_terms else stored.terms,
        subtotal=stored.subtotal,
        total_discount=stored.total_discount,
        total_tax=stored.total_tax,
        shipping_cost=stored.shipping_cost,
        total=stored.total,
        search_text=search_text(number, stored.reference, stored.customer_name, stored.title),
        **carried(stored),
        **stamps(actor),
    )
    SalesOrderLine.objects.bulk_create(
        SalesOrderLine(company=actor.company, order=order, **{name: getattr(line, name) for name in LINE_FACTS})
        for line in stored.lines.all()
    )
    record(actor, "sales_order.created", order.pk, stored.customer_id, note=f"From {stored.quote_number}")
    move_order(actor, order, "confirmed", override_credit_limit=override_credit_limit)
    stored.status = "converted"
    stored.converted_at = stored.updated_at = clock.now()
    stored.save(update_fields=["status", "converted_at", "updated_at"])
    record(actor, "quote.converted", stored.pk, order.pk, stored.customer_id, note=order.order_number)
    return order


def mark_lines_invoiced(order: SalesOrder, quantities: Mapping[UUID, Decimal]) -> None:
    """Moves the invoiced quantity of an order's lines, by their key; negative for a cancelled invoice.

    For the transaction that holds the order's lock.  The database refuses less than 0 and more than was ordered.
    """
    for pk in sorted(quantities):
        SalesOrderLine.objects.filter(pk=pk, order=order).update(
            invoiced_quantity=F("invoiced_quantity") + quantities[pk]
        )
    SalesOrder.objects.filter(pk=order.pk).update(updated_at=clock.now())


def mark_order_issued(order_id: UUID, total: Decimal) -> None:
    """Adds the total of an issued invoice of an order, in its currency; negative for one that is cancelled.

    For the transaction of the invoice, after its lock and before the customer's.
    """
    SalesOrder.objects.filter(pk=order_id).update(issued_total=F("issued_total") + total)


def _next_order_number(actor: Actor, year: int) -> str:
    company = actor.company
    return next_number(company.pk, "sales_order", year, prefix=company.order_prefix, width=company.number_width)


def _conversion_failed(actor: Actor, quote: Quote) -> QuoteConversionFailed:
    today = actor.today()
    order = SalesOrder.objects.filter(quote=quote).first()
    return QuoteConversionFailed(
        rules.shown_quote_status(quote.status, quote.valid_until, today),
        quote.public_id,
        quote.valid_until,
        today,
        order.public_id if order is not None else None,
    )
