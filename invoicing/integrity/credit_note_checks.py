"""What credit notes credit of invoices: parts of lines and their prices, shipping costs, parties."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query
from invoicing.integrity.invoiced_quantity_checks import Piece, check_part, overlaps, ranges_of
from invoicing.models import CreditNoteLine

_CHUNK = 5000

_SHIPPING = """
SELECT 'invoice ' || i.invoice_number, 'credited shipping cost', SUM(n.shipping_cost), 'at most ' || i.shipping_cost
FROM invoicing_creditnote n JOIN invoicing_invoice i ON i.id = n.invoice_id
WHERE n.company_id = %(company)s
GROUP BY i.id HAVING SUM(n.shipping_cost) > i.shipping_cost
ORDER BY 1
"""

_SAME_FACTS = """
SELECT 'credit note ' || n.credit_note_number, f.fact || ' against ' || i.invoice_number, f.recorded, f.expected
FROM invoicing_creditnote n JOIN invoicing_invoice i ON i.id = n.invoice_id
CROSS JOIN LATERAL (VALUES
    ('customer', n.customer_id::text, i.customer_id::text),
    ('currency', n.currency, i.currency),
    ('exchangeRate', n.exchange_rate::text, i.exchange_rate::text),
    ('pricesIncludeTax', n.prices_include_tax::text, i.prices_include_tax::text),
    ('status', i.status, 'sent'),
    ('date', n.credit_note_date::text, GREATEST(n.credit_note_date, i.invoice_date)::text)
) AS f(fact, recorded, expected)
WHERE n.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY n.credit_note_number
"""

_SAME_TERMS = """
SELECT 'credit note ' || n.credit_note_number, 'line ' || l.position || ': ' || f.fact, f.recorded, f.expected
FROM invoicing_creditnoteline l
JOIN invoicing_creditnote n ON n.id = l.credit_note_id
JOIN invoicing_invoiceline il ON il.id = l.invoice_line_id
JOIN invoicing_invoice own ON own.id = n.invoice_id
JOIN invoicing_invoice i ON i.id = il.invoice_id
CROSS JOIN LATERAL (VALUES
    ('invoice', own.invoice_number, i.invoice_number),
    ('unitPrice', l.unit_price::text, il.unit_price::text),
    ('discountPercent', l.discount_percent::text, il.discount_percent::text),
    ('taxCode', l.tax_code, il.tax_code),
    ('taxRate', l.tax_rate::text, il.tax_rate::text)
) AS f(fact, recorded, expected)
WHERE l.company_id = %(company)s AND f.recorded IS DISTINCT FROM f.expected
ORDER BY n.credit_note_number, l.position
"""

_OWN = {
    "invoice_line_id": "key",
    "credited_ranges": "ranges",
    "credit_note__credit_note_number": "number",
    "position": "position",
    "quantity": "billed",
    "discount_amount": "discount_amount",
    "line_total": "line_total",
    "tax_amount": "tax_amount",
    "credit_note__currency": "currency",
    "credit_note__prices_include_tax": "prices_include_tax",
    "invoice_line__quantity": "whole",
    "invoice_line__billed_ranges": "billed_ranges",
    "invoice_line__order_line_id": "order_line",
}
_TERMS = ("quantity", "unit_price", "discount_percent", "discount_amount", "tax_rate")
_COLUMNS = [*_OWN, *(f"invoice_line__{name}" for name in _TERMS), *(f"invoice_line__order_line__{n}" for n in _TERMS)]
_NAMES = [*_OWN.values(), *(f"invoice_{name}" for name in _TERMS), *(f"order_{name}" for name in _TERMS)]


def differences(company: Company) -> Iterator[Discrepancy]:
    """Shipping costs, facts, terms, and the price of every credited part."""
    yield from query(company, _SHIPPING, _SAME_FACTS, _SAME_TERMS)
    lines = CreditNoteLine.unscoped.filter(company=company, invoice_line__isnull=False)
    ordered = lines.order_by("invoice_line_id", "credit_note__created_at", "pk").values_list(*_COLUMNS)
    rows = (dict(zip(_NAMES, row, strict=True)) for row in ordered.iterator(_CHUNK))
    for _, group in groupby(rows, key=lambda row: row["key"]):
        parts = list(group)
        for part in parts:
            yield from _part(company, part)
        yield from overlaps(company, "credit note", parts, "credited")


def _part(company: Company, part: dict[str, Any]) -> Iterator[Discrepancy]:
    """A line that bills stretches of an order's line is credited by that line's terms, along those stretches."""
    source = "invoice" if part["order_line"] is None else "order"
    terms = {name: part[f"{source}_{name}"] for name in _TERMS}
    pieces: Sequence[Piece] = ranges_of(part)
    if source == "order":
        pieces = _along([(Decimal(start), Decimal(end)) for start, end in part["billed_ranges"]], pieces)
    fixed = terms.pop("discount_amount")
    yield from check_part(
        company, f"credit note {part['number']}", part | terms | {"fixed_discount": fixed}, pieces, "credited"
    )


def _along(stretches: Sequence[Piece], parts: Sequence[Piece]) -> list[Piece]:
    """Positions counted along stretches, as positions of the line that the stretches are of."""
    found: list[Piece] = []
    counted = Decimal(0)
    for start, end in sorted(stretches):
        shift = start - counted
        counted += end - start
        moved = [(max(low + shift, start), min(high + shift, end)) for low, high in parts]
        found += [piece for piece in moved if piece[0] < piece[1]]
    return found
