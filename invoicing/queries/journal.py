"""Reading what the journal is made of, and the journal itself."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, Sum

from bigledger_crm.kernel import ids
from bigledger_crm.kernel.money import ZERO, plain_number
from customers.models import ReceivableEntry
from invoicing.models import (
    Allocation,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    JournalAccount,
    JournalEntry,
    Payment,
    Refund,
    WriteOff,
)
from invoicing.rules.journal import DEFAULT_ACCOUNTS, EXCHANGE_DIFFERENCE, SaleAmounts

if TYPE_CHECKING:
    from django.db.models import QuerySet

# A transaction that began before the last entry was posted may end after it, but not by more than this.
_LATE = timedelta(days=1)


def journal_accounts() -> dict[str, tuple[str, str]]:
    """The code and name of each account by what it is for."""
    chosen = {row.purpose: (row.code, row.name) for row in JournalAccount.objects.all()}
    return {purpose: chosen.get(purpose, default) for purpose, default in DEFAULT_ACCOUNTS.items()}


def first_id_to_post() -> UUID | None:
    """From which ids on something may be missing in the journal: those made since about its last entry."""
    last = JournalEntry.objects.aggregate(at=Max("created_at"))["at"]
    return None if last is None else ids.first_id_of(last - _LATE)


def entries_to_post(first: UUID | None) -> "QuerySet[ReceivableEntry]":
    """What of the receivables ledger, from an id on, isn't in the journal yet, oldest first."""
    posted = JournalEntry.objects.filter(kind=OuterRef("kind"), document_id=OuterRef("document_id"))
    rows = ReceivableEntry.objects.filter(~Exists(posted)).order_by("pk")
    return rows if first is None else rows.filter(pk__gte=first)


def allocations_to_post(first: UUID | None) -> "QuerySet[Allocation]":
    """The allocations, from an id on, with a realised gain or loss that isn't in the journal yet, oldest first."""
    posted = JournalEntry.objects.filter(kind=EXCHANGE_DIFFERENCE, document_id=OuterRef("pk"))
    rows = Allocation.objects.filter(~Exists(posted)).exclude(realized_gain_loss=ZERO).order_by("pk")
    rows = rows.select_related("invoice")
    return rows if first is None else rows.filter(pk__gte=first)


def sales_of(entries: Collection[ReceivableEntry]) -> dict[UUID, SaleAmounts]:
    """What the invoices and credit notes of ledger entries come to, by their keys: two queries for each kind."""
    invoices = {entry.document_id for entry in entries if entry.kind in ("invoice", "cancellation")}
    notes = {entry.document_id for entry in entries if entry.kind == "credit_note"}
    invoice_lines = InvoiceLine.objects.filter(invoice__in=invoices)
    note_lines = CreditNoteLine.objects.filter(credit_note__in=notes)
    return {
        **_amounts(Invoice.objects.filter(pk__in=invoices), invoice_lines, "invoice"),
        **_amounts(CreditNote.objects.filter(pk__in=notes), note_lines, "credit_note"),
    }


def _amounts(documents: "QuerySet[Any]", lines: "QuerySet[Any]", parent: str) -> dict[UUID, SaleAmounts]:
    taxes: dict[UUID, dict[str, Decimal]] = defaultdict(dict)
    by_rate = lines.order_by().values_list(f"{parent}_id", "tax_code", "tax_rate").annotate(tax=Sum("tax_amount"))
    for pk, code, rate, tax in by_rate.order_by("tax_rate", "tax_code"):
        if tax:
            taxes[pk][f"{code} {plain_number(rate)}%".strip()] = tax
    rows = documents.values_list("pk", "total", "shipping_cost", "exchange_rate")
    return {pk: SaleAmounts(total, shipping, taxes[pk], rate) for pk, total, shipping, rate in rows}


def imported_of(entries: Collection[ReceivableEntry]) -> dict[UUID, bool]:
    """Which of the documents and payments of ledger entries were imported: whether each is an opening balance."""
    keys = {entry.document_id for entry in entries}
    found = dict(Invoice.objects.filter(pk__in=keys, is_imported=True).values_list("pk", "is_opening_balance"))
    others = [kind.objects.filter(pk__in=keys, is_imported=True).values_list("pk") for kind in (CreditNote, Payment)]
    return found | {pk: False for rows in others for (pk,) in rows}


def money_of(entries: Collection[ReceivableEntry]) -> dict[UUID, tuple[Decimal, Decimal, str]]:
    """Amount, exchange rate and method of the payments of ledger entries, by key."""
    keys = {entry.document_id for entry in entries}
    payments = Payment.objects.filter(pk__in=keys).values_list("pk", "amount", "exchange_rate", "payment_method")
    return {pk: (amount, rate, method) for pk, amount, rate, method in payments}


def base_amounts_of(entries: Collection[ReceivableEntry]) -> Mapping[UUID, tuple[Decimal, Decimal, str]]:
    """Amount, amount in the company's currency, and method or kind of refunds and write-offs, by key."""
    keys = {entry.document_id for entry in entries}
    refunds = Refund.objects.filter(pk__in=keys).values_list("pk", "amount", "base_amount", "payment_method")
    write_offs = WriteOff.objects.filter(pk__in=keys).values_list("pk", "amount", "base_amount", "kind")
    return {pk: (amount, base, word) for pk, amount, base, word in refunds.union(write_offs, all=True)}
