"""Credit notes as they are in JSON."""

from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from bigledger_crm.api.responses import ApiStruct, amount, percent, text, timestamp
from bigledger_crm.kernel import ids
from customers.models import Customer
from invoicing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine
from sales.api.document_responses import CustomerBrief, DeliveryObject, LineObject, customer_brief, line_fields


class CreditNoteLineObject(LineObject):
    """A credited part of an invoice's line."""

    invoice_item_id: str


class CreditNoteRow(ApiStruct):
    """A credit note in a list; amounts in its invoice's currency."""

    id: str
    credit_note_number: str
    invoice_id: str
    invoice_number: str
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
    created_by: str
    created_at: str | None
    items: list[CreditNoteLineObject] | UnsetType = UNSET


class CreditNoteObject(CreditNoteRow):
    """A whole credit note."""

    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    items: list[CreditNoteLineObject]


class SentCreditNote(CreditNoteObject):
    """A credit note that was just sent, with its mail."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


_OWN = ("id", "invoice_id", "customer_id", "customer_name", "customer_email", "credit_note_date", "exchange_rate")
_PLAIN = ("credit_note_number", "currency", "prices_include_tax", "created_by")
_AMOUNTS = ("subtotal", "total_discount", "total_tax", "shipping_cost", "total")
CREDIT_NOTE_COLUMNS = (*_OWN, *_PLAIN, *_AMOUNTS, "reason", "created_at", "invoice__invoice_number")


def credit_note_row(*columns: Any) -> CreditNoteRow:
    """A list row from CREDIT_NOTE_COLUMNS."""
    return CreditNoteRow(**_scalars(dict(zip(CREDIT_NOTE_COLUMNS, columns, strict=True))))


def credit_note_object(note: CreditNote) -> CreditNoteObject:
    """A whole credit note with its lines."""
    own = {name: getattr(note, name) for name in CREDIT_NOTE_COLUMNS if "__" not in name}
    return CreditNoteObject(
        **_scalars(own | {"invoice__invoice_number": note.invoice.invoice_number}),
        billing_address=note.billing_address,
        shipping_address=note.shipping_address,
        items=[credit_line_object(line, note.currency) for line in note.lines.all()],
    )


def credit_line_object(line: CreditNoteLine, currency: str) -> CreditNoteLineObject:
    """A line of a credit note."""
    invoice_line = ids.encode(InvoiceLine.PREFIX, line.invoice_line_id)
    return CreditNoteLineObject(invoice_item_id=invoice_line, **line_fields(line, currency))


def _scalars(note: dict[str, Any]) -> dict[str, Any]:
    currency: str = note["currency"]
    return {
        "id": ids.encode(CreditNote.PREFIX, note["id"]),
        "invoice_id": ids.encode(Invoice.PREFIX, note["invoice_id"]),
        "invoice_number": note["invoice__invoice_number"],
        "customer_id": ids.encode(Customer.PREFIX, note["customer_id"]),
        "customer": customer_brief(note["customer_id"], note["customer_name"], note["customer_email"]),
        "credit_note_date": note["credit_note_date"].isoformat(),
        "exchange_rate": percent(note["exchange_rate"]),
        "reason": text(note["reason"]),
        "created_at": timestamp(note["created_at"]),
        **{name: note[name] for name in _PLAIN},
        **{name: amount(note[name], currency) for name in _AMOUNTS},
    }
