"""The input to create and change invoices, payments, credit notes, reminders, bank accounts, settings, saved reports.

One dataclass per noun serves making and changing: what isn't given is UNSET, and the rules say what is required.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
    """Money received for an invoice: `amount` in the invoice's currency; without a date it came today.

    `exchange_rate` is company currency per unit, by default the invoice's; with `excess` "credit" the customer keeps
    what is more than due.
    """

    amount: Decimal | UnsetType | None = UNSET
    payment_date: date | UnsetType | None = UNSET
    payment_method: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET
    account_id: str | UnsetType = UNSET
    exchange_rate: Decimal | UnsetType | None = UNSET
    excess: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocationInput:
    """So much for an invoice, in its currency."""

    invoice_id: str | UnsetType = UNSET
    amount: Decimal | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPaymentInput(PaymentInput):
    """Money received from a customer, in the customer's currency.

    It settles what `allocations` say, and with `auto_allocate` "oldest" then what is due longest; the customer keeps
    the rest as credit.  In a foreign currency `exchange_rate` is needed, but for invoices that all have the same.
    """

    customer_id: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    allocations: Sequence[AllocationInput] | UnsetType | None = UNSET
    auto_allocate: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundInput:
    """Money given back of a payment or a credit note, in its currency; without a date today."""

    amount: Decimal | UnsetType | None = UNSET
    refund_date: date | UnsetType | None = UNSET
    payment_method: str | UnsetType = UNSET
    reference: str | UnsetType = UNSET
    notes: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffInput:
    """What the company gives up of an invoice, in its currency; without an amount all that is due."""

    amount: Decimal | UnsetType | None = UNSET
    kind: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditNoteInput:
    """What to credit of the invoice of `invoice_id`; without `items` all that isn't credited yet.

    What is more than due is refused, or with `excess` "credit" the customer's credit.
    """

    invoice_id: str | UnsetType = UNSET
    credit_note_date: date | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET
    items: Sequence[QuantityInput] | UnsetType | None = UNSET
    shipping_cost: Decimal | UnsetType | None = UNSET
    excess: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillInput(DocumentInput):
    """A credit note for no invoice, with a reason."""

    credit_note_date: date | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderStepInput:
    """When a reminder is sent, and what it says; `translations` are a subject and a message by language."""

    document: str | UnsetType = UNSET
    days: int | UnsetType | None = UNSET
    subject: str | UnsetType = UNSET
    message: str | UnsetType = UNSET
    translations: Mapping[str, Any] | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """How tables of an account are read: `columns` has the heading of each fact that is known by another name.

    `date_format` is one such as DD/MM/YYYY, "" for the usual ones; `reverse_signs` is for tables in which money that
    comes in is negative.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str = ""
    decimal_separator: str = "."
    reverse_signs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BankAccountInput:
    """A bank account of the company."""

    name: str | UnsetType = UNSET
    bank: str | UnsetType = UNSET
    currency: str | UnsetType = UNSET
    iban: str | UnsetType = UNSET
    account_number: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    auto_match: bool | UnsetType = UNSET
    column_profile: ColumnProfile | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class BankMatchInput:
    """What a bank transaction is: a payment or refund that was recorded, or money of a customer, for invoices or none.

    Invoices are paid in their order, each with `amount` or with all that is due.  `bank_charge` is what the bank kept,
    which is written off the last of them; what is left is refused, or with `excess` "credit" the customer's credit.
    """

    payment_id: str | UnsetType = UNSET
    refund_id: str | UnsetType = UNSET
    customer_id: str | UnsetType = UNSET
    allocations: Sequence[AllocationInput] | UnsetType | None = UNSET
    bank_charge: Decimal | UnsetType | None = UNSET
    excess: str | UnsetType = UNSET
    exchange_rate: Decimal | UnsetType | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoiceSettingsInput:
    """How the company reports e-invoices; `environment` "" turns them off.

    `certificate` is a PKCS#12 file, b"" to remove the one that is stored; its password goes with it.
    """

    environment: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    client_secret: str | UnsetType = field(default=UNSET, repr=False)
    on_behalf_of: str | UnsetType = UNSET
    version: str | UnsetType = UNSET
    certificate: bytes | UnsetType = field(default=UNSET, repr=False)
    certificate_password: str = field(default="", repr=False)
    submit_when: str | UnsetType = UNSET
    starts_on: date | UnsetType | None = UNSET
    relaxation_until: date | UnsetType | None = UNSET
    emails_wait: bool | UnsetType = UNSET
    shipping_as_line: bool | UnsetType = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReportInput:
    """A report by its name in URLs, such as `tax-summary`, and the values of its filters, kept under a name.

    It `sends` itself "weekly" or "monthly", or "" for not at all, on `send_day` of the week, Monday is 1, or of the
    month, as `file_format` to `recipients`: members by their `user_…` ids.
    """

    report: str | UnsetType = UNSET
    filters: Mapping[str, str] | UnsetType = UNSET
    name: str | UnsetType = UNSET
    is_shared: bool | UnsetType = UNSET
    on_home: bool | UnsetType = UNSET
    sends: str | UnsetType = UNSET
    send_day: int | UnsetType | None = UNSET
    file_format: str | UnsetType = UNSET
    recipients: Sequence[str] | UnsetType = UNSET
