"""Stored documents say what the document says, and every stored file is the one that was stored."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from bigledger_crm.documents.attachments import read_attachment
from bigledger_crm.documents.models import Attachment, StoredDocument
from bigledger_crm.documents.services import DamagedDocument, read
from bigledger_crm.tenancy.models import Company
from invoicing.integrity.discrepancy import Discrepancy, query

_CHUNK = 500
File = TypeVar("File", StoredDocument, Attachment)

_FROZEN = """
SELECT replace(d.label, '_', ' ') || ' ' || d.number, 'total on the PDF', s.context ->> 'total', d.total::text
FROM (
    SELECT 'invoice' AS label, id, invoice_number AS number, total, currency FROM invoicing_invoice
    WHERE company_id = %(company)s AND status = 'sent'
    UNION ALL
    SELECT 'credit_note', id, credit_note_number, total, currency FROM invoicing_creditnote
    WHERE company_id = %(company)s
    UNION ALL
    SELECT 'quote', id, quote_number, total, currency FROM sales_quote
    WHERE company_id = %(company)s AND status <> 'draft'
) AS d
LEFT JOIN documents_storeddocument s ON s.document_id = d.id AND s.kind = d.label AND s.company_id = %(company)s
WHERE CASE WHEN s.id IS NULL THEN d.label <> 'quote' ELSE (s.context ->> 'total')::numeric <> d.total END
ORDER BY d.number
"""

_ATTACHED = """
SELECT 'attachment ' || a.filename, 'document', a.kind || ' ' || a.document_id, 'one of the company'
FROM documents_attachment a
WHERE a.company_id = %(company)s AND NOT EXISTS (
    SELECT FROM (
        SELECT 'invoice' AS kind, id FROM invoicing_invoice WHERE company_id = %(company)s
        UNION ALL SELECT 'bank_statement', id FROM invoicing_bankstatement WHERE company_id = %(company)s
        UNION ALL SELECT 'customer', id FROM customers_customer WHERE company_id = %(company)s
        UNION ALL SELECT 'order', id FROM sales_salesorder WHERE company_id = %(company)s
        UNION ALL SELECT 'quote', id FROM sales_quote WHERE company_id = %(company)s
    ) AS d WHERE d.kind = a.kind AND d.id = a.document_id
)
ORDER BY a.created_at
"""


def differences(company: Company) -> Iterator[Discrepancy]:
    """Frozen totals, files by their SHA-256, and attachments of nothing."""
    yield from query(company, _FROZEN, _ATTACHED)
    stored = StoredDocument.unscoped.filter(company=company).exclude(file="").defer("context").order_by("created_at")
    for document in stored.iterator(_CHUNK):
        yield from _file(company, f"document {document.number}", document, read)
    attached = Attachment.unscoped.filter(company=company).order_by("created_at")
    for attachment in attached.iterator(_CHUNK):
        yield from _file(company, f"attachment {attachment.filename}", attachment, read_attachment)


def _file(company: Company, subject: str, row: File, read_file: Callable[[File], bytes]) -> Iterator[Discrepancy]:
    try:
        read_file(row)
    except FileNotFoundError:
        yield Discrepancy(company.name, subject, "file", "missing", row.file)
    except DamagedDocument:
        yield Discrepancy(company.name, subject, "file", "another one", row.sha256)
