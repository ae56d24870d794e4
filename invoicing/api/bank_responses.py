"""Bank accounts and statements as they are in JSON."""

from decimal import Decimal
from typing import Any, Literal

from bigledger_crm.api.attachments import AttachmentObject, attachment_objects
from bigledger_crm.api.responses import ApiStruct, amount, optional_amount, text, timestamp
from bigledger_crm.kernel import ids
from bigledger_crm.kernel.text import camel_case
from invoicing.bank_files.statement import Movement
from invoicing.models import BankAccount, BankStatement
from invoicing.services.bank_statements import Rehearsal
from sales.api.document_responses import day

_MOST_SHOWN = 100
BankStatementFormat = Literal["camt", "mt940", "ofx", "csv", "xlsx"]


class ColumnProfileObject(ApiStruct):
    """How the CSV and XLSX files of an account are read."""

    columns: dict[str, str]
    date_format: str | None
    decimal_separator: Literal[".", ","]
    reverse_signs: bool


class BankAccountObject(ApiStruct):
    """A bank account of the company."""

    id: str
    name: str
    bank: str | None
    currency: str
    iban: str | None
    account_number: str | None
    is_active: bool
    auto_match: bool
    column_profile: ColumnProfileObject | None
    created_by: str
    created_at: str | None
    updated_at: str | None


class BankStatementRow(ApiStruct):
    """An imported statement in a list; balances in the account's currency."""

    id: str
    bank_account_id: str
    format: BankStatementFormat
    number: str | None
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    first_date: str | None
    last_date: str | None
    line_count: int
    added_count: int
    created_by: str
    created_at: str | None


class BankStatementObject(BankStatementRow):
    """An imported statement with its file."""

    file: AttachmentObject | None


class BankMovement(ApiStruct):
    """A movement that an import would add."""

    line: int
    booking_date: str
    value_date: str | None
    amount: Decimal
    description: str | None
    reference: str | None
    counterparty_name: str | None
    counterparty_account: str | None
    bank_reference: str | None


class BankStatementRehearsal(ApiStruct):
    """What an import would add; nothing is kept.  `transactions` are the first hundred of what is new."""

    bank_account_id: str
    format: BankStatementFormat
    number: str | None
    opening_balance: Decimal | None
    closing_balance: Decimal | None
    line_count: int
    added_count: int
    money_in: Decimal
    money_out: Decimal
    transactions: list[BankMovement]


ACCOUNT_COLUMNS = (
    *("id", "name", "bank", "currency", "iban", "account_number", "is_active", "auto_match", "column_profile"),
    *("created_by", "created_at", "updated_at"),
)
STATEMENT_COLUMNS = (
    *("id", "account_id", "account__currency", "format", "number", "opening_balance", "closing_balance"),
    *("first_date", "last_date", "line_count", "added_count", "created_by", "created_at"),
)
MOVEMENT_TEXTS = ("description", "reference", "counterparty_name", "counterparty_account", "bank_reference")


def account_row(*columns: Any) -> BankAccountObject:
    """A bank account of ACCOUNT_COLUMNS."""
    account = dict(zip(ACCOUNT_COLUMNS, columns, strict=True))
    return BankAccountObject(
        id=ids.encode(BankAccount.PREFIX, account["id"]),
        bank=text(account["bank"]),
        iban=text(account["iban"]),
        account_number=text(account["account_number"]),
        column_profile=_profile(account["column_profile"]),
        created_at=timestamp(account["created_at"]),
        updated_at=timestamp(account["updated_at"]),
        **{name: account[name] for name in ("name", "currency", "is_active", "auto_match", "created_by")},
    )


def account_object(account: BankAccount) -> BankAccountObject:
    """A whole bank account."""
    return account_row(*(getattr(account, name) for name in ACCOUNT_COLUMNS))


def statement_row(*columns: Any) -> BankStatementRow:
    """A statement of STATEMENT_COLUMNS."""
    return BankStatementRow(**_statement(dict(zip(STATEMENT_COLUMNS, columns, strict=True))))


def statement_object(statement: BankStatement) -> BankStatementObject:
    """A whole statement with a fresh link to its file."""
    names = [name for name in STATEMENT_COLUMNS if "__" not in name]
    facts = {name: getattr(statement, name) for name in names} | {"account__currency": statement.account.currency}
    return BankStatementObject(**_statement(facts), file=next(iter(attachment_objects(statement.pk)), None))


def rehearsal_object(rehearsal: Rehearsal) -> BankStatementRehearsal:
    """What an import would add."""
    statement, currency = rehearsal.statement, rehearsal.account.currency
    amounts = [movement.amount for movement in rehearsal.new]
    return BankStatementRehearsal(
        bank_account_id=rehearsal.account.public_id,
        format=statement.format,  # type: ignore[arg-type]  # a reader's own name
        number=text(statement.number),
        opening_balance=optional_amount(statement.opening, currency),
        closing_balance=optional_amount(statement.closing, currency),
        line_count=len(statement.movements),
        added_count=len(rehearsal.new),
        money_in=amount(sum((one for one in amounts if one > 0), Decimal(0)), currency),
        money_out=amount(sum((-one for one in amounts if one < 0), Decimal(0)), currency),
        transactions=[_movement(movement, currency) for movement in rehearsal.new[:_MOST_SHOWN]],
    )


def _profile(profile: dict[str, Any]) -> ColumnProfileObject | None:
    if not profile:
        return None
    return ColumnProfileObject(
        columns={camel_case(name): heading for name, heading in profile["columns"].items()},
        date_format=text(profile["date_format"]),
        decimal_separator=profile["decimal_separator"],
        reverse_signs=profile["reverse_signs"],
    )


def _statement(row: dict[str, Any]) -> dict[str, Any]:
    currency: str = row["account__currency"]
    return {
        "id": ids.encode(BankStatement.PREFIX, row["id"]),
        "bank_account_id": ids.encode(BankAccount.PREFIX, row["account_id"]),
        "format": row["format"],
        "number": text(row["number"]),
        "opening_balance": optional_amount(row["opening_balance"], currency),
        "closing_balance": optional_amount(row["closing_balance"], currency),
        "first_date": day(row["first_date"]),
        "last_date": day(row["last_date"]),
        "line_count": row["line_count"],
        "added_count": row["added_count"],
        "created_by": row["created_by"],
        "created_at": timestamp(row["created_at"]),
    }


def _movement(movement: Movement, currency: str) -> BankMovement:
    return BankMovement(
        line=movement.line,
        booking_date=movement.booking_date.isoformat(),
        value_date=day(movement.value_date),
        amount=amount(movement.amount, currency),
        **{name: text(getattr(movement, name)) for name in MOVEMENT_TEXTS},
    )
