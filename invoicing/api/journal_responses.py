"""The journal as it is in JSON."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from bigledger_crm.api.responses import ApiStruct, amount, text, timestamp
from bigledger_crm.kernel import ids
from customers.models import Customer
from invoicing.models import Allocation, CreditNote, Invoice, JournalEntry, Payment, Refund, WriteOff

JournalKind = Literal[
    "invoice",
    "cancellation",
    "payment",
    "void",
    "credit_note",
    "refund",
    "refund_void",
    "write_off",
    "write_off_reversal",
    "exchange_difference",
]
DOCUMENTS: dict[str, str] = {
    "invoice": Invoice.PREFIX,
    "cancellation": Invoice.PREFIX,
    "payment": Payment.PREFIX,
    "void": Payment.PREFIX,
    "credit_note": CreditNote.PREFIX,
    "refund": Refund.PREFIX,
    "refund_void": Refund.PREFIX,
    "write_off": WriteOff.PREFIX,
    "write_off_reversal": WriteOff.PREFIX,
    "exchange_difference": Allocation.PREFIX,
}


class JournalLineObject(ApiStruct):
    """A side of an entry: debit or credit in the company's currency, and signed in the document's."""

    account_code: str
    account_name: str
    description: str | None
    debit: Decimal
    credit: Decimal
    currency_amount: Decimal


class JournalEntryObject(ApiStruct):
    """A double entry, in the company's currency."""

    id: str
    entry_date: str
    kind: JournalKind
    document_id: str
    document_number: str
    customer_id: str
    base_currency: str
    currency: str
    debit: Decimal
    credit: Decimal
    is_imported: bool
    lines: list[JournalLineObject]
    created_at: str | None


JOURNAL_COLUMNS = (
    "id",
    "entry_date",
    "kind",
    "document_id",
    "document_number",
    "customer_id",
    "currency",
    "debit",
    "credit",
    "is_imported",
    "lines",
    "created_at",
)


def journal_row(base: str) -> Callable[..., JournalEntryObject]:
    """Makes entries of JOURNAL_COLUMNS, for a company whose currency is `base`."""

    def show(
        pk: UUID,
        day: date,
        kind: JournalKind,
        document: UUID,
        number: str,
        customer: UUID,
        currency: str,
        debit: Decimal,
        credit: Decimal,
        is_imported: bool,
        lines: list[dict[str, Any]],
        created_at: datetime,
    ) -> JournalEntryObject:
        return JournalEntryObject(
            id=ids.encode(JournalEntry.PREFIX, pk),
            entry_date=day.isoformat(),
            kind=kind,
            document_id=ids.encode(DOCUMENTS[kind], document),
            document_number=number,
            customer_id=ids.encode(Customer.PREFIX, customer),
            base_currency=base,
            currency=currency,
            debit=amount(debit, base),
            credit=amount(credit, base),
            is_imported=is_imported,
            lines=[
                JournalLineObject(
                    account_code=line["code"],
                    account_name=line["name"],
                    description=text(line["text"]),
                    debit=amount(Decimal(line["debit"]), base),
                    credit=amount(Decimal(line["credit"]), base),
                    currency_amount=amount(Decimal(line["currencyAmount"]), currency),
                )
                for line in lines
            ],
            created_at=timestamp(created_at),
        )

    return show


def journal_entry_object(entry: JournalEntry, base: str) -> JournalEntryObject:
    """One entry, for a company whose currency is `base`."""
    columns = ("pk" if name == "id" else name for name in JOURNAL_COLUMNS)
    return journal_row(base)(*(getattr(entry, name) for name in columns))
