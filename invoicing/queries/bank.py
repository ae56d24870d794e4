"""Reading bank accounts, statements and transactions."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Count, QuerySet

from bigledger_crm.tenancy.queries import by_public_id
from invoicing.bank_files.statement import Movement
from invoicing.models import BankAccount, BankMatch, BankStatement, BankTransaction, BankUpload


def bank_account_by_public_id(public_id: str) -> BankAccount:
    """The bank account with a `ba_…` id.  Raises NotFound."""
    return by_public_id(BankAccount.objects.all(), "Bank account", public_id)


def bank_statement_by_public_id(account: BankAccount, public_id: str) -> BankStatement:
    """The statement of an account with a `bs_…` id.  Raises NotFound."""
    return by_public_id(BankStatement.objects.filter(account=account), "Bank statement", public_id)


def bank_transaction_by_public_id(public_id: str) -> BankTransaction:
    """The bank transaction with a `bt_…` id.  Raises NotFound."""
    return by_public_id(BankTransaction.objects.select_related("account"), "Bank transaction", public_id)


def bank_upload_by_public_id(public_id: str) -> BankUpload:
    """The file with an `upload_…` id that waits to be imported.  Raises NotFound."""
    return by_public_id(BankUpload.objects.select_related("account"), "Statement file", public_id)


def lock_bank_account(pk: UUID) -> BankAccount:
    """The bank account, locked until the transaction ends; two imports into it come one after the other."""
    return BankAccount.objects.select_for_update(no_key=True).get(pk=pk)


def lock_bank_transaction(pk: UUID) -> BankTransaction:
    """The bank transaction, locked until the transaction ends.  Taken before customers, invoices and payments."""
    return BankTransaction.objects.select_for_update(no_key=True).get(pk=pk)


def new_movements(account: BankAccount, movements: Collection[Movement]) -> list[Movement]:
    """Those of the movements that no earlier statement of the account had, in one query."""
    if not movements:
        return []
    days = [movement.booking_date for movement in movements]
    there = BankTransaction.objects.filter(account=account, booking_date__range=(min(days), max(days)))
    known = set(there.values_list("identity", flat=True))
    return [movement for movement in movements if movement.identity not in known]


def unmatched_counts(accounts: Iterable[BankAccount]) -> dict[UUID, int]:
    """How many transactions of each account wait to be matched, in one query."""
    waiting: QuerySet[BankTransaction] = BankTransaction.objects.filter(account__in=list(accounts), status="unmatched")
    counts = waiting.order_by().values_list("account").annotate(count=Count("pk"))
    return dict(counts)


def matches_of(transactions: Iterable[UUID]) -> dict[UUID, BankMatch]:
    """What matched transactions are matched to, with payments, refunds and customers, in one query."""
    rows = BankMatch.objects.filter(transaction__in=list(transactions), undone_at=None)
    rows = rows.select_related("payment__customer", "refund__payment__customer", "refund__credit_note__customer")
    return {row.transaction_id: row for row in rows.select_related("write_off")}


def live_match(transaction: BankTransaction) -> BankMatch:
    """What a transaction is matched to now, for whoever holds its lock."""
    return BankMatch.objects.select_related("payment", "write_off").get(transaction=transaction, undone_at=None)
