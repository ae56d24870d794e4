"""Converting an accepted quote to a sales order."""

from django.db import transaction

from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.kernel import clock
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of, not_anonymised
from sales import rules
from sales.errors import QuoteConversionFailed
from sales.models import Quote, SalesOrder, SalesOrderLine
from sales.queries import lock_quote
from sales.services.order_transitions import transition_order
from sales.services.orders import next_order_number
from sales.services.shared.fields import (
    LINE_FACTS,
    carried,
    search_text,
    stamps,
)


@transaction.atomic
def convert_quote_to_order(actor: Actor, quote: Quote, *, override_credit_limit: bool = False) -> SalesOrder:
    """The order that an accepted quote becomes; born confirmed, for the customer has agreed.

    It needs writing of quotes and of orders, for both change.  Raises QuoteConversionFailed in any other state,
    CustomerBlocked, CreditLimitExceeded, CustomerAnonymised, PermissionDenied.
    """
    for resource in ("quotes", "sales-orders"):
        actor.require(resource, "write")
    not_anonymised(lock_customer_of(quote))
    stored = lock_quote(quote.pk)
    if stored.status != "accepted":
        raise _conversion_failed(actor, stored)
    order_date = actor.today()
    number = next_order_number(actor, order_date)
    order = SalesOrder.objects.create(
        company=actor.company,
        order_number=number,
        quote=stored,
        owner_id=stored.owner_id,
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
        custom_fields=carried_fields(stored, SalesOrder, actor.company),
        search_text=search_text(number, stored.reference, stored.customer_name, stored.title),
        **carried(stored),
        **stamps(actor),
    )
    SalesOrderLine.objects.bulk_create(
        SalesOrderLine(company=actor.company, order=order, **{name: getattr(line, name) for name in LINE_FACTS})
        for line in stored.lines.all()
    )
    record(actor, "sales_order.created", order.pk, stored.customer_id, note=f"From {stored.quote_number}")
    transition_order(actor, order, "confirmed", override_credit_limit=override_credit_limit)
    stored.status = "converted"
    stored.converted_at = stored.updated_at = clock.now()
    stored.save(update_fields=["status", "converted_at", "updated_at"])
    record(actor, "quote.converted", stored.pk, order.pk, stored.customer_id, note=order.order_number)
    return order


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
