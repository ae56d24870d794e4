"""What the services of bank accounts, statements and matches refuse."""

from decimal import Decimal

from bigledger_crm.kernel.errors import Conflict, DomainError
from bigledger_crm.kernel.money import quantize, with_currency


class BankAccountTaken(Conflict):
    """Another bank account has this name or IBAN."""

    code = "BANK_ACCOUNT_TAKEN"


class BankAccountInUse(Conflict):
    """There are statements of the account."""

    code = "BANK_ACCOUNT_IN_USE"


class StatementOfAnotherAccount(DomainError):
    """The file's statements are of other accounts."""

    code = "STATEMENT_OF_ANOTHER_ACCOUNT"


class StatementDoesNotAddUp(DomainError):
    """Opening balance and movements don't make the closing balance."""

    code = "STATEMENT_DOES_NOT_ADD_UP"

    def __init__(self, opening: Decimal, movements: Decimal, closing: Decimal, currency: str) -> None:
        amounts = {"openingBalance": opening, "movements": movements, "closingBalance": closing}
        super().__init__(
            f"The opening balance of {with_currency(opening, currency)} and movements of "
            f"{with_currency(movements, currency)} do not make the closing balance of "
            f"{with_currency(closing, currency)}",
            details=[{**{name: quantize(value, currency) for name, value in amounts.items()}, "currency": currency}],
        )


class StatementAlreadyImported(Conflict):
    """The same file is in the account."""

    code = "STATEMENT_ALREADY_IMPORTED"


class BankTransactionMatched(DomainError):
    """A bank transaction that is matched is not ignored."""

    code = "BANK_TRANSACTION_MATCHED"


class BankTransactionIgnored(DomainError):
    """A bank transaction that is ignored is put back before it is matched."""

    code = "BANK_TRANSACTION_IGNORED"


class BankTransactionLeft(DomainError):
    """The invoices take less than came in, and nobody said that the rest is the customer's credit."""

    code = "BANK_TRANSACTION_LEFT"

    def __init__(self, amount: Decimal, left: Decimal, currency: str) -> None:
        super().__init__(
            f"{with_currency(left, currency)} of {with_currency(amount, currency)} would be left: "
            "add invoices, or keep it as the customer's credit",
            details=[{"amount": quantize(amount, currency), "left": quantize(left, currency), "currency": currency}],
        )


class BankMatchDiffers(DomainError):
    """A payment or refund of another amount or currency than the bank transaction."""

    code = "BANK_MATCH_DIFFERS"

    def __init__(self, noun: str, theirs: tuple[Decimal, str], ours: tuple[Decimal, str]) -> None:
        super().__init__(
            f"The {noun} of {with_currency(*theirs)} is not the bank transaction of {with_currency(*ours)}",
            details=[
                {
                    "amount": quantize(*theirs),
                    "currency": theirs[1],
                    "transactionAmount": quantize(*ours),
                    "transactionCurrency": ours[1],
                }
            ],
        )


class MatchedInBank(DomainError):
    """A payment or refund that is matched to a bank transaction is not voided, nor matched to another one."""

    code = "MATCHED_IN_BANK"
