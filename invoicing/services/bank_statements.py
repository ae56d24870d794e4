"""Importing statement files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from bigledger_crm.documents.attachments import keep_file
from bigledger_crm.kernel import text
from bigledger_crm.kernel.errors import InvalidData, field_error
from bigledger_crm.kernel.money import decimals_of, minor_units
from bigledger_crm.outbox.events import record
from bigledger_crm.tenancy.actor import Actor
from invoicing.bank_errors import StatementAlreadyImported, StatementDoesNotAddUp, StatementOfAnotherAccount
from invoicing.bank_files.isolated import read_isolated
from invoicing.bank_files.statement import (
    Movement,
    OtherAccount,
    Statement,
    StatementError,
    joined,
    of_account,
    settled,
)
from invoicing.bank_files.tables import Profile
from invoicing.models import BankAccount, BankStatement, BankTransaction
from invoicing.queries.bank import lock_bank_account, new_movements
from invoicing.services.bank_references import match_references

_MEDIA_TYPES = {
    "camt": "application/xml",
    "mt940": "text/plain",
    "ofx": "application/x-ofx",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Rehearsal:
    """What the import of a file would add."""

    account: BankAccount
    statement: Statement
    new: Sequence[Movement]


def read_statement_file(account: BankAccount, content: bytes) -> Statement:
    """What a statement file says of the account.  Call it outside transactions: it may take a minute.

    Raises InvalidData naming `file` with the line, StatementOfAnotherAccount, StatementDoesNotAddUp.
    """
    try:
        found = read_isolated(content, Profile(**account.column_profile))
        statement = settled(joined(of_account(found, account.iban, account.account_number)))
        _check_currency(account, statement)
    except OtherAccount as error:
        raise StatementOfAnotherAccount(f"{error}, not of {account.name}") from None
    except StatementError as error:
        raise InvalidData("Bank statement", field_error("file", str(error))) from None
    opening, closing = statement.opening, statement.closing
    if opening is not None and closing is not None and not statement.adds_up:
        raise StatementDoesNotAddUp(opening, statement.total, closing, account.currency)
    return statement


def _check_currency(account: BankAccount, statement: Statement) -> None:
    """Raises StatementError where the file is in another currency than the account, or has amounts that it has not."""
    if statement.currency not in ("", account.currency):
        raise StatementError(f"The statement is in {statement.currency}, the account in {account.currency}")
    allowed = minor_units(account.currency)
    for movement in statement.movements:
        if decimals_of(movement.amount) > allowed:
            raise StatementError(f"An amount has at most {allowed} decimals in {account.currency}", movement.line)


def rehearse_statement(account: BankAccount, statement: Statement) -> Rehearsal:
    """What the import of a statement would add; nothing is kept."""
    return Rehearsal(account, statement, new_movements(account, statement.movements))


@transaction.atomic
def import_statement(
    actor: Actor, account: BankAccount, statement: Statement, *, filename: str, content: bytes
) -> BankStatement:
    """Adds the movements of a file that no earlier one had, and keeps the file.  Raises StatementAlreadyImported."""
    stored = lock_bank_account(account.pk)
    digest = hashlib.sha256(content).hexdigest()
    if before := BankStatement.objects.filter(account=stored, sha256=digest).first():
        raise StatementAlreadyImported(
            f"This file was imported into {stored.name} already", details=[{"bankStatementId": before.public_id}]
        )
    new = new_movements(stored, statement.movements)
    days = [movement.booking_date for movement in statement.movements]
    kept = BankStatement.objects.create(
        company=actor.company,
        account=stored,
        format=statement.format,
        number=statement.number,
        opening_balance=statement.opening,
        closing_balance=statement.closing,
        first_date=min(days, default=None),
        last_date=max(days, default=None),
        line_count=len(statement.movements),
        added_count=len(new),
        sha256=digest,
        created_by=actor.id,
    )
    rows = [_transaction(kept, stored, movement) for movement in new]
    BankTransaction.objects.bulk_create(rows, batch_size=1000)
    keep_file(
        actor,
        kind="bank_statement",
        document_id=kept.pk,
        filename=filename,
        content=content,
        media_type=_MEDIA_TYPES[statement.format],
    )
    record(actor, "bank_statement.imported", kept.pk, stored.pk, note=f"{stored.name}: {len(new)} of {len(days)} new")
    if stored.auto_match:
        match_references(actor, rows)
    return kept


def _transaction(statement: BankStatement, account: BankAccount, movement: Movement) -> BankTransaction:
    words = (movement.description, movement.reference, movement.counterparty_name, movement.bank_reference)
    return BankTransaction(
        company_id=statement.company_id,
        account=account,
        statement=statement,
        identity=movement.identity,
        booking_date=movement.booking_date,
        value_date=movement.value_date,
        amount=movement.amount,
        currency=account.currency,
        description=movement.description,
        reference=movement.reference,
        counterparty_name=movement.counterparty_name,
        counterparty_account=movement.counterparty_account,
        bank_reference=movement.bank_reference,
        search_text=text.fold(" ".join(filter(None, words))),
    )
