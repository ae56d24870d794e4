"""Posting the journal: double entries of everything that the receivables ledger says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from bigledger_crm.kernel.errors import InvalidData
from bigledger_crm.kernel.money import ZERO, quantize
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor, system_actor
from bigledger_crm.tenancy.models import Company
from bigledger_crm.tenancy.scope import company_scope
from customers.models import ReceivableEntry
from invoicing.models import Allocation, JournalAccount, JournalEntry
from invoicing.queries.journal import (
    allocations_to_post,
    base_amounts_of,
    entries_to_post,
    first_id_to_post,
    imported_of,
    journal_accounts,
    money_of,
    sales_of,
)
from invoicing.rules.allocations import base_amount
from invoicing.rules.journal import (
    EXCHANGE_DIFFERENCE,
    Posting,
    account_of_method,
    check_accounts,
    exchange_postings,
    money_postings,
    reversed_postings,
    sale_postings,
    totals,
)

BATCH = 500
_SALES = {"invoice": False, "cancellation": True, "credit_note": True}
_MONEY = {"payment": False, "void": True}
# Of refunds and write-offs: whether what is owed grows, as by no payment.
_BY_BASE = {"refund": True, "refund_void": False, "write_off": False, "write_off_reversal": True}


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it is posted."""

    kind: str
    document_id: UUID
    number: str
    customer_id: UUID
    day: date
    currency: str
    postings: list[Posting]
    is_imported: bool = False


def post_all_journals() -> int:
    """`post_journal` in all companies, whatever was left out before too; returns how many entries were added."""
    added = 0
    for company in Company.objects.filter(is_active=True).order_by("pk"):
        with company_scope(company):
            added += post_journal(system_actor(company), everything=True)
    return added


def post_journal(actor: Actor, *, everything: bool = False) -> int:
    """Adds the entries that are missing in the journal, each once, and returns how many.

    Accounts are those that the company has now; entries that were posted keep theirs.
    """
    first = None if everything else first_id_to_post()
    added = 0
    # Asked before anything is locked: most of the time there is nothing.
    while entries_to_post(first).exists() or allocations_to_post(first).exists():
        added += _post_some(actor, first)
    return added


@transaction.atomic
def _post_some(actor: Actor, first: UUID | None) -> int:
    """One at a time in a company: who comes second finds nothing left to do."""
    Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
    drafts = _drafts_of_ledger(actor, list(entries_to_post(first)[:BATCH]))
    drafts += _drafts_of_gains(list(allocations_to_post(first)[:BATCH]))
    accounts = journal_accounts()
    JournalEntry.objects.bulk_create(_entry(actor, draft, accounts) for draft in drafts)
    return len(drafts)


def _entry(actor: Actor, draft: Draft, accounts: Mapping[str, tuple[str, str]]) -> JournalEntry:
    debit, credit = totals(draft.postings)
    return JournalEntry(
        company=actor.company,
        kind=draft.kind,
        document_id=draft.document_id,
        document_number=draft.number,
        customer_id=draft.customer_id,
        entry_date=draft.day,
        currency=draft.currency,
        debit=debit,
        credit=credit,
        is_imported=draft.is_imported,
        lines=[_line(one, draft.currency, actor.company.currency, accounts) for one in draft.postings],
    )


def _line(posting: Posting, currency: str, base: str, accounts: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    code, name = accounts[posting.account]
    return {
        "account": posting.account,
        "code": code,
        "name": name,
        "text": posting.text,
        "debit": quantize(max(posting.amount, ZERO), base),
        "credit": quantize(max(-posting.amount, ZERO), base),
        "currencyAmount": quantize(posting.currency_amount, currency),
    }


def _drafts_of_ledger(actor: Actor, entries: Sequence[ReceivableEntry]) -> list[Draft]:
    base = actor.company.currency
    sales, money, by_base = sales_of(entries), money_of(entries), base_amounts_of(entries)
    imported = imported_of(entries)
    drafts = []
    for entry in entries:
        key = entry.document_id
        if entry.kind in _SALES:
            income = "sales_returns" if entry.kind == "credit_note" else "sales"
            income = "opening_balances" if imported.get(key) else income
            postings, is_back = sale_postings(sales[key], base, income=income), _SALES[entry.kind]
        elif entry.kind in _MONEY:
            amount, rate, method = money[key]
            postings = money_postings(amount, base_amount(amount, rate, base), account_of_method(method))
            is_back = _MONEY[entry.kind]
        else:
            amount, in_base, word = by_base[key]
            account = account_of_method(word) if entry.kind.startswith("refund") else word
            postings, is_back = money_postings(amount, in_base, account), _BY_BASE[entry.kind]
        drafts.append(
            Draft(
                kind=entry.kind,
                document_id=key,
                number=entry.document_number,
                customer_id=entry.customer_id,
                day=entry.entry_date,
                currency=entry.currency,
                postings=reversed_postings(postings) if is_back else postings,
                is_imported=key in imported,
            )
        )
    return drafts


def _drafts_of_gains(allocations: Sequence[Allocation]) -> list[Draft]:
    return [
        Draft(
            kind=EXCHANGE_DIFFERENCE,
            document_id=one.pk,
            number=one.invoice.invoice_number,
            customer_id=one.invoice.customer_id,
            day=one.allocation_date,
            currency=one.invoice.currency,
            postings=exchange_postings(one.realized_gain_loss),
        )
        for one in allocations
    ]


@transaction.atomic
def update_journal_accounts(actor: Actor, accounts: Mapping[str, tuple[str, str]]) -> None:
    """Sets the code and name of accounts, by what they are for, for entries from now on.  Raises InvalidData."""
    actor.require("settings", "manage")
    if errors := check_accounts(accounts):
        raise InvalidData("Account", errors)
    Company.objects.select_for_update(no_key=True).get(pk=actor.company.pk)
    before = journal_accounts()
    changed = {purpose: account for purpose, account in accounts.items() if before[purpose] != account}
    for purpose, (code, name) in changed.items():
        JournalAccount.objects.update_or_create(
            company=actor.company, purpose=purpose, defaults={"code": code, "name": name}
        )
    if changed:
        changes = {purpose: [" ".join(before[purpose]), " ".join(account)] for purpose, account in changed.items()}
        record(actor, "company.updated", actor.company.pk, changes=changes)
