"""Which parts of an invoice are credited, and what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.money import ZERO, decimals_of, quantize
from invoicing.errors import CreditExceedsRemaining, InvoiceAlreadyCredited
from invoicing.models import Invoice, InvoiceLine
from invoicing.queries import credited_ranges, shipping_to_credit
from invoicing.queries.settlement import due_of
from invoicing.services.line_parts import LinePart
from sales import rules
from sales.inputs import QuantityInput
from sales.pricing import Range, Totals, price_part, ranges_along, take_ranges, total_document
from sales.services.shared.quantities import QuantityMessages, requested_quantities

_WANTED = QuantityMessages("items", "Credit note", "Invoice item", CreditExceedsRemaining)


@dataclass(frozen=True)
class Creditable:
    """What of an invoice isn't credited: of each line and of the shipping cost; and the most of it that can be now.

    `quantities` are by the lines' `invli_…` ids.
    """

    left: list[tuple[InvoiceLine, Decimal]]
    shipping_left: Decimal
    quantities: dict[str, Decimal]
    shipping_cost: Decimal
    covered: dict[UUID, list[Range]]


def price_credit(
    invoice: Invoice, items: Sequence[QuantityInput], shipping_cost: Decimal | None, known: Creditable
) -> Totals:
    """What a credit note of these parts would come to now, in the invoice's currency; `known` is what was read already.

    Raises as making it does.
    """
    parts, shipping = parts_to_credit(invoice, items, shipping_cost, known)
    return total_document((part.priced for part in parts), shipping, invoice.currency)


def creditable(invoice: Invoice) -> Creditable:
    """What isn't credited yet, line after line and then the shipping cost, as far as it is still due.

    A line that the amount due cuts gives as much as fits, with no more decimals than its quantity has.
    """
    covered, shipping_left = credited_ranges(invoice), shipping_to_credit(invoice)
    room = due_of(invoice)
    left: list[tuple[InvoiceLine, Decimal]] = []
    quantities: dict[str, Decimal] = {}
    for line in invoice.lines.select_related("order_line"):
        taken = covered.get(line.pk, [])
        rest = line.quantity - sum((end - start for start, end in taken), ZERO)
        left.append((line, rest))
        quantities[line.public_id] = quantity = _most_within(room, invoice, line, rest, taken)
        if quantity:
            room -= total_document([_part(invoice, line, quantity, taken).priced], ZERO, invoice.currency).total
    return Creditable(left, shipping_left, quantities, min(room, shipping_left), covered)


def _most_within(room: Decimal, invoice: Invoice, line: InvoiceLine, left: Decimal, covered: list[Range]) -> Decimal:
    """The largest quantity of what is left of a line that comes to no more than `room`."""
    if not left or room <= 0:
        return ZERO
    step = Decimal(1).scaleb(-decimals_of(left))
    low, high = 0, int(left / step)
    while low < high:
        middle = (low + high + 1) // 2
        priced = _part(invoice, line, middle * step, covered).priced
        if priced.line_total + priced.tax_amount <= room:
            low = middle
        else:
            high = middle - 1
    return low * step


def parts_to_credit(
    invoice: Invoice,
    items: Sequence[QuantityInput] | None,
    shipping_cost: Decimal | None,
    known: Creditable | None = None,
) -> tuple[list[LinePart[InvoiceLine]], Decimal]:
    """The priced parts and the shipping cost to credit; `known` is what was read already."""
    if known is None:
        covered, shipping_left = credited_ranges(invoice), shipping_to_credit(invoice)
        found = list(invoice.lines.select_related("order_line"))
    else:
        covered, shipping_left, found = known.covered, known.shipping_left, [line for line, _left in known.left]
    lines = {line.public_id: line for line in found}
    left = {
        key: line.quantity - sum((end - start for start, end in covered.get(line.pk, [])), ZERO)
        for key, line in lines.items()
    }
    if not shipping_left and not any(left.values()):
        raise InvoiceAlreadyCredited(
            f"Invoice {invoice.invoice_number} has already been credited in full",
            details=[{"invoiceId": invoice.public_id}],
        )
    default = shipping_left if items is None else ZERO
    shipping = _shipping(default if shipping_cost is None else shipping_cost, shipping_left, invoice.currency)
    if items is None:
        quantities = {key: quantity for key, quantity in left.items() if quantity > 0}
    else:
        quantities = requested_quantities(items, left, _WANTED) if items else {}
    if not quantities and not shipping:
        raise InvalidData("Credit note", field_error("items", "At least one line or a shipping cost is required"))
    parts = [
        _part(invoice, lines[key], quantity, covered.get(lines[key].pk, [])) for key, quantity in quantities.items()
    ]
    return parts, shipping


def _shipping(wanted: Decimal, left: Decimal, currency: str) -> Decimal:
    if errors := field_error("shipping_cost", rules.check_amount("Shipping cost", wanted, currency)):
        raise InvalidData("Credit note", errors)
    if wanted > left:
        detail = {
            "field": "shippingCost",
            "requested": quantize(wanted, currency),
            "remaining": quantize(left, currency),
        }
        raise CreditExceedsRemaining([detail])
    return wanted


def _part(invoice: Invoice, line: InvoiceLine, quantity: Decimal, covered: list[Range]) -> LinePart[InvoiceLine]:
    """A part of a line, priced as the line was: a line that bills stretches of an order's line goes along them."""
    ranges = take_ranges(line.quantity, covered, quantity)
    if line.order_line is None:
        terms, pieces = line.terms, ranges
    else:
        terms, pieces = line.order_line.terms, ranges_along(line.ranges, ranges)
    priced = price_part(terms, invoice.currency, pieces, prices_include_tax=invoice.prices_include_tax)
    return LinePart(line, quantity, ranges, priced)
