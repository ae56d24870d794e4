"""Turning an order into invoices, whole or in part."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction

from bigledger_crm.custom_fields.services import carried_fields
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from customers.queries import lock_customer_of
from invoicing.errors import OrderAlreadyInvoiced, OrderNotInvoiceable
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import billed_ranges, shipping_to_bill
from invoicing.rules import check_invoice_dates, default_due_date
from invoicing.services.invoices import new_payment_reference, next_invoice_number
from invoicing.services.line_parts import LinePart, values_of_part, written_ranges
from sales.errors import QuantityExceedsRemaining
from sales.inputs import QuantityInput
from sales.lifecycle import ORDER_OPEN_STATES
from sales.models import SalesOrder, SalesOrderLine
from sales.pricing import Range, Totals, price_part, take_ranges, total_document
from sales.queries import lock_order, order_lines
from sales.services import mark_lines_invoiced
from sales.services.shared.fields import amounts, carried, search_text, stamps
from sales.services.shared.quantities import QuantityMessages, requested_quantities

_WANTED = QuantityMessages("partial_items", "Invoice", "Sales order item", QuantityExceedsRemaining)


@transaction.atomic
def convert_order_to_invoice(
    actor: Actor,
    order: SalesOrder,
    *,
    invoice_date: date | None = None,
    due_date: date | None = None,
    partial_items: Sequence[QuantityInput] | None = None,
    send_reminders: bool = False,
) -> Invoice:
    """A draft invoice for what isn't invoiced yet, or for the given `partial_items` (`soi_…`).

    Parts of a line add up to the order's line to the cent; shipping is billed on the first invoice.  It needs writing
    of orders and of invoices, for both change.  Raises OrderNotInvoiceable, OrderAlreadyInvoiced,
    QuantityExceedsRemaining, InvalidData, NotFound, PermissionDenied.
    """
    for resource in ("sales-orders", "invoices"):
        actor.require(resource, "write")
    customer = lock_customer_of(order)
    stored = lock_order(order.pk)
    if stored.status not in ORDER_OPEN_STATES:
        raise OrderNotInvoiceable(stored.public_id, stored.status)
    lines = {line.public_id: line for line in order_lines(stored)}
    if not any(line.invoiced_quantity < line.quantity for line in lines.values()):
        raise OrderAlreadyInvoiced(
            f"Order {stored.order_number} has already been invoiced in full",
            details=[{"salesOrderId": stored.public_id}],
        )
    quantities = _quantities(lines, partial_items)
    day = invoice_date or actor.today()
    due = due_date or default_due_date(day, customer.payment_terms)
    if errors := check_invoice_dates(day, due, actor.today()):
        raise InvalidData("Invoice", errors)
    covered = billed_ranges(stored)
    parts = [
        _part(stored, lines[key], quantity, covered.get(lines[key].pk, [])) for key, quantity in quantities.items()
    ]
    invoice = _insert(actor, stored, parts, day, due, send_reminders=send_reminders)
    mark_lines_invoiced(stored, {part.line.pk: part.quantity for part in parts})
    record(actor, "invoice.created", invoice.pk, stored.pk, stored.customer_id, note=f"From {stored.order_number}")
    return invoice


def price_parts(order: SalesOrder, partial_items: Sequence[QuantityInput]) -> Totals:
    """What an invoice of these parts would come to now, in the order's currency.  Raises as the conversion does."""
    lines = {line.public_id: line for line in order_lines(order)}
    covered = billed_ranges(order)
    parts = [
        _part(order, lines[key], quantity, covered.get(lines[key].pk, []))
        for key, quantity in _quantities(lines, partial_items).items()
    ]
    return total_document((part.priced for part in parts), shipping_to_bill(order), order.currency)


def _quantities(
    lines: Mapping[str, SalesOrderLine], partial_items: Sequence[QuantityInput] | None
) -> dict[str, Decimal]:
    """How much of each line to bill, by its `soi_…` id, in the order's order."""
    left = {key: line.quantity - line.invoiced_quantity for key, line in lines.items()}
    if partial_items is None:
        return {key: quantity for key, quantity in left.items() if quantity > 0}
    return requested_quantities(partial_items, left, _WANTED)


def _part(order: SalesOrder, line: SalesOrderLine, quantity: Decimal, covered: list[Range]) -> LinePart[SalesOrderLine]:
    ranges = take_ranges(line.quantity, covered, quantity)
    priced = price_part(line.terms, order.currency, ranges, prices_include_tax=order.prices_include_tax)
    return LinePart(line, quantity, ranges, priced)


def _insert(
    actor: Actor,
    order: SalesOrder,
    parts: Sequence[LinePart[SalesOrderLine]],
    day: date,
    due: date,
    *,
    send_reminders: bool,
) -> Invoice:
    totals = total_document((part.priced for part in parts), shipping_to_bill(order), order.currency)
    key, number = ids.new_id(), next_invoice_number(actor, day)
    payment_reference = new_payment_reference(number, key)
    invoice = Invoice.objects.create(
        id=key,
        company=actor.company,
        invoice_number=number,
        payment_reference=payment_reference,
        order=order,
        owner_id=order.owner_id,
        invoice_date=day,
        due_date=due,
        send_reminders=send_reminders,
        reference=order.order_number,
        purchase_order=order.reference,
        notes=order.notes,
        terms=order.terms or actor.company.invoice_terms,
        custom_fields=carried_fields(order, Invoice, actor.company),
        search_text=search_text(number, payment_reference, order.order_number, order.customer_name, order.title),
        **amounts(totals),
        **carried(order),
        **stamps(actor),
    )
    InvoiceLine.objects.bulk_create(_line(invoice, part, position) for position, part in enumerate(parts, start=1))
    return invoice


def _line(invoice: Invoice, part: LinePart[SalesOrderLine], position: int) -> InvoiceLine:
    return InvoiceLine(
        company_id=invoice.company_id,
        invoice=invoice,
        order_line=part.line,
        billed_ranges=written_ranges(part),
        **values_of_part(part, position),
    )
