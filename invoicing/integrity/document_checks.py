"""The arithmetic of every document: each line from its terms, each total from its lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from bigledger_crm.kernel.money import minor_units
from bigledger_crm.tenancy.models import Company
from invoicing.integrity.arithmetic import Amounts, Terms, amounts_up_to, as_amount
from invoicing.integrity.discrepancy import Discrepancy, query
from invoicing.models import CreditNoteLine, InvoiceLine
from sales.models import DocumentLine, QuoteLine, SalesOrderLine

_CHUNK = 5000
_LINE = "position quantity unit_price discount_percent discount_amount line_total tax_rate tax_amount".split()
_TOTALS = "currency prices_include_tax subtotal total_discount total_tax shipping_cost total".split()


@dataclass(frozen=True)
class _Kind:
    label: str
    model: type[DocumentLine]
    parent: str
    number: str
    source: str = ""


_KINDS = (
    _Kind("quote", QuoteLine, "quote", "quote_number"),
    _Kind("sales order", SalesOrderLine, "order", "order_number"),
    _Kind("invoice", InvoiceLine, "invoice", "invoice_number", source="order_line_id"),
    _Kind("credit note", CreditNoteLine, "credit_note", "credit_note_number", source="invoice_line_id"),
)

_WITHOUT_LINES = """
SELECT label || ' ' || number, 'number of lines', 0, 'at least 1'
FROM (
    SELECT 'quote' AS label, quote_number AS number FROM sales_quote d
    WHERE company_id = %(company)s AND NOT EXISTS (SELECT FROM sales_quoteline l WHERE l.quote_id = d.id)
    UNION ALL
    SELECT 'sales order', order_number FROM sales_salesorder d
    WHERE company_id = %(company)s AND NOT EXISTS (SELECT FROM sales_salesorderline l WHERE l.order_id = d.id)
    UNION ALL
    SELECT 'invoice', invoice_number FROM invoicing_invoice d
    WHERE company_id = %(company)s AND NOT EXISTS (SELECT FROM invoicing_invoiceline l WHERE l.invoice_id = d.id)
    UNION ALL
    SELECT 'credit note', credit_note_number FROM invoicing_creditnote d
    WHERE company_id = %(company)s AND (total <> shipping_cost OR total = 0)
    AND NOT EXISTS (SELECT FROM invoicing_creditnoteline l WHERE l.credit_note_id = d.id)
) AS empty
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Lines and totals; a line that is part of another is priced in `billing` and `crediting`."""
    yield from query(company, _WITHOUT_LINES)
    for kind in _KINDS:
        for rows in _documents(kind, company):
            subject = f"{kind.label} {rows[0]['number']}"
            for fact, recorded, expected in [*_lines(rows), *_totals(rows)]:
                if recorded != expected:
                    yield Discrepancy(company.name, subject, fact, f"{recorded:f}", f"{expected:f}")


def _documents(kind: _Kind, company: Company) -> Iterator[list[dict[str, Any]]]:
    """The lines of one document after another, each line with its document's columns."""
    names = [*_LINE, *_TOTALS, "number", "key", "source"]
    columns = [*_LINE, *(f"{kind.parent}__{name}" for name in [*_TOTALS, kind.number])]
    columns += [f"{kind.parent}_id", kind.source or "position"]
    lines = kind.model.unscoped.filter(company=company).order_by(f"{kind.parent}_id", "position")
    rows = (dict(zip(names, row, strict=True)) for row in lines.values_list(*columns).iterator(_CHUNK))
    for _, document in groupby(rows, key=lambda row: row["key"]):
        yield [row | {"source": row["source"] if kind.source else None} for row in document]


def _lines(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Decimal, Decimal]]:
    for row in rows:
        if row["source"] is None:
            terms = terms_of(row)
            yield from compare(f"line {row['position']}: ", row, amounts_up_to(terms, terms.quantity), terms.minor)


def terms_of(row: dict[str, Any]) -> Terms:
    """The terms in a row of line and document columns."""
    return Terms(
        quantity=row["quantity"],
        unit_price=row["unit_price"],
        discount_percent=row["discount_percent"],
        discount_amount=row["discount_amount"],
        tax_rate=row["tax_rate"],
        prices_include_tax=row["prices_include_tax"],
        minor=minor_units(row["currency"]),
    )


def compare(prefix: str, row: dict[str, Any], amounts: Amounts, minor: int) -> Iterator[tuple[str, Decimal, Decimal]]:
    """(fact, recorded, computed) of a line's amounts."""
    yield f"{prefix}discountAmount", row["discount_amount"], as_amount(amounts.discount, minor)
    yield f"{prefix}lineTotal", row["line_total"], as_amount(amounts.line_total, minor)
    yield f"{prefix}taxAmount", row["tax_amount"], as_amount(amounts.tax, minor)


def _totals(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Decimal, Decimal]]:
    document = rows[0]
    subtotal = sum((row["line_total"] for row in rows), Decimal(0))
    discount = sum((row["discount_amount"] for row in rows), Decimal(0))
    tax = sum((row["tax_amount"] for row in rows), Decimal(0))
    yield "subtotal", document["subtotal"], subtotal
    yield "totalDiscount", document["total_discount"], discount
    yield "totalTax", document["total_tax"], tax
    yield "total", document["total"], subtotal + tax + document["shipping_cost"]
