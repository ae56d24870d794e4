"""Whether e-invoices are what was reported: their bytes, the documents that they report, and what LHDN said of them.

What LHDN has, invoicing.services.einvoice_reconciliation compares.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query
from invoicing.models import EInvoice, EInvoiceSource

_CHUNK = 100  # documents have up to 220 KB
_decoder = msgspec.json.Decoder(float_hook=Decimal)

_SOURCES = """
SELECT 'e-invoice ' || e.number, f.fact, f.recorded, f.expected
FROM invoicing_einvoice e
CROSS JOIN LATERAL (
    SELECT COUNT(*) AS count, COUNT(*) FILTER (WHERE s.is_live) AS live
    FROM invoicing_einvoicesource s WHERE s.einvoice_id = e.id
) AS s
CROSS JOIN LATERAL (VALUES
    ('number of documents', s.count::text,
     CASE WHEN s.count = 0 THEN 'at least 1' WHEN e.is_consolidated THEN s.count::text ELSE '1' END),
    ('live documents', s.live::text,
     (CASE WHEN e.status IN ('pending', 'submitted', 'accepted') THEN s.count ELSE 0 END)::text),
    ('uuid', e.uuid, CASE WHEN e.status = 'accepted' AND e.uuid = '' THEN 'that of LHDN' ELSE e.uuid END),
    ('link', e.long_id, CASE WHEN e.status = 'accepted' AND e.long_id = '' THEN 'that of LHDN' ELSE e.long_id END)
) AS f(fact, recorded, expected)
WHERE e.company_id = %(company)s AND f.recorded <> f.expected
ORDER BY e.number, e.id
"""

_ONE_LIVE = """
SELECT label || ' ' || number, 'live e-invoices', live, 'at most ' || most
FROM (
    SELECT 'invoice' AS label, i.invoice_number AS number, COUNT(*) AS live,
           (i.status <> 'cancelled')::int AS most
    FROM invoicing_einvoicesource s JOIN invoicing_invoice i ON i.id = s.invoice_id
    WHERE s.company_id = %(company)s AND s.is_live GROUP BY i.id
    UNION ALL
    SELECT 'credit note', n.credit_note_number, COUNT(*), 1
    FROM invoicing_einvoicesource s JOIN invoicing_creditnote n ON n.id = s.credit_note_id
    WHERE s.company_id = %(company)s AND s.is_live GROUP BY n.id
) AS documents
WHERE live > most
ORDER BY 1
"""

_AMOUNTS = ("invoice__total", "invoice__total_tax", "credit_note__total", "credit_note__total_tax")
_Amounts = tuple[Decimal, Decimal]


def differences(company: Company) -> Iterator[Discrepancy]:
    """Documents and statuses of each e-invoice, its hash, and the amounts in its bytes."""
    yield from query(company, _SOURCES, _ONE_LIVE)
    expected = _amounts_of_documents(company)
    einvoices = EInvoice.unscoped.filter(company=company).order_by("number", "pk")
    rows = einvoices.values_list("pk", "number", "total", "document_hash", "document")
    for key, number, total, document_hash, stored in rows.iterator(_CHUNK):
        subject, content = f"e-invoice {number}", bytes(stored)
        if (digest := hashlib.sha256(content).hexdigest()) != document_hash:
            yield Discrepancy(company.name, subject, "hash of the document", document_hash, digest)
        payable, tax = _amounts_in(content)
        for fact, recorded, right in (
            ("total", total, expected[key][0]),
            ("payable amount of the document", payable, expected[key][0]),
            ("tax amount of the document", tax, expected[key][1]),
        ):
            if recorded != right:
                yield Discrepancy(company.name, subject, fact, _text(recorded), _text(right))


def _amounts_of_documents(company: Company) -> Mapping[UUID, _Amounts]:
    """Total and tax of all that each e-invoice reports."""
    sums: dict[UUID, _Amounts] = defaultdict(lambda: (Decimal(0), Decimal(0)))
    sources = EInvoiceSource.unscoped.filter(company=company)
    for key, *amounts in sources.values_list("einvoice_id", *_AMOUNTS).iterator(5000):
        total, tax = amounts[:2] if amounts[0] is not None else amounts[2:]
        sums[key] = (sums[key][0] + total, sums[key][1] + tax)
    return sums


def _amounts_in(content: bytes) -> tuple[Decimal | None, Decimal | None]:
    """PayableAmount and TaxAmount of a document; None where they can't be read."""
    try:
        invoice: dict[str, Any] = _decoder.decode(content)["Invoice"][0]
        payable = invoice["LegalMonetaryTotal"][0]["PayableAmount"][0]["_"]
        return Decimal(payable), Decimal(invoice["TaxTotal"][0]["TaxAmount"][0]["_"])
    except (msgspec.DecodeError, ArithmeticError, LookupError, TypeError, ValueError):
        return None, None


def _text(amount: Decimal | None) -> str:
    return "unreadable" if amount is None else f"{amount.normalize():f}"
