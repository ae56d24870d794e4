"""What bulk_data writes into the tables of the bank: a few accounts, their statements, and what these added."""

from django.db import models

from invoicing.models import BankAccount, BankStatement, BankTransaction

COUNTS: dict[type[models.Model], int] = {BankAccount: 400, BankStatement: 1_200, BankTransaction: 30_000}
ROWS: dict[type[models.Model], dict[str, str]] = {
    BankAccount: {"name": "'Account ' || n", "currency": "'MYR'"},
    BankStatement: {
        "account_id": "account.id",
        "format": "'csv'",
        "number": "n::text",
        "line_count": "25",
        "added_count": "25",
        "sha256": "md5('a' || n) || md5('b' || n)",
    },
    BankTransaction: {
        "account_id": "statement.account_id",
        "statement_id": "statement.id",
        "identity": "md5('line' || n)",
        "booking_date": "day",
        "amount": "chance(n, 1) % 20000 + 1",
        "currency": "'MYR'",
        "description": "'Transfer ' || n",
        "status": "CASE WHEN n % 500 < 4 THEN 'ignored' WHEN n > 29000 THEN 'unmatched' ELSE 'matched' END",
        "search_text": "'txn-' || substr(md5('txn' || n), 1, 8)",
    },
}
JOINS: dict[type[models.Model], str] = {
    BankStatement: "JOIN invoicing_bankaccount account ON account.name = 'Account ' || n % 400",
    BankTransaction: "JOIN invoicing_bankstatement statement ON statement.number = (n % 1200)::text",
}
