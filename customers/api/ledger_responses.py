"""Entries of the receivables ledger as they are in JSON."""

from decimal import Decimal
from typing import Literal

from bigledger_crm.api.responses import ApiStruct, amount, word
from bigledger_crm.kernel import ids
from customers.models import Customer, ReceivableEntry

LedgerEntryKind = Literal[
    "invoice",
    "void",
    "refund",
    "write_off_reversal",
    "payment",
    "credit_note",
    "cancellation",
    "write_off",
    "refund_void",
]


class RehearsedLedgerEntry(ApiStruct):
    """An entry that would have been posted; `amount` adds to the customer's balance, `sales_amount` to the sales."""

    kind: LedgerEntryKind
    customer_id: str
    document_number: str
    date: str
    amount: Decimal
    sales_amount: Decimal
    currency: str


def rehearsed_ledger_entry(entry: ReceivableEntry) -> RehearsedLedgerEntry:
    """An entry that isn't kept."""
    return RehearsedLedgerEntry(
        kind=word(entry.kind),
        customer_id=ids.encode(Customer.PREFIX, entry.customer_id),
        document_number=entry.document_number,
        date=entry.entry_date.isoformat(),
        amount=amount(entry.amount, entry.currency),
        sales_amount=amount(entry.sales_amount, entry.currency),
        currency=entry.currency,
    )
