"""Credit notes as they are in JSON."""

from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from bigledger_crm.api.responses import ApiStruct, amount, text
from bigledger_crm.kernel import ids
from invoicing.api.allocation_responses import AllocationObject, allocations_of
from invoicing.api.einvoice_responses import EInvoice, document_einvoice
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from invoicing.queries.settlement import applied_to_invoice
from sales.api.document_responses import (
    DOCUMENT_COLUMNS,
    CustomerBrief,
    DeliveryObject,
    LineObject,
    document_fields,
    line_fields,
)


class CreditNoteLineObject(LineObject):
    """A credited part of an invoice's line."""

    invoice_item_id: str | None


class CreditNoteRow(ApiStruct):
    """A credit note in a list; amounts in its invoice's currency."""

    id: str
    credit_note_number: str
    invoice_id: str | None
    invoice_number: str | None
    customer_id: str
    customer: CustomerBrief
    credit_note_date: str
    currency: str
    exchange_rate: Decimal
    prices_include_tax: bool
    reason: str | None
    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal
    applied_to_invoice: Decimal
    credited_to_customer: Decimal
    refunded_amount: Decimal
    unapplied_amount: Decimal
    created_by: str
    created_at: str | None
    items: list[CreditNoteLineObject] | UnsetType = UNSET
    allocations: list[AllocationObject] | UnsetType = UNSET


class CreditNoteObject(CreditNoteRow):
    """A whole credit note."""

    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    items: list[CreditNoteLineObject]
    allocations: list[AllocationObject]
    einvoice: EInvoice


class SentCreditNote(CreditNoteObject):
    """A credit note that was just sent, with its email."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


_OWN = ("id", "invoice_id", "credit_note_number", "credit_note_date", "reason")
_COLUMNS = (*_OWN, *DOCUMENT_COLUMNS, "amount_allocated", "amount_refunded")
CREDIT_NOTE_COLUMNS = (*_COLUMNS, "invoice__invoice_number", "applied_to_invoice")


def credit_note_row(*columns: Any) -> CreditNoteRow:
    """A list row from CREDIT_NOTE_COLUMNS."""
    return CreditNoteRow(**_scalars(dict(zip(CREDIT_NOTE_COLUMNS, columns, strict=True))))


def credit_note_object(note: CreditNote) -> CreditNoteObject:
    """A whole credit note with its lines."""
    invoice = note.invoice
    values = {name: getattr(note, name) for name in _COLUMNS}
    values["invoice__invoice_number"] = invoice.invoice_number if invoice is not None else None
    values["applied_to_invoice"] = applied_to_invoice(note)
    return CreditNoteObject(
        **_scalars(values),
        billing_address=note.billing_address,
        shipping_address=note.shipping_address,
        items=[credit_line_object(line, note.currency) for line in note.lines.all()],
        allocations=allocations_of(CreditNote)([note.pk])(note.pk),
        einvoice=document_einvoice(note),
    )


def credit_line_object(line: CreditNoteLine, currency: str) -> CreditNoteLineObject:
    """A line of a credit note."""
    pk = line.invoice_line_id
    invoice_line = ids.encode(InvoiceLine.PREFIX, pk) if pk else None
    return CreditNoteLineObject(invoice_item_id=invoice_line, **line_fields(line, currency))


def _scalars(note: dict[str, Any]) -> dict[str, Any]:
    currency: str = note["currency"]
    total, applied = note["total"], note["applied_to_invoice"]
    refunded, left = note["amount_refunded"], total - note["amount_allocated"] - note["amount_refunded"]
    return {
        "id": ids.encode(CreditNote.PREFIX, note["id"]),
        "invoice_id": ids.encode(Invoice.PREFIX, note["invoice_id"]) if note["invoice_id"] else None,
        "invoice_number": note["invoice__invoice_number"],
        "credit_note_number": note["credit_note_number"],
        "credit_note_date": note["credit_note_date"].isoformat(),
        "reason": text(note["reason"]),
        "applied_to_invoice": amount(applied, currency),
        "credited_to_customer": amount(total - applied, currency),
        "refunded_amount": amount(refunded, currency),
        "unapplied_amount": amount(left, currency),
        **document_fields(note),
    }
