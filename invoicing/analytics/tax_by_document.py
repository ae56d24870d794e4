"""The documents behind a tax summary: each with its value and tax by tax code and rate."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Model

from bigledger_crm.tenancy.models import Company
from invoicing.analytics.statements import fetch
from invoicing.analytics.tax_summary import INVOICES, kind_of
from invoicing.models import CreditNote, Invoice

_TABLES: dict[str, type[Model]] = {"invoices": Invoice, "credit_notes": CreditNote}
_BY_DOCUMENT = """{documents}, amounts AS (
    SELECT part, day, i.id, invoice_number AS number, customer_name, i.exchange_rate, line.*
    FROM invoice JOIN {invoices} i USING (id) CROSS JOIN LATERAL (
        SELECT tax_code, tax_rate, line_total AS value, tax_amount AS tax FROM invoicing_invoiceline
        WHERE company_id = %(company)s AND invoice_id = i.id
        UNION ALL
        SELECT NULL, 0, i.shipping_cost, 0 WHERE i.shipping_cost > 0
    ) line WHERE i.company_id = %(company)s
    UNION ALL
    SELECT 'credited', credit_note_date, n.id, credit_note_number, customer_name, exchange_rate, line.*
    FROM {credit_notes} n CROSS JOIN LATERAL (
        SELECT tax_code, tax_rate, line_total, tax_amount FROM invoicing_creditnoteline
        WHERE company_id = %(company)s AND credit_note_id = n.id
        UNION ALL
        SELECT NULL, 0, shipping_cost, 0 WHERE shipping_cost > 0
    ) line WHERE n.company_id = %(company)s AND credit_note_date BETWEEN %(first)s AND %(last)s
)
SELECT a.*, coalesce(t.tax_type, '') AS tax_type FROM (
    SELECT part, day, id, number, customer_name, tax_code, tax_rate,
        sum(value * exchange_rate) AS value, sum(tax * exchange_rate) AS tax
    FROM amounts
    WHERE (%(part)s::text IS NULL OR part = %(part)s) AND (%(code)s::text IS NULL OR tax_code = %(code)s)
        AND (%(rate)s::numeric IS NULL OR tax_rate = %(rate)s)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
) a LEFT JOIN sales_taxcode t ON t.company_id = %(company)s AND t.code = a.tax_code
ORDER BY day, number, part, tax_code, tax_rate
""".replace("{documents}", INVOICES)


@dataclass(frozen=True)
class TaxedDocument:
    """What a document has with a tax code at a rate in percent, in the company's currency, exact and not rounded.

    `part` is one of tax_summary's PARTS, `kind` one of its KINDS.  `day` is the document's date; of a cancelled invoice
    that of its cancellation.  Whatever was cancelled or credited takes off from the tax: `sign` is -1.
    """

    part: str
    kind: str
    day: date
    key: UUID
    number: str
    customer: str
    tax_code: str
    rate: Decimal
    value: Decimal
    tax: Decimal

    @property
    def sign(self) -> int:
        """What its amounts count in the net value and tax."""
        return 1 if self.part == "invoiced" else -1


def tax_by_document(
    company: Company,
    first: date,
    last: date,
    *,
    part: str | None = None,
    kind: str | None = None,
    code: str | None = None,
    rate: Decimal | None = None,
) -> list[TaxedDocument]:
    """The documents that make the tax summary of these days, of all of it or of one of its figures: one query.

    Their amounts, by kind, tax code, rate and part, add up to those of `tax_summary`.
    """
    rows = fetch(_BY_DOCUMENT, _TABLES, company, first=first, last=last, part=part, code=code, rate=rate)
    documents = [_document(row) for row in rows]
    return [document for document in documents if kind in (None, document.kind)]


def _document(row: dict[str, Any]) -> TaxedDocument:
    return TaxedDocument(
        row["part"],
        kind_of(row),
        row["day"],
        row["id"],
        row["number"],
        row["customer_name"],
        row["tax_code"] or "",
        row["tax_rate"],
        row["value"],
        row["tax"],
    )
