"""What invoices bill and shipments ship of orders: quantities, parts of lines and their prices, shipping costs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from bigledger_crm.kernel.money import minor_units
from bigledger_crm.tenancy.models import Company
from invoicing.integrity.arithmetic import NOTHING, amounts_up_to
from invoicing.integrity.discrepancy import Discrepancy, query
from invoicing.integrity.document_checks import compare, terms_of
from invoicing.models import InvoiceLine

_CHUNK = 5000
Piece = tuple[Decimal, Decimal]

_QUANTITIES = """
WITH invoiced AS (
    SELECT l.order_line_id, SUM(l.quantity) AS quantity
    FROM invoicing_invoiceline l JOIN invoicing_invoice i ON i.id = l.invoice_id
    WHERE l.company_id = %(company)s AND i.status <> 'cancelled' AND l.order_line_id IS NOT NULL
    GROUP BY l.order_line_id
), shipped AS (
    SELECT order_line_id, SUM(quantity) AS quantity
    FROM sales_shipmentline WHERE company_id = %(company)s GROUP BY order_line_id
)
SELECT 'sales order ' || o.order_number, 'line ' || l.position || ': ' || f.fact, f.recorded, f.expected
FROM sales_salesorderline l
JOIN sales_salesorder o ON o.id = l.order_id
LEFT JOIN invoiced ON invoiced.order_line_id = l.id
LEFT JOIN shipped ON shipped.order_line_id = l.id
CROSS JOIN LATERAL (VALUES
    ('invoicedQuantity', l.invoiced_quantity, COALESCE(invoiced.quantity, 0)),
    ('shippedQuantity', l.shipped_quantity, COALESCE(shipped.quantity, 0))
) AS f(fact, recorded, expected)
WHERE l.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY o.order_number, l.position
"""

_SHIPPING = """
SELECT 'sales order ' || o.order_number, 'invoiced shipping cost', SUM(i.shipping_cost), 'at most ' || o.shipping_cost
FROM invoicing_invoice i JOIN sales_salesorder o ON o.id = i.order_id
WHERE i.company_id = %(company)s AND i.status <> 'cancelled'
GROUP BY o.id HAVING SUM(i.shipping_cost) > o.shipping_cost
ORDER BY 1
"""

_ISSUED = """
SELECT 'sales order ' || o.order_number, 'issuedTotal', o.issued_total, COALESCE(SUM(i.total), 0)
FROM sales_salesorder o LEFT JOIN invoicing_invoice i ON i.order_id = o.id AND i.status = 'sent'
WHERE o.company_id = %(company)s
GROUP BY o.id HAVING o.issued_total <> COALESCE(SUM(i.total), 0)
ORDER BY 1
"""

# A line that bills an order says what the order says, and belongs to an invoice of that order.
_SAME_TERMS = """
SELECT 'invoice ' || i.invoice_number, 'line ' || l.position || ': ' || f.fact, f.recorded, f.expected
FROM invoicing_invoiceline l
JOIN invoicing_invoice i ON i.id = l.invoice_id
JOIN sales_salesorderline ol ON ol.id = l.order_line_id
JOIN sales_salesorder o ON o.id = ol.order_id
LEFT JOIN sales_salesorder own ON own.id = i.order_id
CROSS JOIN LATERAL (VALUES
    ('order', own.order_number, o.order_number),
    ('type', l.type, ol.type),
    ('unitPrice', l.unit_price::text, ol.unit_price::text),
    ('discountPercent', l.discount_percent::text, ol.discount_percent::text),
    ('taxCode', l.tax_code, ol.tax_code),
    ('taxRate', l.tax_rate::text, ol.tax_rate::text)
) AS f(fact, recorded, expected)
WHERE l.company_id = %(company)s AND f.recorded IS DISTINCT FROM f.expected
ORDER BY i.invoice_number, l.position
"""

_COLUMNS = {
    "order_line_id": "key",
    "billed_ranges": "ranges",
    "invoice__status": "status",
    "invoice__invoice_number": "number",
    "position": "position",
    "quantity": "billed",
    "discount_amount": "discount_amount",
    "line_total": "line_total",
    "tax_amount": "tax_amount",
    "order_line__quantity": "quantity",
    "order_line__unit_price": "unit_price",
    "order_line__discount_percent": "discount_percent",
    "order_line__discount_amount": "fixed_discount",
    "order_line__tax_rate": "tax_rate",
    "order_line__order__prices_include_tax": "prices_include_tax",
    "order_line__order__currency": "currency",
}


def differences(company: Company) -> Iterator[Discrepancy]:
    """Quantities, shipping costs, and the price of every billed part."""
    yield from query(company, _QUANTITIES, _SHIPPING, _ISSUED, _SAME_TERMS)
    lines = InvoiceLine.unscoped.filter(company=company, order_line__isnull=False)
    ordered = lines.order_by("order_line_id", "invoice__created_at", "pk").values_list(*_COLUMNS).iterator(_CHUNK)
    rows = (dict(zip(_COLUMNS.values(), row, strict=True)) for row in ordered)
    for _, group in groupby(rows, key=lambda row: row["key"]):
        parts = list(group)
        for part in parts:
            yield from _part(company, part)
        yield from overlaps(company, "invoice", [part for part in parts if part["status"] != "cancelled"], "billed")


def _part(company: Company, part: dict[str, Any]) -> Iterator[Discrepancy]:
    """One billed part: its ranges lie in the order's line, make up its quantity and carry its price."""
    whole = part["quantity"]
    yield from check_part(company, f"invoice {part['number']}", part | {"whole": whole}, ranges_of(part), "billed")


def check_part(
    company: Company, subject: str, part: dict[str, Any], pieces: Sequence[Piece], word: str
) -> Iterator[Discrepancy]:
    """A part of a line: its ranges lie in the `whole`, make up its quantity, and `pieces` of the terms its price."""
    prefix, ranges = f"line {part['position']}: ", ranges_of(part)
    if any(not 0 <= start < end <= part["whole"] for start, end in ranges):
        yield Discrepancy(
            company.name, subject, f"{prefix}{word} part", _written(ranges), f"inside 0 to {part['whole']}"
        )
        return
    length = sum((end - start for start, end in ranges), Decimal(0))
    if length != part["billed"]:
        yield Discrepancy(company.name, subject, f"{prefix}quantity", str(part["billed"]), str(length))
    terms = terms_of(part | {"discount_amount": part["fixed_discount"]})
    expected = NOTHING
    for start, end in pieces:
        expected = expected.plus(amounts_up_to(terms, end).minus(amounts_up_to(terms, start)))
    for fact, recorded, computed in compare(prefix, part, expected, minor_units(part["currency"])):
        if recorded != computed:
            yield Discrepancy(company.name, subject, fact, f"{recorded:f}", f"{computed:f}")


def overlaps(company: Company, label: str, parts: Sequence[dict[str, Any]], word: str) -> Iterator[Discrepancy]:
    """No unit of a line stands on two documents."""
    pieces = [(start, end, part) for part in parts for start, end in ranges_of(part)]
    pieces.sort(key=lambda piece: piece[:2])
    for (start, end, first), (next_start, next_end, second) in pairwise(pieces):
        if next_start < end:
            yield Discrepancy(
                company.name,
                f"{label} {second['number']}",
                f"line {second['position']}: {word} part",
                _written([(next_start, next_end)]),
                f"apart from {_written([(start, end)])} on {first['number']}",
            )


def ranges_of(part: dict[str, Any]) -> list[Piece]:
    """The stored ranges of a part."""
    return [(Decimal(start), Decimal(end)) for start, end in part["ranges"]]


def _written(ranges: Sequence[Piece]) -> str:
    return ", ".join(f"{start:f} to {end:f}" for start, end in ranges)
