"""E-invoices as rows, without the calls that make them."""

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bigledger_crm.kernel import clock, ids
from invoicing.models import CreditNote, EInvoice, EInvoiceExchange, EInvoiceSource, Invoice
from invoicing.queries.einvoices import number_of

if TYPE_CHECKING:
    from bigledger_crm.tenancy.models import Company

UUID, LONG_ID = "F9D425P6DS7D8IU", "LIJAF97HJJKH8298KHADH0990857OZDR5"


def make_einvoice(document: Invoice | CreditNote, status: str = "accepted", **fields: Any) -> EInvoice:
    """An e-invoice of a document that has come as far as `status`, a minute ago."""
    at = clock.now() - timedelta(minutes=1)
    company: Company = document.company
    content = _content(document)
    einvoice = EInvoice.objects.create(
        **{
            "company": company,
            "kind": "01" if isinstance(document, Invoice) else "02",
            "number": number_of(document),
            "currency": document.currency,
            "total": document.total,
            "environment": "simulator",
            "version": "1.0",
            "status": status,
            "document": content,
            "document_hash": hashlib.sha256(content).hexdigest(),
            "issued_at": at,
            "created_by": "key_1",
            "next_attempt_at": None,
            **_of_status(status, at),
            **fields,
        }
    )
    of = {"invoice": document} if isinstance(document, Invoice) else {"credit_note": document}
    EInvoiceSource.objects.create(
        company=company, einvoice=einvoice, is_live=status in ("pending", "submitted", "accepted"), **of
    )
    EInvoiceExchange.objects.create(
        company=company,
        einvoices=[einvoice.pk],
        operation="submit",
        request="POST /api/v1.0/documentsubmissions",
        status_code=202,
        answer="{}",
        duration_ms=120,
    )
    return einvoice


def _content(document: Invoice | CreditNote) -> bytes:
    """What the books are compared with: the amounts alone."""
    invoice = {
        "TaxTotal": [{"TaxAmount": [{"_": float(document.total_tax)}]}],
        "LegalMonetaryTotal": [{"PayableAmount": [{"_": float(document.total)}]}],
    }
    return json.dumps({"Invoice": [invoice]}).encode()


def _of_status(status: str, at: Any) -> dict[str, Any]:
    """What goes with a status."""
    if status == "pending":
        return {}
    sent = {"sent_at": at, "batch": ids.new_id(), "submission_uid": "HJSD135P2S7D8IU"}
    uuid = f"{UUID}{ids.new_id().hex[-8:].upper()}"
    submitted = {**sent, "uuid": uuid, "submitted_at": at}
    accepted = {**submitted, "long_id": LONG_ID, "accepted_at": at}
    error = {"code": "CF321", "message": "The TIN is unknown", "field": "Invoice.Buyer.TIN", "link": ""}
    return {
        "submitted": submitted,
        "accepted": accepted,
        "rejected": {**submitted, "rejected_at": at, "errors": [error]},
        "cancelled": {**accepted, "cancelled_at": at, "cancel_reason": "Wrong buyer"},
    }[status]
