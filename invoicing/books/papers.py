"""Papers: what was frozen says what the document says, and a stored file is the one that was rendered."""

from collections.abc import Iterator

from bigledger_crm.documents.models import StoredDocument
from bigledger_crm.documents.services import DamagedDocument, read
from bigledger_crm.tenancy.models import Company
from invoicing.books.difference import Difference, query

_CHUNK = 500

_FROZEN = """
SELECT d.label || ' ' || d.number, 'total on paper', s.context ->> 'total', d.total::text
FROM (
    SELECT 'invoice' AS label, id, invoice_number AS number, total, currency FROM invoicing_invoice
    WHERE company_id = %(company)s AND status = 'sent'
    UNION ALL
    SELECT 'quote', id, quote_number, total, currency FROM sales_quote
    WHERE company_id = %(company)s AND status <> 'draft'
) AS d
LEFT JOIN documents_storeddocument s ON s.document_id = d.id AND s.kind = d.label AND s.company_id = %(company)s
WHERE CASE WHEN s.id IS NULL THEN d.label = 'invoice' ELSE (s.context ->> 'total')::numeric <> d.total END
ORDER BY d.number
"""


def differences(company: Company) -> Iterator[Difference]:
    """Frozen totals, and files by their SHA-256."""
    yield from query(company, _FROZEN)
    stored = StoredDocument.unscoped.filter(company=company).exclude(file="").defer("context").order_by("created_at")
    for document in stored.iterator(_CHUNK):
        try:
            read(document)
        except FileNotFoundError:
            yield Difference(company.name, f"document {document.number}", "file", "missing", document.file)
        except DamagedDocument:
            yield Difference(company.name, f"document {document.number}", "file", "another one", document.sha256)
