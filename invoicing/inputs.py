"""What callers give to make and change invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from msgspec import UNSET, UnsetType

from sales.inputs import DocumentInput


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceInput(DocumentInput):
    """An invoice."""

    invoice_date: date | UnsetType | None = UNSET
    due_date: date | UnsetType | None = UNSET
    purchase_order: str | UnsetType = UNSET
    send_reminders: bool | UnsetType = UNSET
    tags: Sequence[str] | UnsetType = UNSET
