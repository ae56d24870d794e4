"""What callers give to make and change invoices, payments, credit notes and reminders.

One dataclass per noun serves making and changing: what isn't given is UNSET, and the rules say what is required.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from sales.inputs import DocumentInput, QuantityInput


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceInput(DocumentInput):
    """An invoice."""

    invoice_date: date | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    purchase_order: str | UnsetType = UNSET
    send_reminders: bool | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInput:
    """Money received for an invoice: `amount` in the invoice's currency; without a date it came today."""

    amount: Decimal | UnsetType | None = UNSET
    payment_date: date | UnsetType | None = UNSET
    payment_method: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    account_id: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteInput:
    """What to credit of the invoice of `invoice_id`; without `items` all that isn't credited yet."""

    invoice_id: str | UnsetType = UNSET
    credit_note_date: date | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET
    items: Sequence[QuantityInput] | UnsetType | None = UNSET
    shipping_cost: Decimal | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStepInput:
    """When a reminder is sent, and what it says; `translations` are a subject and a message by language."""

    document: str | UnsetType = UNSET
    days: int | UnsetType | None = UNSET
    subject: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    translations: Mapping[str, Any] | UnsetType = UNSET
