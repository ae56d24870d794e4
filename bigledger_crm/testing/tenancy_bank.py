"""The bank in the matrix of tenancy: its objects and its calls."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bigledger_crm.tenancy.actor import Actor
from bigledger_crm.testing.client import Upload
from bigledger_crm.testing.factories import make_bank_statement
from bigledger_crm.testing.tenancy_call import Call, Page, form
from invoicing.inputs import BankAccountInput
from invoicing.services import create_bank_account, keep_upload

if TYPE_CHECKING:
    from bigledger_crm.testing.tenancy_fixtures import Fixtures

STATEMENTS = "bank-accounts/<str:public_id>/statements"
CSV = "Date,Description,Amount\n2024-01-20,Somebody,12.50\n2024-01-20,Other,1.00,"
STATEMENT_FILE = Upload("statement.csv", b"Date,Description,Amount\n2024-01-20,Somebody,12.50\n")


@dataclass(frozen=True)
class BankFixtures:
    """The public ids of a company's bank account with a statement, and of one without."""

    bank_account: str
    unused_bank_account: str
    bank_statement: str
    bank_transaction: str
    bank_upload: str


def make_bank_fixtures(actor: Actor, mark: str, text: str, rows: int) -> dict[str, str]:
    """The fields of BankFixtures; `mark` or `text` stands in every text, and the statement has so many `rows`."""
    statement = make_bank_statement(actor, *range(1, rows + 1), name=mark, description=text, counterparty_name=mark)
    return {
        "bank_account": statement.account.public_id,
        "unused_bank_account": create_bank_account(actor, BankAccountInput(name=f"{mark} unused")).public_id,
        "bank_statement": statement.public_id,
        "bank_transaction": statement.transactions.all()[0].public_id,
        "bank_upload": keep_upload(
            actor, statement.account, filename=f"{mark}.csv", content=f"{CSV}{mark}".encode()
        ).public_id,
    }


def _match(world: "Fixtures") -> dict[str, str]:
    return {"customerId": world.customer, "excess": "credit"}


BANK_CALLS = (
    Call("GET", "bank-accounts", 200),
    Call("POST", "bank-accounts", 201, body=lambda world: {"name": "New account"}),
    Call("GET", "bank-accounts/<str:public_id>", 200, "bank_account"),
    Call("PUT", "bank-accounts/<str:public_id>", 200, "bank_account", lambda world: {"bank": "Other"}),
    Call("PATCH", "bank-accounts/<str:public_id>", 200, "bank_account", lambda world: {"bank": "Other"}),
    Call("DELETE", "bank-accounts/<str:public_id>", 200, "unused_bank_account"),
    Call("GET", STATEMENTS, 200, "bank_account"),
    Call("POST", STATEMENTS, 201, "bank_account", lambda world: STATEMENT_FILE),
    Call("POST", f"{STATEMENTS}/rehearse", 200, "bank_account", lambda world: STATEMENT_FILE),
    Call("GET", f"{STATEMENTS}/<str:statement_id>", 200, "bank_account", part="bank_statement"),
    Call("GET", "bank-transactions", 200),
    Call("GET", "bank-transactions/<str:public_id>", 200, "bank_transaction"),
    Call("GET", "bank-transactions/<str:public_id>/suggestions", 200, "bank_transaction"),
    Call("POST", "bank-transactions/<str:public_id>/match", 200, "bank_transaction", _match),
    Call("POST", "bank-transactions/<str:public_id>/ignore", 200, "bank_transaction"),
    Call("POST", "bank-transactions/<str:public_id>/unmatch", 200, "bank_transaction"),
)

_TRANSACTION = "bank/transactions/<str:public_id>"
BANK_PAGES = (
    Page("bank"),
    Page("bank/accounts"),
    *form("bank/accounts/new"),
    Page("bank/accounts/<str:public_id>", "bank_account"),
    Page("bank/accounts/<str:public_id>/edit", "bank_account"),
    Page("bank/accounts/<str:public_id>/edit", "bank_account", 400, "POST"),
    Page("bank/accounts/<str:public_id>/delete", "unused_bank_account"),
    Page("bank/accounts/<str:public_id>/delete", "unused_bank_account", 302, "POST"),
    *form("bank/accounts/<str:public_id>/import", "bank_account"),
    Page("bank/accounts/<str:public_id>/statements/<str:part_id>/file", "bank_account", part="bank_statement"),
    Page("bank/uploads/<str:public_id>", "bank_upload"),
    Page("bank/uploads/<str:public_id>", "bank_upload", 302, "POST"),
    Page("bank/transactions"),
    Page(_TRANSACTION, "bank_transaction"),
    *form(f"{_TRANSACTION}/match", "bank_transaction"),
    Page(f"{_TRANSACTION}/match/<str:part_id>", "bank_transaction", part="customer"),
    Page(f"{_TRANSACTION}/match/<str:part_id>", "bank_transaction", 302, "POST", "customer"),
    Page(f"{_TRANSACTION}/accept", "bank_transaction", 302, "POST"),
    Page(f"{_TRANSACTION}/ignore", "bank_transaction", 302, "POST"),
    Page(f"{_TRANSACTION}/unmatch", "bank_transaction", 302, "POST"),
)
