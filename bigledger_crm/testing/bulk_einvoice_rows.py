"""What bulk_data writes into the tables of e-invoices: one for each of some invoices."""

from django.db import models

from invoicing.models import EInvoice, EInvoiceSource

COUNTS: dict[type[models.Model], int] = {EInvoice: 30_000, EInvoiceSource: 30_000}
_NUMBER = "'INV-' || lpad(n::text, 6, '0')"
_STATUS = (
    "CASE WHEN n % 500 < 4 THEN 'rejected' WHEN n % 400 < 4 THEN 'cancelled' WHEN n > 29900 THEN 'pending' "
    "WHEN n > 29800 THEN 'submitted' ELSE 'accepted' END"
)
_IS_SENT = "n <= 29900"
ROWS: dict[type[models.Model], dict[str, str]] = {
    EInvoice: {
        "kind": "CASE WHEN n % 300 < 4 THEN '02' ELSE '01' END",
        "number": _NUMBER,
        "is_consolidated": "n % 1000 < 4",
        "currency": "'MYR'",
        "total": "chance(n, 3) % 20000 + 1",
        "environment": "'production'",
        "version": "'1.0'",
        "status": _STATUS,
        "document": "'{}'::bytea",
        "document_hash": "md5('a' || n) || md5('b' || n)",
        "issued_at": "moment",
        "batch": f"CASE WHEN {_IS_SENT} THEN gen_random_uuid() END",
        "sent_at": f"CASE WHEN {_IS_SENT} THEN moment END",
        "submission_uid": f"CASE WHEN {_IS_SENT} THEN 'S' || n ELSE '' END",
        "uuid": f"CASE WHEN {_IS_SENT} THEN 'U' || n ELSE '' END",
        "long_id": f"CASE WHEN {_IS_SENT} THEN 'L' || n ELSE '' END",
        "submitted_at": f"CASE WHEN {_IS_SENT} THEN moment END",
        "accepted_at": f"CASE WHEN {_IS_SENT} THEN moment END",
        "rejected_at": f"CASE WHEN ({_STATUS}) = 'rejected' THEN moment END",
        "cancelled_at": f"CASE WHEN ({_STATUS}) = 'cancelled' THEN moment END",
    },
    EInvoiceSource: {
        "einvoice_id": "einvoice.id",
        "invoice_id": "bill.id",
        "is_live": "einvoice.is_live",
    },
}
JOINS: dict[type[models.Model], str] = {
    EInvoiceSource: (
        f"JOIN invoicing_einvoice einvoice ON einvoice.number = {_NUMBER} "
        f"JOIN invoicing_invoice bill ON bill.invoice_number = {_NUMBER}"
    )
}
