"""Payments as they are in JSON."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from bigledger_crm.api.responses import ApiStruct, amount, percent, text, timestamp, word
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO
from customers.models import Customer
from invoicing.api.allocation_responses import AllocationObject, PaymentMethod, allocations_of
from invoicing.api.invoice_responses import InvoiceStatus, PaymentStatus
from invoicing.models import Invoice, Payment
from invoicing.rules import invoice_state


class PaidInvoice(ApiStruct):
    """How the invoice of a payment stands now."""

    id: str
    invoice_number: str
    status: InvoiceStatus
    payment_status: PaymentStatus
    amount_paid: Decimal
    amount_due: Decimal


class PaymentObject(ApiStruct):
    """A payment, in the customer's currency: with its invoice, if it was recorded for one, and with what it settles."""

    id: str
    invoice_id: str | None
    customer_id: str
    amount: Decimal
    currency: str
    exchange_rate: Decimal
    refunded_amount: Decimal
    unapplied_amount: Decimal
    payment_date: str
    payment_method: PaymentMethod
    reference: str | None
    notes: str | None
    account_id: str | None
    status: Literal["recorded", "voided"]
    voided_at: str | None
    void_reason: str | None
    created_by: str
    created_at: str | None
    invoice: PaidInvoice | None
    allocations: list[AllocationObject]


_PLAIN = ("currency", "payment_method", "created_by")
_TEXTS = ("reference", "notes", "account_id", "void_reason", "voided_at", "created_at")
_INVOICE = ("invoice_number", "status", "total", "amount_paid", "amount_credited", "amount_written_off", "due_date")
_AMOUNTS = ("amount", "amount_allocated", "amount_refunded", "exchange_rate")
PAYMENT_COLUMNS = (
    *("id", "invoice_id", "customer_id", "payment_date", *_AMOUNTS, *_PLAIN, *_TEXTS),
    *(f"invoice__{name}" for name in _INVOICE),
)


def payment_row(today: date) -> Callable[..., PaymentObject]:
    """Makes payments from PAYMENT_COLUMNS, with their invoices as they stand on the company's day.

    What they settle, the list adds.
    """

    def show(*columns: Any) -> PaymentObject:
        return PaymentObject(**_scalars(dict(zip(PAYMENT_COLUMNS, columns, strict=True)), today), allocations=[])

    return show


def payment_object(payment: Payment, today: date) -> PaymentObject:
    """A payment with how its invoice stands now, and what it settles."""
    own = {name: getattr(payment, name) for name in PAYMENT_COLUMNS if "__" not in name}
    invoice = {f"invoice__{name}": getattr(payment.invoice, name, None) for name in _INVOICE}
    allocations = allocations_of(Payment)([payment.pk])(payment.pk)
    return PaymentObject(**_scalars(own | invoice, today), allocations=allocations)


def _scalars(payment: dict[str, Any], today: date) -> dict[str, Any]:
    currency: str = payment["currency"]
    left = payment["amount"] - payment["amount_allocated"] - payment["amount_refunded"]
    invoice_id = ids.encode(Invoice.PREFIX, payment["invoice_id"]) if payment["invoice_id"] else None
    invoice = {name: payment[f"invoice__{name}"] for name in _INVOICE}
    return {
        "id": ids.encode(Payment.PREFIX, payment["id"]),
        "invoice_id": invoice_id,
        "customer_id": ids.encode(Customer.PREFIX, payment["customer_id"]),
        "amount": amount(payment["amount"], currency),
        "exchange_rate": percent(payment["exchange_rate"]),
        "refunded_amount": amount(payment["amount_refunded"], currency),
        "unapplied_amount": amount(ZERO if payment["voided_at"] else left, currency),
        "payment_date": payment["payment_date"].isoformat(),
        "status": "voided" if payment["voided_at"] else "recorded",
        "invoice": _invoice(invoice_id, invoice, currency, today) if invoice_id else None,
        "reference": text(payment["reference"]),
        "notes": text(payment["notes"]),
        "account_id": text(payment["account_id"]),
        "void_reason": text(payment["void_reason"]),
        "voided_at": timestamp(payment["voided_at"]),
        "created_at": timestamp(payment["created_at"]),
        **{name: payment[name] for name in _PLAIN},
    }


def _invoice(public_id: str, invoice: dict[str, Any], currency: str, today: date) -> PaidInvoice:
    stands = invoice_state(
        invoice["status"],
        total=invoice["total"],
        paid=invoice["amount_paid"],
        credited=invoice["amount_credited"],
        written_off=invoice["amount_written_off"],
        due_date=invoice["due_date"],
        today=today,
    )
    return PaidInvoice(
        id=public_id,
        invoice_number=invoice["invoice_number"],
        status=word(stands.status),
        payment_status=word(stands.payment_status),
        amount_paid=amount(invoice["amount_paid"], currency),
        amount_due=amount(stands.amount_due, currency),
    )
