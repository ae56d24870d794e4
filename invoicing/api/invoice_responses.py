"""Invoices as they are in JSON."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from msgspec import UNSET, UnsetType

from bigledger_crm.api.attachments import AttachmentObject, attachment_objects
from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp
from bigledger_crm.custom_fields.rules import DeclaredFields
from bigledger_crm.kernel import ids
from bigledger_crm.tenancy.record_owners import owner_public_id
from invoicing.api.einvoice_responses import EInvoice, document_einvoice
from invoicing.models import Invoice
from invoicing.queries import lines_of_invoice
from invoicing.rules import invoice_state
from sales.api.document_responses import (
    DOCUMENT_COLUMNS,
    CustomerBrief,
    DeliveryObject,
    LineObject,
    day,
    document_fields,
    line_object,
)
from sales.models import SalesOrder

if TYPE_CHECKING:
    from uuid import UUID

InvoiceStatus: TypeAlias = Literal["draft", "sent", "paid", "overdue", "cancelled"]
PaymentStatus: TypeAlias = Literal["unpaid", "partial", "paid"]


class InvoiceRow(ApiStruct):
    """An invoice in a list; amounts in its currency."""

    id: str
    invoice_number: str
    payment_reference: str
    sales_order_id: str | None
    customer_id: str
    customer: CustomerBrief
    owner_id: str | None
    invoice_date: str
    due_date: str
    status: InvoiceStatus
    currency: str
    exchange_rate: Decimal
    prices_include_tax: bool
    title: str | None
    reference: str | None
    purchase_order: str | None
    notes: str | None
    terms: str | None
    subtotal: Decimal
    total_discount: Decimal
    total_tax: Decimal
    shipping_cost: Decimal
    total: Decimal
    amount_paid: Decimal
    amount_credited: Decimal
    amount_written_off: Decimal
    amount_due: Decimal
    payment_status: PaymentStatus
    last_payment_date: str | None
    overdue_by: int
    send_reminders: bool
    tags: list[str]
    issued_at: str | None
    cancelled_at: str | None
    cancel_reason: str | None
    custom_fields: dict[str, Any]
    created_by: str
    created_at: str | None
    updated_at: str | None
    items: list[LineObject] | UnsetType = UNSET
    attachments: list[AttachmentObject] | UnsetType = UNSET


class InvoiceObject(InvoiceRow):
    """A whole invoice."""

    billing_address: dict[str, str] | None
    shipping_address: dict[str, str] | None
    items: list[LineObject]
    attachments: list[AttachmentObject]
    einvoice: EInvoice


class SentInvoice(InvoiceObject):
    """An invoice that was just sent, with its email."""

    passing = frozenset({"delivery"})
    delivery: DeliveryObject


_OWN = ("id", "order_id", "owner_id", "status")
_PLAIN = ("invoice_number", "payment_reference", "send_reminders", "tags")
_DAYS = ("invoice_date", "due_date", "last_payment_date")
_TEXTS = ("title", "reference", "purchase_order", "notes", "terms", "cancel_reason")
_AMOUNTS = ("amount_paid", "amount_credited", "amount_written_off")
_TIMES = ("issued_at", "cancelled_at", "updated_at")
INVOICE_COLUMNS = (*_OWN, *DOCUMENT_COLUMNS, *_PLAIN, *_DAYS, *_TEXTS, *_AMOUNTS, *_TIMES, "custom_fields")


def invoice_row(today: date, declared: DeclaredFields) -> Callable[..., InvoiceRow]:
    """Makes list rows from INVOICE_COLUMNS, as the invoices stand on the company's day; `declared` as of orders."""

    def show(*columns: Any) -> InvoiceRow:
        return InvoiceRow(**_scalars(dict(zip(INVOICE_COLUMNS, columns, strict=True)), today, declared))

    return show


def invoice_object(invoice: Invoice, today: date, declared: DeclaredFields, **extra: Any) -> InvoiceObject:
    """A whole invoice with its lines; `delivery` makes it a SentInvoice."""
    kind = SentInvoice if extra else InvoiceObject
    return kind(
        **_scalars({name: getattr(invoice, name) for name in INVOICE_COLUMNS}, today, declared),
        billing_address=invoice.billing_address,
        shipping_address=invoice.shipping_address,
        items=[line_object(line, invoice.currency) for line in lines_of_invoice(invoice.pk)],
        attachments=attachment_objects(invoice.pk),
        einvoice=document_einvoice(invoice),
        **extra,
    )


def _scalars(invoice: dict[str, Any], today: date, declared: DeclaredFields) -> dict[str, Any]:
    order_id: UUID | None = invoice["order_id"]
    currency: str = invoice["currency"]
    stands = invoice_state(
        invoice["status"],
        total=invoice["total"],
        paid=invoice["amount_paid"],
        credited=invoice["amount_credited"],
        written_off=invoice["amount_written_off"],
        due_date=invoice["due_date"],
        today=today,
    )
    return {
        "id": ids.encode(Invoice.PREFIX, invoice["id"]),
        "sales_order_id": ids.encode(SalesOrder.PREFIX, order_id) if order_id else None,
        "owner_id": owner_public_id(invoice["owner_id"]),
        "status": stands.status,
        "payment_status": stands.payment_status,
        "amount_due": amount(stands.amount_due, currency),
        "overdue_by": stands.overdue_by,
        "custom_fields": declared.shown(invoice["custom_fields"]),
        **document_fields(invoice),
        **{name: invoice[name] for name in _PLAIN},
        **{name: day(invoice[name]) for name in _DAYS},
        **{name: text(invoice[name]) for name in _TEXTS},
        **{name: amount(invoice[name], currency) for name in _AMOUNTS},
        **{name: timestamp(invoice[name]) for name in _TIMES},
    }
